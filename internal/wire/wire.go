// Package wire reads the JSON of the API. It is strict about the kind of a
// document and tolerant about the values of its fields. It does not know the
// public types.
package wire

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// tolerant replaces invalid UTF-8 by U+FFFD. Unknown fields are ignored by default.
var tolerant = json.JoinOptions(jsontext.AllowInvalidUTF8(true))

// UnmarshalObject decodes body, which must be an object, into v. The text of an
// error calls the object by its name, like "a group".
func UnmarshalObject(body []byte, name string, v any) error {
	if start := bytes.TrimLeft(body, " \t\r\n"); len(start) == 0 || start[0] != '{' {
		dec := jsontext.NewDecoder(bytes.NewReader(body))
		return wrongKind(name, dec.PeekKind(), dec)
	}
	return readable(json.Unmarshal(body, v, tolerant))
}

// Page is what a page has in addition to its rows.
type Page struct {
	Links    Links
	Metadata Metadata
}

// Links lead to other pages. They are never followed.
type Links struct {
	Next  string `json:"next"`
	Prev  string `json:"prev"`
	First string `json:"first"`
	Last  string `json:"last"`
}

// Metadata has the totals of a list.
type Metadata struct {
	TotalItems Count `json:"totalItems"`
	TotalPages Count `json:"totalPages"`
}

// UnmarshalList decodes body, a list in one of three shapes: {"<name>":[…]},
// {"items":[…]} and […]. It decodes each element into row, which must be an
// object, and calls add. Anything else is an error, also a null list: if it were
// read as an empty list, a synchronization could delete everything.
func UnmarshalList(body []byte, name string, row any, add func() error) (Page, error) {
	l := list{name: name, row: row, add: add}
	err := json.Unmarshal(body, &l, tolerant)
	return l.page, readable(err)
}

type list struct {
	name string
	row  any
	add  func() error
	page Page
}

// UnmarshalJSONFrom reads a list.
func (l *list) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	switch kind := dec.PeekKind(); kind {
	case '[':
		return l.rows(dec)
	case '{':
		return l.members(dec)
	default:
		return wrongKind("a list of "+l.name, kind, dec)
	}
}

func (l *list) members(dec *jsontext.Decoder) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	lists := 0
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return err
		}
		switch name.String() {
		case l.name, "items":
			lists++
			err = l.rows(dec)
		case "_links":
			err = json.UnmarshalDecode(dec, &l.page.Links)
		case "_metadata":
			err = json.UnmarshalDecode(dec, &l.page.Metadata)
		default:
			err = dec.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	if lists != 1 {
		return fmt.Errorf("expected one list of %s, as %q or \"items\", found %d", l.name, l.name, lists)
	}
	return nil
}

func (l *list) rows(dec *jsontext.Decoder) error {
	if kind := dec.PeekKind(); kind != '[' {
		return wrongKind("a list of "+l.name, kind, dec)
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for {
		switch kind := dec.PeekKind(); kind {
		case ']':
			_, err := dec.ReadToken()
			return err
		case '{':
		default:
			return wrongKind("an object in the list of "+l.name, kind, dec)
		}
		if err := json.UnmarshalDecode(dec, l.row); err != nil {
			return err
		}
		if err := l.add(); err != nil {
			return &json.SemanticError{JSONPointer: dec.StackPointer(), Err: err}
		}
	}
}

// readable removes the names of Go types from a decoding error and keeps the
// position.
func readable(err error) error {
	semantic, ok := errors.AsType[*json.SemanticError](err)
	if !ok {
		return err
	}
	place := cmp.Or(string(semantic.JSONPointer), "the top")
	if semantic.Err != nil {
		return fmt.Errorf("at %s: %w", place, semantic.Err)
	}
	return fmt.Errorf("at %s: unexpected %v", place, semantic.JSONKind)
}

// wrongKind is the error for a value of another kind than expected, or for text
// that is not JSON.
func wrongKind(want string, kind jsontext.Kind, dec *jsontext.Decoder) error {
	if kind == jsontext.KindInvalid {
		if _, err := dec.ReadToken(); err != nil {
			return err
		}
	}
	return fmt.Errorf("expected %s, found %v", want, kind)
}
