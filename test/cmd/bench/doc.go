// SPDX-License-Identifier: Apache-2.0

// Command bench compares the gateway with a Collector that only receives: the
// same requests go to the built distribution with `otlp -> nop` and nothing
// else, and to the gateway with config/gateway.yaml as shipped and remote write to
// a Prometheus. Both run side by side and take turns,
// so that whatever else the machine does disturbs both alike. Entries of ALS come
// on streams that stay open, each of a proxy of its own; a stock Collector knows no
// ALS and gets the same records over OTLP, as attributes.
//
// Then it sends the gateway records to few and to very many destinations: the
// cost of a record should not depend on how many there are.
//
// With --baseline another build of the gateway, with a configuration of its own, is
// a third side that takes turns with them. A last table says which rows cost more
// than 5 % more than it.
//
// With --merge the gateway has more configuration than the baseline: with
// config/storage.yaml the comparison says what the storage costs.
//
// It prints what a record costs and the ratio of the two, and fails only if a
// record was lost: how fast a machine is says nothing about the program.
package main
