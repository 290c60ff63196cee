package wire

import (
	"bytes"
	"hash/maphash"
)

// Recent caches recently decoded values by a hash of their JSON. Most short values of a
// page are repeated, such as times and the roles of groups. Its size is fixed.
type Recent[T any] [256]decoded[T]

type decoded[T any] struct {
	json  []byte
	value T
}

const (
	maxJSON = 1 << 10 // the longest JSON that is kept, in bytes
	hashed  = 64      // how many bytes of it are hashed
)

var seed = maphash.MakeSeed()

// find returns the slot for values whose JSON begins with start. It may hold another
// value.
func (r *Recent[T]) find(start []byte) *decoded[T] {
	return &r[maphash.Bytes(seed, start[:min(len(start), hashed)])%uint64(len(r))]
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
	last := r.find(start)
	if len(last.json) > 0 && bytes.HasPrefix(start, last.json) { // an object does not begin with another one
		*v = clone(last.value)
		return d.Skip()
	}
	if err := read(v); err != nil {
		return err
	}
	last.set(start[:len(start)-len(d.json.UnreadBuffer())], clone(*v))
	return nil
}
