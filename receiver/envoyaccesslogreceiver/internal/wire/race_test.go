//go:build race

package wire

// raceOverhead is for what a decoder allocates more in a build with the race
// detector. Decoding 2000 nested arrays of JSON took 9 KiB more than the bound.
const raceOverhead = 16 << 10
