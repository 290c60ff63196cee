package wire

import (
	"bytes"
	"hash/maphash"
)

// Recent caches recently decoded values by a hash of their JSON, two for each hash. Most
// short values of a page are repeated, such as times and the roles of groups. Its size is
// fixed.
type Recent[T any] [128][2]decoded[T]

type decoded[T any] struct {
	json  []byte
	value T
}

const (
	maxJSON = 1 << 10 // the longest JSON that is kept, in bytes
	hashed  = 64      // how many bytes of it are hashed
)

var seed = maphash.MakeSeed()

// find returns the slot for the value that start begins with, and whether it holds that
// value. Otherwise it holds the one of two that was not used last.
func (r *Recent[T]) find(start []byte) (slot *decoded[T], found bool) {
	slots := &r[maphash.Bytes(seed, start[:min(len(start), hashed)])%uint64(len(r))]
	if slots[0].begins(start) {
		return &slots[0], true
	}
	slots[0], slots[1] = slots[1], slots[0] // the one used last is first
	return &slots[0], slots[0].begins(start)
}

// begins reports whether start begins with the value. No JSON string, time or object
// begins with another one.
func (d *decoded[T]) begins(start []byte) bool {
	return len(d.json) > 0 && bytes.HasPrefix(start, d.json)
}

func (d *decoded[T]) set(json []byte, value T) {
	if len(json) <= maxJSON {
		d.json, d.value = append(d.json[:0], json...), value
	}
}

// Object reads an object into v with read, unless it is a recent one. clone returns a copy
// of a T that shares no memory with it.
func (r *Recent[T]) Object(d *Decoder, v *T, read func(*T) error, clone func(T) T) error {
	start := bytes.TrimLeft(d.json.UnreadBuffer(), ", \t\r\n")
	last, found := r.find(start)
	if found {
		*v = clone(last.value)
		return d.Skip()
	}
	if err := read(v); err != nil {
		return err
	}
	last.set(start[:len(start)-len(d.json.UnreadBuffer())], clone(*v))
	return nil
}
