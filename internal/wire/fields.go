package wire

import (
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// List is a list that tells whether it was there: null is an empty list, a
// missing one is none.
type List[T any] struct {
	Items   []T
	Present bool
}

// UnmarshalJSONFrom reads an array or null.
func (l *List[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	l.Present = true
	return json.UnmarshalDecode(dec, &l.Items)
}

// Text is a string that is mostly escapes, as JSON in a string is: it is
// unescaped in memory that is used again. Null is "".
type Text struct {
	String  string
	scratch []byte
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
	// Its one error, for the value is read already, is broken UTF-8.
	t.scratch, _ = jsontext.AppendUnquote(t.scratch[:0], raw)
	t.String = string(t.scratch)
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
	return errors.New("a timestamp is not RFC 3339") // its text may hold part of a secret
}

// Int is a whole number, however it is written: 3, 3.0 or 3e0. Null is 0.
type Int int

// UnmarshalJSONFrom reads a whole number.
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
		if f, err := strconv.ParseFloat(string(raw), 64); err == nil && f == math.Trunc(f) && math.Abs(f) <= 1<<53 {
			*n = Int(f)
			return nil
		}
	}
	return errors.New("not a whole number")
}

// Count is a total, which is a hint: a number that cannot be one is 0, as if the
// server did not count. What is no number at all is an error.
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
