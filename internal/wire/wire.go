// Package wire reads the JSON of the groups API: strict about what an answer is,
// tolerant about what its fields hold. It does not know the public types.
package wire

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// tolerant reads broken UTF-8 as U+FFFD. Unknown fields pass by default.
var tolerant = json.JoinOptions(jsontext.AllowInvalidUTF8(true))

// Group is a group as it is sent. Any field may be null or missing.
type Group struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Color       string     `json:"color"`
	Description string     `json:"description"`
	Metadata    Text       `json:"metadata"`
	Roles       List[Role] `json:"roles"`
	Users       List[User] `json:"users"`
	ManagedBy   string     `json:"managedBy"`
	CreatedAt   Time       `json:"createdAt"`
	UpdatedAt   Time       `json:"updatedAt"`
}

// Role is a role as it is sent.
type Role struct {
	ID            string `json:"id"`
	VendorID      string `json:"vendorId"`
	TenantID      string `json:"tenantId"`
	Key           string `json:"key"`
	Name          string `json:"name"`
	Description   string `json:"description"`
	IsDefault     bool   `json:"isDefault"`
	FirstUserRole bool   `json:"firstUserRole"`
	Level         Int    `json:"level"`
	CreatedAt     Time   `json:"createdAt"`
	UpdatedAt     Time   `json:"updatedAt"`
}

// User is a user as it is sent.
type User struct {
	ID                 string `json:"id"`
	Email              string `json:"email"`
	Name               string `json:"name"`
	ProfilePictureURL  string `json:"profilePictureUrl"`
	ActivatedForTenant bool   `json:"activatedForTenant"`
	CreatedAt          Time   `json:"createdAt"`
}

// Config is the groups configuration as it is sent.
type Config struct {
	Enabled      *bool `json:"enabled"`
	RolesEnabled *bool `json:"rolesEnabled"`
}

// Page is what a page says besides its groups.
type Page struct {
	Links    Links
	Metadata Metadata
}

// Links lead to other pages. They are information, never followed.
type Links struct {
	Next  string `json:"next"`
	Prev  string `json:"prev"`
	First string `json:"first"`
	Last  string `json:"last"`
}

// Metadata has the totals of a list.
type Metadata struct {
	TotalItems Int `json:"totalItems"`
	TotalPages Int `json:"totalPages"`
}

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

// ReadGroup reads the answer that is one group, and calls use for it. The group
// is valid during that call only.
func ReadGroup(body []byte, use func(*Group)) error {
	g := rows.Get().(*row)
	defer g.release()
	if err := json.Unmarshal(body, g, tolerant); err != nil {
		return err
	}
	use((*Group)(g))
	return nil
}

// row is a group that must be one: an object with at least an id or a name.
// Null, or an error that comes with status 200, is not a group.
//
// Its lists and its scratch memory serve one group after the other: whoever
// keeps the group copies it.
type row Group

var rows = sync.Pool{New: func() any { return new(row) }}

// kept bounds the memory of a row that is used again, in elements of a list and
// bytes of scratch.
const kept = 4 << 10

func (g *row) release() {
	if cap(g.Roles.Items) > kept || cap(g.Users.Items) > kept || cap(g.Metadata.scratch) > kept {
		return
	}
	clear(g.Roles.Items[:cap(g.Roles.Items)])
	clear(g.Users.Items[:cap(g.Users.Items)])
	g.reset()
	rows.Put(g)
}

// reset empties the row, but for the memory that the next group can use.
func (g *row) reset() {
	*g = row{
		Metadata: Text{scratch: g.Metadata.scratch},
		Roles:    List[Role]{Items: g.Roles.Items[:0]},
		Users:    List[User]{Items: g.Users.Items[:0]},
	}
}

// UnmarshalJSONFrom reads a group.
func (g *row) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if kind := dec.PeekKind(); kind != '{' {
		return wrongKind("a group", kind, dec)
	}
	if err := json.UnmarshalDecode(dec, (*Group)(g)); err != nil {
		return err
	}
	if g.ID == "" && g.Name == "" {
		return errors.New("a group has neither id nor name")
	}
	return nil
}

// ReadConfig reads the answer that is a configuration.
func ReadConfig(body []byte) (Config, error) {
	var c Config
	if err := json.Unmarshal(body, &c, tolerant); err != nil {
		return Config{}, err
	}
	if c.Enabled == nil && c.RolesEnabled == nil {
		return Config{}, errors.New("a configuration has neither enabled nor rolesEnabled")
	}
	return c, nil
}

// ReadGroups reads the answer that is a list of groups, in any of its three
// shapes, and calls add for each. The group is valid during that call only.
func ReadGroups(body []byte, add func(*Group)) (Page, error) {
	l := groupList{add: add}
	err := json.Unmarshal(body, &l, tolerant)
	return l.page, err
}

// groupList is {"groups":[…]}, {"items":[…]} or […]. Anything else, a null list
// too, is an error: to take it for an empty list could make a synchronization
// delete everything.
type groupList struct {
	add  func(*Group)
	page Page
}

// UnmarshalJSONFrom reads a list.
func (l *groupList) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	switch kind := dec.PeekKind(); kind {
	case '[':
		return l.rows(dec)
	case '{':
		return l.members(dec)
	default:
		return wrongKind("a list of groups", kind, dec)
	}
}

func (l *groupList) members(dec *jsontext.Decoder) error {
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
		case "groups", "items":
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
		return fmt.Errorf("expected one list of groups, as groups or items, and found %d", lists)
	}
	return nil
}

func (l *groupList) rows(dec *jsontext.Decoder) error {
	if kind := dec.PeekKind(); kind != '[' {
		return wrongKind("a list of groups", kind, dec)
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	g := rows.Get().(*row)
	defer g.release()
	for dec.PeekKind() != ']' {
		g.reset()
		if err := json.UnmarshalDecode(dec, g); err != nil {
			return err
		}
		l.add((*Group)(g))
	}
	_, err := dec.ReadToken()
	return err
}

// wrongKind is the error for a value of another kind than was asked for, or for
// text that is no JSON at all.
func wrongKind(want string, kind jsontext.Kind, dec *jsontext.Decoder) error {
	if kind == jsontext.KindInvalid {
		if _, err := dec.ReadToken(); err != nil {
			return err
		}
	}
	return fmt.Errorf("expected %s, found %v", want, kind)
}
