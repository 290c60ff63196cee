package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/frontegg-go/frontegg/groupsync"
)

// load reads the wanted teams, whose members are among the people known.
func load(file string, known *people) ([]groupsync.Group, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return parseTeams(file, b, known)
}

// parseTeams reads the format that the file's name tells.
func parseTeams(file string, b []byte, known *people) ([]groupsync.Group, error) {
	l := &loader{file: file, people: known, teams: map[string]*team{}, names: map[string]*team{}}
	switch ext := strings.ToLower(filepath.Ext(file)); ext {
	case ".csv":
		l.csv(b)
	case ".json":
		l.json(b)
	default:
		return nil, fmt.Errorf("%s: the name must end with .csv or .json", file)
	}
	if len(l.errs) > 0 {
		return nil, errors.Join(l.errs...)
	}
	return l.groups(), nil
}

// loader collects teams, and everything that is wrong with them.
type loader struct {
	file   string
	people *people
	teams  map[string]*team // by key
	names  map[string]*team
	order  []*team
	errs   []error
}

// team is a team as far as it was read.
type team struct {
	groupsync.Group
	row     string // where it was first seen
	members map[string]string
}

func (l *loader) refuse(row, format string, args ...any) {
	l.errs = append(l.errs, fmt.Errorf("%s: %s: %s", l.file, row, fmt.Sprintf(format, args...)))
}

// columns of a CSV of teams; those in required must be there.
var columns = []string{"key", "name", "description", "color", "roles", "member"}

func (l *loader) csv(b []byte) {
	rows, err := readCSV(b, columns, []string{"key", "name", "member"})
	if err != nil {
		l.errs = append(l.errs, fmt.Errorf("%s: %w", l.file, err))
	}
	for _, r := range rows {
		row := fmt.Sprintf("row %d", r.line)
		g := groupsync.Group{
			Key: r.cell["key"], Name: r.cell["name"], Description: r.cell["description"], Color: r.cell["color"],
			UserIDs: []string{},
		}
		if roles, has := r.cell["roles"]; has {
			g.RoleIDs = append([]string{}, strings.Fields(roles)...)
		}
		if t := l.team(row, g); t != nil && r.cell["member"] != "" {
			l.member(row, t, r.cell["member"])
		}
	}
}

func (l *loader) json(b []byte) {
	var rows []json.RawMessage
	if err := json.Unmarshal(b, &rows); err != nil {
		l.errs = append(l.errs, fmt.Errorf("%s: not a JSON array of teams: %w", l.file, err))
		return
	}
	for i, raw := range rows {
		row := fmt.Sprintf("team %d", i+1)
		var in struct {
			Key, Name, Description, Color string
			Roles, Members                []string
		}
		dec := json.NewDecoder(bytes.NewReader(raw))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&in); err != nil {
			l.refuse(row, "%v", err)
			continue
		}
		g := groupsync.Group{Key: in.Key, Name: in.Name, Description: in.Description, Color: in.Color, RoleIDs: in.Roles}
		if in.Members != nil {
			g.UserIDs = []string{}
		}
		if l.teams[in.Key] != nil {
			l.refuse(row, "key %q is that of %s too", in.Key, l.teams[in.Key].row)
			continue
		}
		if t := l.team(row, g); t != nil {
			for _, m := range in.Members {
				l.member(row, t, m)
			}
		}
	}
}

// team returns the team of a row, which must be the same in all of its rows.
func (l *loader) team(row string, g groupsync.Group) *team {
	switch {
	case g.Key == "":
		l.refuse(row, "the key is empty")
		return nil
	case strings.TrimSpace(g.Name) == "":
		l.refuse(row, "the name is empty")
		return nil
	}
	t := l.teams[g.Key]
	if t == nil {
		if other := l.names[g.Name]; other != nil {
			l.refuse(row, "the name %q is that of key %q too, in %s", g.Name, other.Key, other.row)
		}
		t = &team{Group: g, row: row, members: map[string]string{}}
		l.teams[g.Key], l.names[g.Name] = t, t
		l.order = append(l.order, t)
		return t
	}
	if t.Name != g.Name || t.Description != g.Description || t.Color != g.Color || !slices.Equal(t.RoleIDs, g.RoleIDs) {
		l.refuse(row, "name, description, color and roles of key %q are not those of %s", g.Key, t.row)
		return nil
	}
	return t
}

func (l *loader) member(row string, t *team, member string) {
	id, err := l.people.id(member)
	if err != nil {
		l.refuse(row, "member %q: %v", member, err)
		return
	}
	if first, again := t.members[id]; again {
		l.refuse(row, "member %q is in %s too", member, first)
		return
	}
	t.members[id] = row
	t.UserIDs = append(t.UserIDs, id)
}

func (l *loader) groups() []groupsync.Group {
	out := make([]groupsync.Group, len(l.order))
	for i, t := range l.order {
		out[i] = t.Group
	}
	return out
}

// csvRow is a row with its line in the file and its cells by column.
type csvRow struct {
	line int
	cell map[string]string
}

// readCSV reads rows below a line of column names, in any order.
func readCSV(b []byte, known, required []string) ([]csvRow, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("row 1: the file is empty; it begins with column names")
	}
	if err != nil {
		return nil, err
	}
	for i, name := range header {
		header[i] = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(known, header[i]) || slices.Contains(header[:i], header[i]) {
			return nil, fmt.Errorf("row 1: the column %q is unknown or there twice; columns are %s", name, strings.Join(known, ", "))
		}
	}
	for _, name := range required {
		if !slices.Contains(header, name) {
			return nil, fmt.Errorf("row 1: the column %q is missing", name)
		}
	}
	var out []csvRow
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err // it names the line
		}
		line, _ := r.FieldPos(0)
		row := csvRow{line, make(map[string]string, len(header))}
		for i, name := range header {
			row.cell[name] = strings.TrimSpace(record[i])
		}
		out = append(out, row)
	}
}
