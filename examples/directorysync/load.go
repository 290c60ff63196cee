package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

// team is a wanted group, as the file has it.
type team struct {
	key, name          string
	description, color *string // nil: leave as it is
	members            []entry // e-mail addresses or user IDs; nil: leave as they are
	roles              []entry // role keys; nil: leave as they are
	at                 place   // where it was first seen

	seen    map[string]place // the places of members, by the text in lower case if it is an address
	unknown []string         // the members who are not users of the tenant
}

// entry is a member or a role of a team.
type entry struct {
	text string
	at   place
}

// loadTeams reads the file of teams.
func loadTeams(file string) ([]*team, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, &inputError{err}
	}
	return parseTeams(file, b)
}

// parseTeams reads the format of the file name's extension.
func parseTeams(file string, b []byte) ([]*team, error) {
	l := &loader{problems: problems{file: file}, keys: map[string]*team{}, names: map[string]*team{}}
	switch strings.ToLower(filepath.Ext(file)) {
	case ".csv", ".tsv":
		l.csv(b)
	case ".json":
		l.json(bytes.TrimPrefix(b, []byte("\ufeff")))
	default:
		return nil, &inputError{fmt.Errorf("%s: the name must end with .csv, .tsv or .json", file)}
	}
	return l.teams, l.err()
}

// loader collects teams, and what is wrong with them.
type loader struct {
	problems
	teams []*team
	keys  map[string]*team
	names map[string]*team
}

// add adds a team, unless its key or name is missing, invalid or taken.
func (l *loader) add(t *team) bool {
	at := t.at
	switch {
	case t.key == "":
		at.column = "key"
		l.problems.add(at, "is empty")
		return false
	case t.name == "":
		at.column = "name"
		l.problems.add(at, "is empty")
		return false
	case strings.ContainsFunc(t.key, isInvisible):
		at.column = "key"
		l.problems.add(at, "%q has a character that is not text", t.key)
		return false
	case strings.ContainsFunc(t.name, isNotText): // such as a quote that swallowed rows
		at.column = "name"
		l.problems.add(at, "%q has a character that is not text: is a quote missing?", t.name)
		return false
	case l.names[t.name] != nil:
		at.column = "name"
		l.problems.add(at, "%q is also the name of key %q, in %s", t.name, l.names[t.name].key, l.names[t.name].at)
	}
	l.keys[t.key], l.names[t.name] = t, t
	l.teams = append(l.teams, t)
	return true
}

// isInvisible reports whether two keys could differ in a character that nobody sees.
func isInvisible(r rune) bool { return isNotText(r) || unicode.Is(unicode.Cf, r) }

// isNotText reports whether a character does not belong in a name: a control character, a
// line or paragraph separator, or a byte order mark. Other invisible characters, such as
// joiners, are a part of some scripts.
func isNotText(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) || r == '\ufeff'
}

// member adds a member to a team.
func (l *loader) member(t *team, at place, text string) {
	if problem := invalidMember(text); problem != "" {
		l.problems.add(at, "%q %s", text, problem)
		return
	}
	if other, again := t.seen[fold(text)]; again {
		l.problems.add(at, "%q is also in %s", text, other.row)
		return
	}
	if t.seen == nil {
		t.seen = map[string]place{}
	}
	t.seen[fold(text)] = at
	t.members = append(t.members, entry{text, at})
}

// role adds a role to a team.
func (l *loader) role(t *team, at place, key string) {
	if key == "" {
		l.problems.add(at, "a role key is empty")
		return
	}
	for _, other := range t.roles {
		if other.text == key {
			l.problems.add(at, "%q is there twice", key)
			return
		}
	}
	t.roles = append(t.roles, entry{key, at})
}

// isEmail reports whether a member is an e-mail address rather than an ID.
func isEmail(member string) bool { return strings.Contains(member, "@") }

// fold returns what is the same for two members that are the same: addresses are
// compared without case. A letter that is not ASCII never becomes an ASCII letter: with
// the Kelvin sign for a k it would be the address of somebody else.
func fold(member string) string {
	if !isEmail(member) {
		return member
	}
	return strings.Map(func(r rune) rune {
		lower := unicode.ToLower(r)
		if r > unicode.MaxASCII && lower <= unicode.MaxASCII {
			return r
		}
		return lower
	}, member)
}

// invalidMember returns why a text is neither an e-mail address nor an ID.
func invalidMember(text string) string {
	for _, r := range text {
		if !unicode.IsPrint(r) || r == ' ' || strings.ContainsRune(`,;<>"`, r) {
			return fmt.Sprintf("has the character %q; put each member into a row of its own", r)
		}
	}
	user, host, hasAt := strings.Cut(text, "@")
	switch {
	case text == "":
		return "is empty"
	case hasAt && (user == "" || host == "" || strings.Contains(host, "@")):
		return "is not an e-mail address"
	case !hasAt && strings.ContainsFunc(text, func(r rune) bool { return r > '~' }):
		return "is neither an e-mail address nor an ID"
	case len(text) > 256:
		return "is longer than 256 bytes"
	}
	return ""
}
