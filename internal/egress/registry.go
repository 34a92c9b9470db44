// SPDX-License-Identifier: Apache-2.0

package egress

import "time"

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
}

// Page is what an extension implements that shows ledgers.
type Page interface {
	// Register shows a ledger under the name of its component until unregister is
	// called.
	Register(component string, l Ledger) (unregister func())
}
