// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package proc

// memory is a bound on a child's memory, which only Linux can hold it to.
type memory struct{ limit int64 }

func newMemory(limit int64) *memory { return &memory{limit: limit} }

func (m *memory) inCgroup() bool { return false }

func (m *memory) join() string { return "" }

func (m *memory) explain(err error) error { return err }

func (m *memory) close() {}
