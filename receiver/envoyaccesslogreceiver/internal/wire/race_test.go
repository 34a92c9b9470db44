//go:build race

package wire

// raceOverhead is what a build with the race detector allocates more: what the
// compiler keeps on the stack in others.
const raceOverhead = 16 << 10
