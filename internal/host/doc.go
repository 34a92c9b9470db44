// Package host knows how a host is written: what of `HOST:PORT` is a DNS name,
// and which spellings mean one host. It knows no records and no rules of Istio.
//
// Invariants: its functions are pure, take any bytes and never fail on them;
// what they give is never longer than what they got and may share its memory;
// giving it to them again changes nothing. A host that is spelled in its normal
// form already costs no allocation.
package host
