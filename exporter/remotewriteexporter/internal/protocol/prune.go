// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"encoding/binary"

	"google.golang.org/protobuf/encoding/protowire"
)

// withSymbols adds series of protocol 2.0 to a request, and those of symbols
// that they refer to: what was refused as too large must become smaller.
func withSymbols(request []byte, series, symbols [][]byte) ([]byte, error) {
	p := pruner{symbols: symbols, kept: make([]uint32, len(symbols))}
	// The first symbol is empty in each request.
	if _, err := p.keep(0); err != nil {
		return nil, err
	}
	var rest []byte
	for _, s := range series {
		pruned, err := p.series(s)
		if err != nil {
			return nil, err
		}
		rest = appendBytes(rest, request2Series, pruned)
	}
	for _, s := range p.list {
		request = appendBytes(request, request2Symbols, s)
	}
	return append(request, rest...), nil
}

// pruner gives the symbols that are referred to places of their own.
type pruner struct {
	symbols [][]byte
	// kept has for each symbol its new place and one more, or 0.
	kept []uint32
	list [][]byte
}

// keep returns the new place of a symbol.
func (p *pruner) keep(ref uint64) (uint64, error) {
	if ref >= uint64(len(p.symbols)) {
		return 0, errNotRequest
	}
	if p.kept[ref] == 0 {
		p.list = append(p.list, p.symbols[ref])
		p.kept[ref] = uint32(len(p.list))
	}
	return uint64(p.kept[ref] - 1), nil
}

// series returns a series with references to the new places.
func (p *pruner) series(message []byte) ([]byte, error) {
	return p.rewrite(message, func(dst []byte, f field) ([]byte, error) {
		switch f.number {
		case series2Labels:
			return p.packed(dst, f)
		case series2Exemplars:
			exemplar, err := p.rewrite(f.content, func(dst []byte, f field) ([]byte, error) {
				if f.number == exemplar2Labels {
					return p.packed(dst, f)
				}
				return append(dst, f.all...), nil
			})
			return appendBytes(dst, series2Exemplars, exemplar), err
		case series2Metadata:
			metadata, err := p.rewrite(f.content, func(dst []byte, f field) ([]byte, error) {
				if f.number == metadataHelp || f.number == metadataUnit {
					return p.single(dst, f)
				}
				return append(dst, f.all...), nil
			})
			return appendBytes(dst, series2Metadata, metadata), err
		}
		return append(dst, f.all...), nil
	})
}

// rewrite returns a message whose fields do writes.
func (*pruner) rewrite(message []byte, do func(dst []byte, f field) ([]byte, error)) (dst []byte, err error) {
	list, err := fields(message)
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		if dst, err = do(dst, f); err != nil {
			return nil, err
		}
	}
	return dst, nil
}

// packed adds a field that is a list of references.
func (p *pruner) packed(dst []byte, f field) ([]byte, error) {
	var refs []byte
	for rest := f.content; len(rest) > 0; {
		ref, n := protowire.ConsumeVarint(rest)
		if n < 0 {
			return nil, errNotRequest
		}
		place, err := p.keep(ref)
		if err != nil {
			return nil, err
		}
		refs, rest = binary.AppendUvarint(refs, place), rest[n:]
	}
	return appendBytes(dst, int(f.number), refs), nil
}

// single adds a field that is one reference.
func (p *pruner) single(dst []byte, f field) ([]byte, error) {
	_, kind, tag := protowire.ConsumeTag(f.all)
	if kind != protowire.VarintType {
		return nil, errNotRequest
	}
	ref, _ := protowire.ConsumeVarint(f.all[tag:])
	place, err := p.keep(ref)
	if err != nil {
		return nil, err
	}
	return appendInt(dst, int(f.number), place), nil
}
