package fronteggtest

import (
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/frontegg-go/frontegg"
)

// The names of JSON members are written out here and nowhere taken from package
// frontegg: a mistake there must not hide behind the same one here.

// timeLayout is how the API writes a time.
const timeLayout = "2006-01-02T15:04:05.000Z07:00"

// encode writes v as JSON. Broken UTF-8, which a test can put into the state but
// no request can, is replaced.
func encode(v any) []byte {
	b, err := json.Marshal(v, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		panic("fronteggtest: " + err.Error()) // only strings, numbers and booleans come here
	}
	return b
}

// encodeGroup writes a group up to its roles and users, which are added by
// appendGroup.
func encodeGroup(g *frontegg.Group) []byte {
	b := encode(struct {
		ID          string `json:"id"`
		Name        string `json:"name"`
		Color       string `json:"color"`
		Description string `json:"description"`
		Metadata    string `json:"metadata"`
		ManagedBy   string `json:"managedBy"`
		CreatedAt   string `json:"createdAt"`
		UpdatedAt   string `json:"updatedAt"`
	}{g.ID, g.Name, g.Color, g.Description, g.Metadata, string(g.ManagedBy), text(g.CreatedAt), text(g.UpdatedAt)})
	return b[:len(b)-1]
}

func encodeRole(r *frontegg.Role) []byte {
	return encode(struct {
		ID            string  `json:"id"`
		VendorID      string  `json:"vendorId"`
		TenantID      *string `json:"tenantId"`
		Key           string  `json:"key"`
		Name          string  `json:"name"`
		Description   string  `json:"description"`
		IsDefault     bool    `json:"isDefault"`
		FirstUserRole bool    `json:"firstUserRole"`
		Level         int     `json:"level"`
		CreatedAt     string  `json:"createdAt"`
		UpdatedAt     string  `json:"updatedAt"`
	}{
		r.ID, r.VendorID, nullIfEmpty(r.TenantID), r.Key, r.Name, r.Description, r.IsDefault, r.FirstUserRole, r.Level,
		text(r.CreatedAt), text(r.UpdatedAt),
	})
}

func encodeUser(u *frontegg.User) []byte {
	return encode(struct {
		ID                 string  `json:"id"`
		Email              string  `json:"email"`
		Name               string  `json:"name"`
		ProfilePictureURL  *string `json:"profilePictureUrl"`
		CreatedAt          string  `json:"createdAt"`
		ActivatedForTenant bool    `json:"activatedForTenant"`
	}{u.ID, u.Email, u.Name, nullIfEmpty(u.ProfilePictureURL), text(u.CreatedAt), u.ActivatedForTenant})
}

// relations says what of a group is asked for beside its own fields.
type relations struct{ roles, users bool }

// appendGroup writes a whole group behind b.
func appendGroup(b []byte, g *group, with relations) []byte {
	b = append(b, g.json...)
	b = append(b, `,"roles":[`...)
	if with.roles {
		b = appendMembers(b, &g.roles)
	}
	b = append(b, `],"users":[`...)
	if with.users {
		b = appendMembers(b, &g.users)
	}
	return append(b, `]}`...)
}

func appendMembers[T any](b []byte, m *members[T]) []byte {
	for i, e := range m.list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, e.json...)
	}
	return b
}

// appendGroups writes a list of groups behind b.
func appendGroups(b []byte, groups []*group, with relations) []byte {
	b = append(b, '[')
	for i, g := range groups {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendGroup(b, g, with)
	}
	return append(b, ']')
}

func text(t time.Time) string { return t.Format(timeLayout) }

func nullIfEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
