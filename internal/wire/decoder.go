package wire

import (
	"bytes"
	"errors"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Decoder reads the values of a response in their order. Its memory is reused.
type Decoder struct {
	json *jsontext.Decoder
	read func() error // reads the document

	strings Recent[string]
	times   Recent[time.Time]
	scratch []byte // for strings with escapes
}

// What is kept of memory that is reused.
const (
	maxScratch  = 4 << 10 // bytes
	maxElements = 4 << 10
)

// document is the value that a Decoder decodes a body into.
type document Decoder

// UnmarshalJSONFrom reads the document.
func (d *document) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	d.json = dec
	return d.read()
}

// unmarshal decodes body with read.
func (d *Decoder) unmarshal(body []byte, read func() error) error {
	d.read = read
	err := json.Unmarshal(body, (*document)(d), tolerant)
	d.json, d.read = nil, nil
	if cap(d.scratch) > maxScratch {
		d.scratch = nil
	}
	return readable(err)
}

// At returns err with the position of the last value.
func (d *Decoder) At(err error) error {
	return &json.SemanticError{JSONPointer: d.json.StackPointer(), Err: err}
}

// unexpected returns the error for the last value if it is of the wrong kind.
func (d *Decoder) unexpected(kind jsontext.Kind) error {
	return &json.SemanticError{JSONPointer: d.json.StackPointer(), JSONKind: kind}
}

// null reads null. Another value is an error.
func (d *Decoder) null() error {
	raw, err := d.json.ReadValue()
	if err == nil && raw.Kind() != 'n' {
		err = d.unexpected(raw.Kind())
	}
	return err
}

// Object reads an object. It calls member with each name, which must read the value. Null
// has no members.
func (d *Decoder) Object(member func(name []byte) error) error {
	switch token, err := d.json.ReadToken(); {
	case err != nil:
		return err
	case token.Kind() == 'n':
		return nil
	case token.Kind() != '{':
		return d.unexpected(token.Kind())
	}
	for d.json.PeekKind() == '"' {
		name, err := d.json.ReadValue()
		if err != nil {
			return err
		}
		if err := member(d.name(name)); err != nil {
			return err
		}
	}
	_, err := d.json.ReadToken()
	return err
}

func (d *Decoder) name(raw []byte) []byte {
	if bytes.IndexByte(raw, '\\') >= 0 {
		return d.unquote(raw)
	}
	return raw[1 : len(raw)-1]
}

// Skip reads a value and ignores it.
func (d *Decoder) Skip() error { return d.json.SkipValue() }

// String reads a string. Null is "".
func (d *Decoder) String(s *string) error {
	raw, err := d.json.ReadValue()
	switch {
	case err != nil:
		return err
	case raw[0] == '"':
		last, found := d.strings.find(raw)
		if !found {
			*s = string(d.unquote(raw))
			last.set(raw, *s)
			return nil
		}
		*s = last.value
		return nil
	case raw[0] == 'n':
		*s = ""
		return nil
	}
	return d.unexpected(raw.Kind())
}

// ID reads an ID. Null is none, and so is a number: it could not be sent as it is.
func (d *Decoder) ID(id *string) error {
	if d.json.PeekKind() == jsontext.KindNumber {
		*id = ""
		return d.Skip()
	}
	return d.String(id)
}

// unquote returns the text of a JSON string, until the next call. Invalid UTF-8 is
// replaced.
func (d *Decoder) unquote(raw jsontext.Value) []byte {
	text := raw[1 : len(raw)-1]
	if bytes.IndexByte(text, '\\') < 0 && utf8.Valid(text) {
		return text
	}
	d.scratch, _ = jsontext.AppendUnquote(d.scratch[:0], raw) // raw is valid JSON, except for UTF-8
	return d.scratch
}

// Strings reads a list of strings. Null is nil.
func (d *Decoder) Strings(list *[]string) error { return json.UnmarshalDecode(d.json, list) }

// Bool reads true or false. Null is false.
func (d *Decoder) Bool(b *bool) error {
	switch d.json.PeekKind() {
	case 't', 'f':
		token, err := d.json.ReadToken()
		*b = err == nil && token.Bool()
		return err
	default:
		*b = false
		return d.null()
	}
}

// Time reads an RFC 3339 time. Null and "" are the zero time.
func (d *Decoder) Time(t *time.Time) error {
	raw, err := d.json.ReadValue()
	if err != nil {
		return err
	}
	last, found := d.times.find(raw)
	if found {
		*t = last.value
		return nil
	}
	if *t, err = d.parseTime(raw); err != nil {
		return d.At(err)
	}
	last.set(raw, *t)
	return nil
}

func (d *Decoder) parseTime(raw []byte) (t time.Time, err error) {
	switch {
	case raw[0] == 'n', string(raw) == `""`:
		return t, nil
	case raw[0] != '"':
		return t, errors.New("a timestamp must be a string")
	case t.UnmarshalText(d.unquote(raw)) != nil:
		return t, errors.New("a timestamp is not RFC 3339") // without its text, which may have part of a secret
	}
	return t, nil
}

// Int reads an integer in any notation: 3, 3.0 or 3e0. Null is 0.
func (d *Decoder) Int(n *int) error {
	raw, err := d.json.ReadValue()
	if err != nil {
		return err
	}
	if *n, err = parseInt(raw); err != nil {
		return d.At(err)
	}
	return nil
}

// parseInt returns an integer that fits an int.
func parseInt(raw jsontext.Value) (int, error) {
	switch raw.Kind() {
	case 'n':
		return 0, nil
	case '0':
		if i, err := strconv.ParseInt(string(raw), 10, 0); err == nil {
			return int(i), nil
		}
		f, err := strconv.ParseFloat(string(raw), 64)
		if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 || int64(int(f)) != int64(f) {
			return 0, errors.New("not an integer, or too large")
		}
		return int(f), nil
	}
	return 0, errors.New("not an integer")
}

// Count is a total, which is a hint. A number that is not a valid count is 0, as if
// the server did not count. Any other value is an error.
type Count int

// UnmarshalJSONFrom reads a number.
func (n *Count) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	i, err := parseInt(raw)
	*n = Count(max(0, i))
	if raw.Kind() == '0' {
		return nil
	}
	return err
}

// Elements reads arrays. Its memory is reused.
type Elements[T any] struct{ items []T }

// Read reads an array into a new list, which may be empty but is not nil. It calls element
// for each element, which must read it into the zero T. Null is an empty list.
func (e *Elements[T]) Read(d *Decoder, list *[]T, element func(*T) error) error {
	*list = []T{}
	switch token, err := d.json.ReadToken(); {
	case err != nil:
		return err
	case token.Kind() == 'n':
		return nil
	case token.Kind() != '[':
		return d.unexpected(token.Kind())
	}
	defer e.reset()
	for d.json.PeekKind() != ']' {
		var zero T
		e.items = append(e.items, zero)
		if err := element(&e.items[len(e.items)-1]); err != nil {
			return err
		}
	}
	if len(e.items) > 0 {
		*list = make([]T, len(e.items))
		copy(*list, e.items)
	}
	_, err := d.json.ReadToken()
	return err
}

func (e *Elements[T]) reset() {
	clear(e.items)
	e.items = e.items[:0]
	if cap(e.items) > maxElements {
		e.items = nil
	}
}
