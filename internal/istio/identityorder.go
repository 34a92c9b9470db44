// SPDX-License-Identifier: Apache-2.0

package istio

// IdentityRow shows a reader where one value of an identity comes from, the surest
// origin first.
type IdentityRow struct {
	Field       string
	Proxy, Peer []string
}

// IdentityOrder shows the table by which identities are made.
func IdentityOrder() []IdentityRow {
	rows := make([]IdentityRow, 0, len(identityTable))
	for _, row := range identityTable {
		rows = append(rows, IdentityRow{row.name, namesOf(row.proxy), namesOf(row.peer)})
	}
	return rows
}

func namesOf(origins []origin) []string {
	names := make([]string, 0, len(origins))
	for _, o := range origins {
		names = append(names, o.name)
	}
	return names
}
