package fronteggtest

import (
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/frontegg-go/frontegg"
)

// The JSON names are written out here and not taken from package frontegg: a
// mistake there must not hide behind the same mistake here.

// timeLayout is the format of times in the API.
const timeLayout = "2006-01-02T15:04:05.000Z07:00"

// encode returns v as JSON. Invalid UTF-8, which a test can seed but no request can
// send, is replaced.
func encode(v any) []byte {
	b, err := json.Marshal(v, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		panic("fronteggtest: " + err.Error()) // v holds only strings, numbers and booleans
	}
	return b
}

// encodeGroup returns a group up to its roles and users, which appendGroup adds.
func encodeGroup(g *frontegg.Group, withDates bool) []byte {
	var created, updated string
	if withDates {
		created, updated = formatTime(g.CreatedAt), formatTime(g.UpdatedAt)
	}
	b := encode(struct {
		ID          string `json:"id"`
		Name        string `json:"name"`
		Color       string `json:"color"`
		Description string `json:"description"`
		Metadata    string `json:"metadata"`
		ManagedBy   string `json:"managedBy"`
		CreatedAt   string `json:"createdAt,omitzero"`
		UpdatedAt   string `json:"updatedAt,omitzero"`
	}{g.ID, g.Name, g.Color, g.Description, g.Metadata, string(g.ManagedBy), created, updated})
	return b[:len(b)-1]
}

// encodeGroupRole returns a role as a group shows it: without tenantId if it is one
// of the environment, and without an empty description.
func encodeGroupRole(r *frontegg.Role) []byte {
	return encode(struct {
		ID            string   `json:"id"`
		VendorID      string   `json:"vendorId"`
		TenantID      string   `json:"tenantId,omitzero"`
		Key           string   `json:"key"`
		Name          string   `json:"name"`
		Description   string   `json:"description,omitzero"`
		IsDefault     bool     `json:"isDefault"`
		FirstUserRole bool     `json:"firstUserRole"`
		Level         int      `json:"level"`
		CreatedAt     string   `json:"createdAt"`
		UpdatedAt     string   `json:"updatedAt"`
		Permissions   []string `json:"permissions"`
	}{
		r.ID, r.VendorID, r.TenantID, r.Key, r.Name, r.Description, r.IsDefault, r.FirstUserRole, r.Level,
		formatTime(r.CreatedAt), formatTime(r.UpdatedAt), r.Permissions,
	})
}

// encodeGroupUser returns a user as a group shows it.
func encodeGroupUser(u *frontegg.User) []byte {
	return encode(struct {
		ID                 string  `json:"id"`
		Email              string  `json:"email"`
		Name               string  `json:"name"`
		ProfilePictureURL  *string `json:"profilePictureUrl"`
		CreatedAt          string  `json:"createdAt"`
		ActivatedForTenant bool    `json:"activatedForTenant"`
	}{u.ID, u.Email, u.Name, nullIfEmpty(u.ProfilePictureURL), formatTime(u.CreatedAt), u.ActivatedForTenant})
}

// relations chooses the members of groups that a response has.
type relations struct{ roles, users bool }

// appendGroup appends a whole group to b.
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

// appendGroups appends a list of groups to b.
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

func formatTime(t time.Time) string { return t.Format(timeLayout) }

func nullIfEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
