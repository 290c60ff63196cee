package main

import (
	"strings"
	"unicode"
)

// columns are those of a CSV file of teams. A column that is missing leaves the field
// of the groups as it is.
var columns = []string{"key", "name", "description", "color", "roles", "member"}

func (l *loader) csv(b []byte) {
	form := table{known: columns, required: []string{"key", "name"}}
	rows := form.read(b, &l.problems)
	first := map[*team]csvRow{}
	for _, r := range rows {
		t := l.keys[r.cell["key"]]
		if t == nil {
			if t = l.teamOf(r); !l.add(t) {
				continue
			}
			first[t] = r
		} else if column := differs(first[t], r); column != "" {
			l.problems.add(r.at(column), "%q differs from %q in %s of the same key %q", r.cell[column], first[t].cell[column], t.at, t.key)
			continue
		}
		if member := r.cell["member"]; member != "" {
			l.member(t, r.at("member"), member)
		}
	}
}

// teamOf returns the team of its first row, without members.
func (l *loader) teamOf(r csvRow) *team {
	t := &team{key: r.cell["key"], name: r.cell["name"], at: r.at("")}
	if cell, ok := r.cell["description"]; ok {
		t.description = &cell
	}
	if cell, ok := r.cell["color"]; ok {
		t.color = &cell
	}
	if cell, ok := r.cell["roles"]; ok {
		t.roles = []entry{}
		for _, key := range strings.FieldsFunc(cell, func(c rune) bool { return unicode.IsSpace(c) || c == ',' || c == ';' }) {
			l.role(t, r.at("roles"), key)
		}
	}
	if _, ok := r.cell["member"]; ok {
		t.members = []entry{}
	}
	return t
}

// differs returns the first column, other than that of the member, in which two rows
// of a team are not the same.
func differs(a, b csvRow) string {
	for _, column := range columns {
		if column != "member" && a.cell[column] != b.cell[column] {
			return column
		}
	}
	return ""
}
