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

// UnmarshalObject decodes body, which must be an object, into v. The text of an error
// calls the object by its name, like "a group".
func UnmarshalObject(body []byte, name string, v any) error {
	if err := checkObject(body, name); err != nil {
		return err
	}
	return readable(json.Unmarshal(body, v, tolerant))
}

// UnmarshalObject decodes body, which must be an object, with read.
func (d *Decoder) UnmarshalObject(body []byte, name string, read func() error) error {
	if err := checkObject(body, name); err != nil {
		return err
	}
	return d.unmarshal(body, read)
}

// checkObject returns an error unless body begins like an object.
func checkObject(body []byte, name string) error {
	if start := bytes.TrimLeft(body, " \t\r\n"); len(start) > 0 && start[0] == '{' {
		return nil
	}
	dec := jsontext.NewDecoder(bytes.NewReader(body))
	return wrongKind(name, dec.PeekKind(), dec)
}

// Page is the part of a page other than its rows.
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
// {"items":[…]} and […]. It calls row for each element, which is an object and must be
// read. Anything else is an error, including a null list: read as an empty list, it could
// make a synchronization delete everything.
func (d *Decoder) UnmarshalList(body []byte, name string, row func() error) (Page, error) {
	l := list{Decoder: d, name: name, row: row}
	err := d.unmarshal(body, l.read)
	return l.page, err
}

type list struct {
	*Decoder
	name string
	row  func() error
	page Page
}

func (l *list) read() error {
	switch kind := l.json.PeekKind(); kind {
	case '[':
		return l.rows()
	case '{':
		return l.members()
	default:
		return wrongKind("a list of "+l.name, kind, l.json)
	}
}

func (l *list) members() error {
	lists := 0
	err := l.Object(func(name []byte) error {
		switch string(name) {
		case l.name, "items":
			lists++
			return l.rows()
		case "_links":
			return json.UnmarshalDecode(l.json, &l.page.Links)
		case "_metadata":
			return json.UnmarshalDecode(l.json, &l.page.Metadata)
		}
		return l.Skip()
	})
	if err == nil && lists != 1 {
		err = fmt.Errorf("expected one list of %s, as %q or \"items\", found %d", l.name, l.name, lists)
	}
	return err
}

func (l *list) rows() error {
	if kind := l.json.PeekKind(); kind != '[' {
		return wrongKind("a list of "+l.name, kind, l.json)
	}
	if _, err := l.json.ReadToken(); err != nil {
		return err
	}
	for {
		switch kind := l.json.PeekKind(); kind {
		case ']':
			_, err := l.json.ReadToken()
			return err
		case '{':
		default:
			return wrongKind("an object in the list of "+l.name, kind, l.json)
		}
		if err := l.row(); err != nil {
			return err
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
