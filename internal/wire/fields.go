package wire

import (
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// kept bounds the memory that Reset keeps, in elements of a list and bytes of text.
const kept = 4 << 10

// List is a list and whether it was present. Null is an empty list.
type List[T any] struct {
	Items   []T
	Present bool
}

// Reset empties the list. It keeps the memory for the next one.
func (l *List[T]) Reset() {
	clear(l.Items)
	*l = List[T]{Items: l.Items[:0]}
	if cap(l.Items) > kept {
		l.Items = nil
	}
}

// UnmarshalJSONFrom reads an array or null.
func (l *List[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	l.Present = true
	return json.UnmarshalDecode(dec, &l.Items)
}

// Text is a string with many escapes, such as JSON in a string. It is unescaped in
// memory that is reused. Null is "".
type Text struct {
	String  string
	last    string // the text before, which is often the same on a page
	scratch []byte
}

// Reset makes the text empty. It keeps the memory for the next one.
func (t *Text) Reset() {
	*t = Text{scratch: t.scratch, last: t.String}
	if cap(t.scratch) > kept {
		*t = Text{}
	}
}

// UnmarshalJSONFrom reads a string.
func (t *Text) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if raw.Kind() != '"' {
		return json.Unmarshal(raw, &t.String)
	}
	// The value is valid JSON, so the only possible error is invalid UTF-8.
	t.scratch, _ = jsontext.AppendUnquote(t.scratch[:0], raw)
	if t.String = t.last; string(t.scratch) != t.last {
		t.String = string(t.scratch)
	}
	return nil
}

// Time is an RFC 3339 time; null and "" are the zero time.
type Time struct{ time.Time }

// UnmarshalJSONFrom reads a time.
func (t *Time) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	switch {
	case raw.Kind() == 'n', string(raw) == `""`:
		t.Time = time.Time{}
		return nil
	case raw.Kind() != '"':
		return errors.New("a timestamp must be a string")
	}
	text := raw[1 : len(raw)-1]
	if t.UnmarshalText(text) == nil {
		return nil
	}
	unquoted, err := jsontext.AppendUnquote(nil, raw)
	if err == nil && t.UnmarshalText(unquoted) == nil {
		return nil
	}
	return errors.New("a timestamp is not RFC 3339") // without its text, which may have part of a secret
}

// Int is an integer in any notation: 3, 3.0 or 3e0. Null is 0.
type Int int

// UnmarshalJSONFrom reads an integer that fits an int.
func (n *Int) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	switch raw.Kind() {
	case 'n':
		*n = 0
		return nil
	case '0':
		if i, err := strconv.ParseInt(string(raw), 10, 0); err == nil {
			*n = Int(i)
			return nil
		}
		f, err := strconv.ParseFloat(string(raw), 64)
		if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 || int64(int(f)) != int64(f) {
			return errors.New("not an integer, or too large")
		}
		*n = Int(f)
		return nil
	}
	return errors.New("not an integer")
}

// Count is a total, which is a hint. A number that is not a valid count is 0, as if
// the server did not count. Any other value is an error.
type Count int

// UnmarshalJSONFrom reads a number.
func (n *Count) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var i Int
	number := dec.PeekKind() == '0'
	if err := i.UnmarshalJSONFrom(dec); err != nil && !number {
		return err
	}
	*n = Count(max(0, i))
	return nil
}
