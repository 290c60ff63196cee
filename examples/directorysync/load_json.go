package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// fields are those of a team in JSON. One that is missing leaves that of the group as
// it is; key and name are required.
var fields = []string{"key", "name", "description", "color", "roles", "members"}

func (l *loader) json(b []byte) {
	// A problem inside a team is found below, and reported with its place.
	var rows []jsontext.Value
	err := json.Unmarshal(b, &rows, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if err != nil || rows == nil {
		l.problems.add(place{row: "not a JSON array of teams"}, "%v", orNull(err))
		return
	}
	for i, raw := range rows {
		l.jsonTeam(place{row: fmt.Sprintf("team %d", i+1)}, raw)
	}
}

func orNull(err error) any {
	if err == nil {
		return "it is null"
	}
	return err
}

func (l *loader) jsonTeam(at place, raw jsontext.Value) {
	var in map[string]jsontext.Value
	if err := json.Unmarshal(raw, &in); err != nil || in == nil {
		l.problems.add(at, "%v", orNull(err))
		return
	}
	for name := range in {
		if !slices.Contains(fields, name) {
			l.problems.add(at, "the field %q is unknown; fields are %s", name, strings.Join(fields, ", "))
			return
		}
	}
	before := len(l.errs) + l.more
	t := &team{at: at}
	t.key = deref(l.text(at, in, "key"))
	t.name = deref(l.text(at, in, "name"))
	t.description, t.color = l.text(at, in, "description"), l.text(at, in, "color")
	roles, members := l.list(at, in, "roles"), l.list(at, in, "members")
	if len(l.errs)+l.more > before {
		return
	}
	if other := l.keys[t.key]; other != nil {
		l.problems.add(place{at.row, "key"}, "%q is also that of %s", t.key, other.at)
		return
	}
	if !l.add(t) {
		return
	}
	if roles != nil {
		t.roles = []entry{}
	}
	for _, key := range roles {
		l.role(t, place{at.row, "roles"}, key)
	}
	if members != nil {
		t.members = []entry{}
	}
	for _, member := range members {
		l.member(t, place{at.row, "members"}, member)
	}
}

// text returns a field that is a text, without blanks at the ends; nil: missing.
func (l *loader) text(at place, in map[string]jsontext.Value, name string) *string {
	raw, ok := in[name]
	if !ok {
		return nil
	}
	at.column = name
	if raw.Kind() == 'n' {
		l.problems.add(at, `is null: leave the field out, or use ""`)
		return nil
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		l.problems.add(at, "is not a string: %.60s", raw)
		return nil
	}
	return new(strings.TrimSpace(text))
}

// list returns a field that is a list of texts; nil: missing.
func (l *loader) list(at place, in map[string]jsontext.Value, name string) []string {
	raw, ok := in[name]
	if !ok {
		return nil
	}
	at.column = name
	if raw.Kind() == 'n' {
		l.problems.add(at, "is null: leave the field out to leave the %s as they are, or use [] for none", name)
		return nil
	}
	var items []*string
	if err := json.Unmarshal(raw, &items); err != nil {
		l.problems.add(at, "is not a list of strings: %.60s", raw)
		return nil
	}
	out := []string{}
	for i, item := range items {
		if item == nil {
			l.problems.add(at, "has null at position %d", i+1)
			return nil
		}
		out = append(out, strings.TrimSpace(*item))
	}
	return out
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
