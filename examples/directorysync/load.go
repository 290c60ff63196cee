package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// load reads the wanted teams, whose members are among the people known.
func load(file string, known *people, opts groupsync.Options) ([]groupsync.Group, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return parseTeams(file, b, known, opts)
}

// parseTeams reads the format that the file's name tells.
func parseTeams(file string, b []byte, known *people, opts groupsync.Options) ([]groupsync.Group, error) {
	l := &loader{problems: problems{file: file}, people: known, teams: map[string]*team{}, names: map[string]*team{}}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	switch ext := strings.ToLower(filepath.Ext(file)); ext {
	case ".csv":
		l.csv(b)
	case ".json":
		l.json(b)
	default:
		return nil, fmt.Errorf("%s: the name must end with .csv or .json", file)
	}
	if err := l.err(); err != nil {
		return nil, err
	}
	groups := l.groups()
	if err := l.check(groups, opts); err != nil {
		return nil, err
	}
	return groups, nil
}

// loader collects teams, and what is wrong with them.
type loader struct {
	problems
	people *people
	teams  map[string]*team // by key
	names  map[string]*team
	order  []*team
}

// team is a team as far as it was read.
type team struct {
	groupsync.Group
	row     string // where it was first seen
	members map[string]string
}

// columns of a CSV of teams; those in required must be there.
var columns = []string{"key", "name", "description", "color", "roles", "member"}

func (l *loader) csv(b []byte) {
	table := table{known: columns, required: []string{"key", "name", "member"}}
	for _, r := range table.read(b, &l.problems) {
		row := fmt.Sprintf("row %d", r.line)
		g := groupsync.Group{
			Key: r.cell["key"], Name: r.cell["name"], UserIDs: []string{},
		}
		if description, has := r.cell["description"]; has {
			g.Description = &description
		}
		if color, has := r.cell["color"]; has {
			g.Color = &color
		}
		if roles, has := r.cell["roles"]; has {
			g.RoleIDs = append([]string{}, strings.Fields(roles)...)
		}
		if t := l.team(row, g); t != nil && r.cell["member"] != "" {
			l.member(row, t, r.cell["member"])
		}
	}
}

// jsonTeam is a team in JSON. Without roles or members, those of the group stay.
type jsonTeam struct {
	Key         string   `json:"key"`
	Name        string   `json:"name"`
	Description *string  `json:"description"`
	Color       *string  `json:"color"`
	Roles       []string `json:"roles"`
	Members     []string `json:"members"`
}

func (l *loader) json(b []byte) {
	// What is wrong inside a team is found below, and told with the team.
	var rows []jsontext.Value
	err := json.Unmarshal(b, &rows, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if err == nil && rows == nil {
		err = errors.New("it is null")
	}
	if err != nil {
		l.refuse("not a JSON array of teams", "%v", err)
		return
	}
	for i, raw := range rows {
		row := fmt.Sprintf("team %d", i+1)
		var in jsonTeam
		err := json.Unmarshal(raw, &in, json.RejectUnknownMembers(true))
		if where, ok := errors.AsType[*json.SemanticError](err); ok && errors.Is(err, json.ErrUnknownName) {
			err = fmt.Errorf("the field %q is unknown", where.JSONPointer.LastToken())
		}
		if err != nil {
			l.refuse(row, "%v", err)
			continue
		}
		g := groupsync.Group{
			Key: strings.TrimSpace(in.Key), Name: strings.TrimSpace(in.Name),
			Description: trimmedText(in.Description), Color: trimmedText(in.Color), RoleIDs: trimmed(in.Roles),
		}
		if in.Members != nil {
			g.UserIDs = []string{}
		}
		if l.teams[g.Key] != nil {
			l.refuse(row, "key %q is that of %s too", g.Key, l.teams[g.Key].row)
			continue
		}
		if t := l.team(row, g); t != nil {
			for _, m := range trimmed(in.Members) {
				l.member(row, t, m)
			}
		}
	}
}

func trimmedText(s *string) *string {
	if s == nil {
		return nil
	}
	return new(strings.TrimSpace(*s))
}

func equalText(a, b *string) bool { return a == b || a != nil && b != nil && *a == *b }

// trimmed takes the blanks off both ends of texts, as from the cells of a CSV.
func trimmed(texts []string) []string {
	for i := range texts {
		texts[i] = strings.TrimSpace(texts[i])
	}
	return texts
}

// team returns the team of a row, which must be the same in all of its rows.
func (l *loader) team(row string, g groupsync.Group) *team {
	switch {
	case g.Key == "":
		l.refuse(row, "the key is empty")
		return nil
	case g.Name == "":
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
	if t.Name != g.Name || !equalText(t.Description, g.Description) || !equalText(t.Color, g.Color) || !slices.Equal(t.RoleIDs, g.RoleIDs) {
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

// check lets groupsync look at the teams, before anything is sent, and says in
// which rows of the file is what it finds.
func (l *loader) check(groups []groupsync.Group, opts groupsync.Options) error {
	_, err := groupsync.Compute(groups, nil, opts)
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return err
	}
	var errs []error
	for _, err := range joined.Unwrap() {
		errs = append(errs, l.locate(err))
	}
	return errors.Join(errs...)
}

// inTeam is how groupsync names a field of a wanted group.
var inTeam = regexp.MustCompile(`^wanted\[(\d+)\] .*\.(\w+)(?:\[(\d+)\])?$`)

func (l *loader) locate(err error) error {
	invalid, ok := errors.AsType[*frontegg.ValidationError](err)
	if !ok {
		return fmt.Errorf("%s: %w", l.file, err)
	}
	m := inTeam.FindStringSubmatch(invalid.Field)
	if m == nil {
		return err // of the flags
	}
	at, _ := strconv.Atoi(m[1])
	t := l.order[at]
	row, what := t.row, strings.ToLower(m[2])
	at, _ = strconv.Atoi(m[3])
	switch m[2] {
	case "UserIDs":
		row, what = t.members[t.UserIDs[at]], fmt.Sprintf("member %q", t.UserIDs[at])
	case "RoleIDs":
		what = fmt.Sprintf("role %q", t.RoleIDs[at])
	}
	return fmt.Errorf("%s: %s: key %q: %s %s", l.file, row, t.Key, what, invalid.Reason)
}
