package state

import "strconv"

// format changes when the head or the seal of values changes its meaning.
const format = "1"

// keyVersion holds the version of the log that was written last. It is the one key
// that all versions share: each has its own keys for all else.
const keyVersion = "version"

func (l *Log) keyHead() string { return l.version + "/head" }

// keyDamaged has the bytes of a head that could not be read.
func (l *Log) keyDamaged() string { return l.version + "/damaged_head" }

func (l *Log) keyValue(number uint64) string {
	return l.version + "/" + strconv.FormatUint(number, 10)
}

// values are those from first up to next. Each value has a number, one higher than
// that of the value before.
type values struct{ first, next uint64 }

func (v values) len() int { return int(v.next - v.first) }

func (v values) valid() bool { return v.first <= v.next && v.next-v.first <= maxRange }

// maxRange bounds what is believed of a head. It is far more than a log can have.
const maxRange = 1 << 20

// head says which values there are.
type head struct {
	instance, settings string
	// whole is false while what the log says is not all that there is to say.
	whole bool
	// log are the values of the log.
	log values
	// aside are those of a log that was set aside.
	aside values
	// deleted are those that were deleted last: what a crash left of them.
	deleted values
}

func (h *head) encode() []byte {
	var e Encoder
	e.String(h.instance)
	e.String(h.settings)
	e.Bool(h.whole)
	for _, v := range []values{h.log, h.aside, h.deleted} {
		e.Uint(v.first)
		e.Uint(v.next)
	}
	return seal(0, e.Bytes())
}

func decodeHead(b []byte) (h head, err error) {
	content, err := unseal(0, b)
	if err != nil {
		return head{}, err
	}
	d := NewDecoder(content)
	h.instance, h.settings, h.whole = d.String(), d.String(), d.Bool()
	for _, v := range []*values{&h.log, &h.aside, &h.deleted} {
		v.first, v.next = d.Uint(), d.Uint()
	}
	if err := d.End(); err != nil {
		return head{}, err
	}
	if h.log.first == 0 || !h.log.valid() || !h.aside.valid() || !h.deleted.valid() {
		return head{}, ErrDamaged
	}
	return h, nil
}
