// SPDX-License-Identifier: Apache-2.0

// Package formats has the tables of what Istio's proxies are told to log: the
// operators, the default lines of text, the keys of attributes and JSON members,
// and the attributes of resources that name the sender.
//
// It knows no rules. What a record means is told in package istio.
package formats
