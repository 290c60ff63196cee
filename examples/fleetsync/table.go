package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/frontegg-go/frontegg/groupsync"
)

// table collects rows into groups.
type table struct {
	column map[string]int // the place of each column that is there
	groups map[string][]groupsync.Named
	index  map[[2]string]int  // the place of a group in groups, by tenant and key
	seen   map[[3]string]bool // members, by tenant, key and address
}

func newTable(names []string, tenantColumn bool) (*table, error) {
	known := []string{"key", "name", "description", "color", "roles", "member"}
	required := []string{"key", "name", "member"}
	if tenantColumn {
		known, required = append(known, "tenant"), append(required, "tenant")
	}
	t := &table{column: map[string]int{}, groups: map[string][]groupsync.Named{}, index: map[[2]string]int{}, seen: map[[3]string]bool{}}
	for i, name := range names {
		name = strings.TrimSpace(name)
		if _, twice := t.column[name]; twice || !slices.Contains(known, name) {
			return nil, fmt.Errorf("column %q is unknown or there twice; the columns are %s", name, strings.Join(known, ", "))
		}
		t.column[name] = i
	}
	for _, name := range required {
		if _, ok := t.column[name]; !ok {
			return nil, fmt.Errorf("column %q is missing", name)
		}
	}
	return t, nil
}

// add adds a row: a group, or one more member of a group that is there.
func (t *table) add(cells []string) error {
	row := groupsync.Named{
		Key: *t.cell(cells, "key"), Name: *t.cell(cells, "name"),
		Description: t.cell(cells, "description"), Color: t.cell(cells, "color"), Emails: []string{},
	}
	if roles := t.cell(cells, "roles"); roles != nil {
		row.RoleKeys = strings.Fields(*roles)
	}
	if row.Key == "" || row.Name == "" {
		return errors.New("key and name are required")
	}
	tenant := ""
	if cell := t.cell(cells, "tenant"); cell != nil {
		if tenant = *cell; tenant == "" {
			return errors.New("tenant is required")
		}
	}
	at, isThere := t.index[[2]string{tenant, row.Key}]
	if !isThere {
		at = len(t.groups[tenant])
		t.index[[2]string{tenant, row.Key}] = at
		t.groups[tenant] = append(t.groups[tenant], row)
	}
	group := &t.groups[tenant][at]
	if !agree(group, &row) {
		return fmt.Errorf("group %q differs from an earlier row in more than the member", row.Key)
	}
	member := *t.cell(cells, "member")
	if at := [3]string{tenant, row.Key, member}; member != "" && !t.seen[at] {
		t.seen[at] = true
		group.Emails = append(group.Emails, member)
	}
	return nil
}

// cell returns the value of a column, without blanks around it; nil: the file
// does not have the column.
func (t *table) cell(cells []string, name string) *string {
	i, ok := t.column[name]
	if !ok {
		return nil
	}
	return new(strings.TrimSpace(cells[i]))
}

// agree reports whether two rows are equal in all but the member.
func agree(a, b *groupsync.Named) bool {
	return a.Name == b.Name && slices.Equal(a.RoleKeys, b.RoleKeys) &&
		equal(a.Description, b.Description) && equal(a.Color, b.Color)
}

func equal(a, b *string) bool { return a == b || a != nil && b != nil && *a == *b }
