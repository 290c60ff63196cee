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
)

// encoder writes groups in a format.
type encoder struct {
	write func(*frontegg.Group) error
	flush func() error // hands on what is held back; called once, at the end
}

var formats = map[string]func(io.Writer, frontegg.Relations) encoder{"jsonl": newJSONL, "csv": newCSV}

// record is a line of JSON: a group as the API shows it, without lists that were
// not asked for.
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

func newJSONL(w io.Writer, asked frontegg.Relations) encoder {
	lines := json.NewEncoder(visible{w})
	lines.SetEscapeHTML(false)
	write := func(g *frontegg.Group) error {
		r := record{
			ID: g.ID, Name: g.Name, Description: g.Description, Color: g.Color, Metadata: g.Metadata,
			ManagedBy: g.ManagedBy, CreatedAt: g.CreatedAt, UpdatedAt: g.UpdatedAt,
		}
		if asked != frontegg.RelationsUsers && asked != "" {
			r.Roles = append([]frontegg.Role{}, g.Roles...) // [] says that there are none
		}
		if asked != frontegg.RelationsRoles && asked != "" {
			r.Users = append([]frontegg.User{}, g.Users...)
		}
		return lines.Encode(r)
	}
	return encoder{write, func() error { return nil }}
}

// visible writes JSON with the control characters escaped that JSON allows as they
// are: a terminal may obey them.
type visible struct{ w io.Writer }

// Write takes a whole value, as an encoder writes it.
func (v visible) Write(b []byte) (int, error) {
	var out []byte
	for _, r := range string(b) {
		if r >= 0x7f && r <= 0x9f {
			out = fmt.Appendf(out, `\u%04x`, r)
		} else {
			out = utf8.AppendRune(out, r)
		}
	}
	if _, err := v.w.Write(out); err != nil {
		return 0, err
	}
	return len(b), nil
}

// columns are those of a CSV file. Roles are written by key and users by e-mail
// address, separated by semicolons; the cells are empty unless asked for.
var columns = []string{"id", "name", "description", "color", "metadata", "managedBy", "createdAt", "updatedAt", "roles", "users"}

func newCSV(w io.Writer, _ frontegg.Relations) encoder {
	table := csv.NewWriter(w)
	_ = table.Write(columns) // an error shows again in flush
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
		cells[i] = inert(cells[i])
	}
	return cells
}

// inert keeps a spreadsheet from taking a cell, or what it takes for one, for a
// formula, which could send the sheet elsewhere: names and descriptions are written
// by an account's users. A formula gets an apostrophe in front, also after what is
// a separator in some countries: quotes do not help where commas do not separate. A
// program that reads the file back has to take it off again. JSON Lines are exact.
func inert(cell string) string {
	var b strings.Builder
	isFirst := true // of a cell, but for blanks and quotes
	for _, r := range cell {
		if isFirst && strings.ContainsRune("=+-@\t\r\n＝＋－＠", r) {
			b.WriteByte('\'')
		}
		b.WriteRune(r)
		isFirst = strings.ContainsRune(";\t\r\n", r) || isFirst && (r == ' ' || r == '"')
	}
	return b.String()
}

func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
