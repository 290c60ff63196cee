package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/examples/internal/sheet"
)

// encoder writes groups in a format.
type encoder struct {
	write func(*frontegg.Group) error
	flush func() error // writes what is buffered; called once, at the end
}

var formats = map[string]func(io.Writer, frontegg.Relations) encoder{"jsonl": newJSONL, "csv": newCSV}

// record is a line of JSON: a group as the API returns it, without lists that were
// not requested.
type record struct {
	ID          string             `json:"id"`
	Name        string             `json:"name"`
	Description string             `json:"description"`
	Color       string             `json:"color"`
	Metadata    string             `json:"metadata"`
	ManagedBy   frontegg.ManagedBy `json:"managedBy"`
	CreatedAt   time.Time          `json:"createdAt"`
	UpdatedAt   time.Time          `json:"updatedAt"`
	Roles       []frontegg.Role    `json:"roles,omitzero"`
	Users       []frontegg.User    `json:"users,omitzero"`
}

func newJSONL(w io.Writer, requested frontegg.Relations) encoder {
	lines := json.NewEncoder(escapeControls{w})
	lines.SetEscapeHTML(false)
	write := func(g *frontegg.Group) error {
		r := record{
			ID: g.ID, Name: g.Name, Description: g.Description, Color: g.Color, Metadata: g.Metadata,
			ManagedBy: g.ManagedBy, CreatedAt: g.CreatedAt, UpdatedAt: g.UpdatedAt,
		}
		if requested != frontegg.RelationsUsers && requested != "" {
			r.Roles = append([]frontegg.Role{}, g.Roles...) // [] means that there are none
		}
		if requested != frontegg.RelationsRoles && requested != "" {
			r.Users = append([]frontegg.User{}, g.Users...)
		}
		return lines.Encode(r)
	}
	return encoder{write, func() error { return nil }}
}

// escapeControls writes JSON and escapes the control characters that JSON allows:
// a terminal may obey them.
type escapeControls struct{ w io.Writer }

// Write takes a whole JSON value: the encoder calls it once for each.
func (e escapeControls) Write(b []byte) (int, error) {
	var out []byte
	for _, r := range string(b) {
		if r >= 0x7f && r <= 0x9f {
			out = fmt.Appendf(out, `\u%04x`, r)
		} else {
			out = utf8.AppendRune(out, r)
		}
	}
	if _, err := e.w.Write(out); err != nil {
		return 0, err
	}
	return len(b), nil
}

// columns are those of a CSV file. Roles are written by key and users by e-mail
// address, separated by semicolons; the cells are empty unless requested.
var columns = []string{"id", "name", "description", "color", "metadata", "managedBy", "createdAt", "updatedAt", "roles", "users"}

func newCSV(w io.Writer, _ frontegg.Relations) encoder {
	table := csv.NewWriter(w)
	_ = table.Write(columns) // flush returns the error
	write := func(g *frontegg.Group) error { return table.Write(row(g)) }
	flush := func() error {
		table.Flush()
		return table.Error()
	}
	return encoder{write, flush}
}

func row(g *frontegg.Group) []string {
	var roles, users []string
	for _, r := range g.Roles {
		roles = append(roles, r.Key)
	}
	for _, u := range g.Users {
		users = append(users, u.Email)
	}
	cells := []string{
		g.ID, g.Name, g.Description, g.Color, g.Metadata, string(g.ManagedBy),
		timestamp(g.CreatedAt), timestamp(g.UpdatedAt), strings.Join(roles, ";"), strings.Join(users, ";"),
	}
	for i := range cells {
		cells[i] = sheet.Cell(cells[i])
	}
	return cells
}

func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
