package groupsync

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// Directory finds the IDs of people and roles. Create it with [Lookup] or
// [NewDirectory].
type Directory struct {
	users map[string][]string // IDs by address in lower case
	roles map[string][]string // IDs by key
	names map[string]string   // by ID
}

// NewDirectory returns a directory of users and roles that are already known, for
// example from a file.
func NewDirectory(users []frontegg.User, roles []frontegg.Role) *Directory {
	d := &Directory{users: map[string][]string{}, roles: map[string][]string{}, names: map[string]string{}}
	for _, u := range users {
		d.addUser(u.Email, u)
	}
	for _, r := range roles {
		if !slices.Contains(d.roles[r.Key], r.ID) {
			d.roles[r.Key] = append(d.roles[r.Key], r.ID)
			d.names[r.ID] = r.Key
		}
	}
	return d
}

func (d *Directory) addUser(email string, u frontegg.User) {
	at := foldEmail(email)
	if !slices.Contains(d.users[at], u.ID) {
		d.users[at] = append(d.users[at], u.ID)
		d.names[u.ID] = u.Email
	}
}

func foldEmail(email string) string { return validate.FoldEmail(strings.TrimSpace(email)) }

// Names returns the e-mail addresses of users and the keys of roles by ID, for
// [Options].Names.
func (d *Directory) Names() map[string]string { return d.names }

// Resolve turns e-mail addresses and role keys into IDs. People who are not in the
// directory are left out of their groups, and a group with an unknown or ambiguous
// role key becomes invalid. Both are reported and do not affect other groups.
func (d *Directory) Resolve(wanted []Named) ([]Group, Unresolved) {
	groups := make([]Group, len(wanted))
	people, unknown, unknownRoles := map[string]bool{}, map[string]string{}, map[string]bool{}
	for i, w := range wanted {
		g := Group{Key: w.Key, Name: w.Name, Description: w.Description, Color: w.Color}
		g.UserIDs, g.UnknownUsers = d.userIDs(w.Emails)
		for _, email := range w.Emails {
			people[foldEmail(email)] = true
		}
		for _, email := range g.UnknownUsers {
			unknown[foldEmail(email)] = email
		}
		if w.RoleKeys != nil {
			g.RoleIDs, g.Invalid = d.roleIDs(w.RoleKeys, unknownRoles)
		}
		groups[i] = g
	}
	u := Unresolved{Emails: slices.Sorted(maps.Values(unknown)), RoleKeys: sortedKeys(unknownRoles)}
	if u.Emails != nil {
		u.People = len(people)
	}
	return groups, u
}

// userIDs returns the IDs of the people, each once, and the addresses without an ID.
func (d *Directory) userIDs(emails []string) (ids, unknown []string) {
	if emails == nil {
		return nil, nil
	}
	ids = []string{}
	seen := map[string]bool{}
	for _, email := range emails {
		found := d.users[foldEmail(email)]
		id := foldEmail(email) // stands for a person without an ID
		if len(found) == 1 {
			id = found[0]
		}
		switch {
		case seen[id]:
		case len(found) == 1:
			ids = append(ids, id)
		default:
			unknown = append(unknown, email)
		}
		seen[id] = true
	}
	return ids, unknown
}

// maxKeys is the number of existing keys that an error lists.
const maxKeys = 50

// roleIDs returns the IDs of the roles, each once, or why it cannot. It adds the keys
// without exactly one role to unknown.
func (d *Directory) roleIDs(keys []string, unknown map[string]bool) (ids []string, problem string) {
	ids = []string{}
	var problems []string
	for _, key := range keys {
		switch found := d.roles[key]; len(found) {
		case 0:
			problems = append(problems, "no role has the key "+quoted(key))
			unknown[key] = true
		case 1:
			if !slices.Contains(ids, found[0]) {
				ids = append(ids, found[0])
			}
		default:
			problems = append(problems, fmt.Sprintf("%d roles have the key %s: %s", len(found), quoted(key), strings.Join(found, ", ")))
			unknown[key] = true
		}
	}
	if problems == nil {
		return ids, ""
	}
	exist := sortedKeys(d.roles)
	if n := len(exist) - maxKeys; n > 0 {
		exist = append(exist[:maxKeys], fmt.Sprintf("and %d more", n))
	}
	return nil, strings.Join(problems, "; ") + "; keys that exist: " + strings.Join(exist, ", ")
}

// sortedKeys returns the keys of a map, or nil if it is empty.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
