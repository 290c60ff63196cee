// Package wire reads the JSON of the groups API: strict about what an answer is,
// tolerant about what its fields hold. It does not know the public types.
package wire

import (
	"cmp"
	"errors"
	"fmt"
	"sync"

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

	Permissions []string `json:"permissions"`
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
	TotalItems Count `json:"totalItems"`
	TotalPages Count `json:"totalPages"`
}

// ReadGroup reads the answer that is one group, and calls use for it. The group
// is valid during that call only.
func ReadGroup(body []byte, use func(*Group)) error {
	g := rows.Get().(*row)
	defer g.release()
	if err := json.Unmarshal(body, g, tolerant); err != nil {
		return readable(err)
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
		return Config{}, readable(err)
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
	return l.page, readable(err)
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

// readable leaves the names of Go's types, which say nothing to a user, out of a
// decoding error, and keeps where in the answer it is.
func readable(err error) error {
	semantic, ok := errors.AsType[*json.SemanticError](err)
	if !ok {
		return err
	}
	place := cmp.Or(string(semantic.JSONPointer), "the top")
	if semantic.Err != nil {
		return fmt.Errorf("at %s: %w", place, semantic.Err)
	}
	return fmt.Errorf("at %s: found %v, which does not belong there", place, semantic.JSONKind)
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
