package state

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// ErrDamaged is the error of bytes that are not what was written.
var ErrDamaged = errors.New("stored bytes are damaged")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// seal adds a checksum of a value and of its number: the value of another key is a
// damaged one.
func seal(number uint64, b []byte) []byte {
	return binary.LittleEndian.AppendUint32(b, checksum(number, b))
}

func unseal(number uint64, b []byte) ([]byte, error) {
	n := len(b) - crc32.Size
	if n < 0 || binary.LittleEndian.Uint32(b[n:]) != checksum(number, b[:n]) {
		return nil, ErrDamaged
	}
	return b[:n], nil
}

func checksum(number uint64, b []byte) uint32 {
	var n [8]byte
	binary.LittleEndian.PutUint64(n[:], number)
	return crc32.Update(crc32.Checksum(n[:], castagnoli), castagnoli, b)
}
