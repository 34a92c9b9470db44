// SPDX-License-Identifier: Apache-2.0

package egress

import (
	"cmp"
	"strings"
	"time"
)

// Ledger is whoever has rows to show. Its methods may be called at any time.
type Ledger interface {
	// Rows returns copies of all rows, in any order.
	Rows() []Row
	// About says how full the ledger is, and what it could not keep.
	About() About
}

// About says how full a ledger is, and what it could not keep.
type About struct {
	// WatchingSince is when the ledger began, over all restarts that kept its state.
	WatchingSince time.Time `json:"watching_since"`
	Rows          int       `json:"rows"`
	MaxRows       int       `json:"max_rows"`
	// RetentionSeconds is how long a row stays without traffic.
	RetentionSeconds int64 `json:"retention_seconds"`
	// OverflowRecords got no row of their own.
	OverflowRecords int64 `json:"overflow_records"`
	// ExpiredRows were without traffic for longer than the retention.
	ExpiredRows int64 `json:"expired_rows"`
	// ContactsNotTold are first contacts for which no log record was written, since
	// their workload had too many.
	ContactsNotTold int64 `json:"contacts_not_told"`
	// Records of outside traffic that came since the start. The next three are parts of
	// them, or beside them.
	Records int64 `json:"records"`
	// UnreadRecords carry nothing of the contract, or are of another version of it.
	UnreadRecords int64 `json:"unread_records"`
	// RecordsWithoutHost and RecordsWithoutAddress lack the labels destination_host and
	// destination_ip. Those to ServiceEntries are not counted here.
	RecordsWithoutHost    int64 `json:"records_without_host"`
	RecordsWithoutAddress int64 `json:"records_without_address"`
	// Proxies had records lately, the longest silent first.
	Proxies []Proxy `json:"proxies,omitempty"`
	// ProxiesForgotten is how often a proxy was dropped for another one.
	ProxiesForgotten int64 `json:"proxies_forgotten"`
}

// Proxy is a proxy that sent records of outside traffic.
type Proxy struct {
	// Name is `POD.NAMESPACE`.
	Name       string    `json:"name"`
	LastRecord time.Time `json:"last_record"`
}

// Compare orders proxies by their last records, and then by their names.
func (p Proxy) Compare(o Proxy) int {
	return cmp.Or(p.LastRecord.Compare(o.LastRecord), strings.Compare(p.Name, o.Name))
}

// Page is what an extension implements that shows ledgers.
type Page interface {
	// Register shows a ledger under the name of its component until unregister is
	// called.
	Register(component string, l Ledger) (unregister func())
}
