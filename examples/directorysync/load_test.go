package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/groupsync"
)

var options = groupsync.Options{Owner: "test"}

const somePeople = "id,email\nu1,Ada@example.com\nu2,bob@example.com\n"

func TestTeamsAreRead(t *testing.T) {
	t.Parallel()
	known, err := parsePeople("people.csv", []byte(somePeople))
	require.NoError(t, err)
	tests := []struct {
		name, file, text string
		known            *people
		want             []groupsync.Group
	}{
		{
			"a CSV with all columns", "t.csv",
			"Key, Name ,description,color,roles,member\nk,Eng,d,red,r1 r2,u1\nk,Eng,d,red,r1 r2,u2\nl,Ops,,,,\n", nil,
			[]groupsync.Group{
				{Key: "k", Name: "Eng", Description: new("d"), Color: new("red"), UserIDs: []string{"u1", "u2"}, RoleIDs: []string{"r1", "r2"}},
				{Key: "l", Name: "Ops", Description: new(""), Color: new(""), UserIDs: []string{}, RoleIDs: []string{}},
			},
		},
		{
			"a CSV from a spreadsheet, without roles", "T.CSV", "\ufeffmember,key,name\r\nu1,k,\"Eng, all\"\r\n", nil,
			[]groupsync.Group{{Key: "k", Name: "Eng, all", UserIDs: []string{"u1"}}},
		},
		{
			"members by e-mail address and by id", "t.csv", "key,name,member\nk,Eng,ADA@example.com\nk,Eng,u2\n", known,
			[]groupsync.Group{{Key: "k", Name: "Eng", UserIDs: []string{"u1", "u2"}}},
		},
		{
			"JSON", "t.json", `[{"key":"k","name":"Eng","color":"red","roles":[],"members":["u1"]},{"key":"l","name":"Ops"},{"key":"m","name":"HR","members":[]}]`, nil,
			[]groupsync.Group{
				{Key: "k", Name: "Eng", Color: new("red"), UserIDs: []string{"u1"}, RoleIDs: []string{}},
				{Key: "l", Name: "Ops"},
				{Key: "m", Name: "HR", UserIDs: []string{}},
			},
		},
		{
			"JSON with blanks and a byte order mark", "t.json", "\ufeff" + `[{"key":" k","name":"Eng ","description":" d","color":"red ","roles":[" r1"],"members":["u1 "]}]`, nil,
			[]groupsync.Group{{Key: "k", Name: "Eng", Description: new("d"), Color: new("red"), UserIDs: []string{"u1"}, RoleIDs: []string{"r1"}}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := parseTeams(tt.file, []byte(tt.text), tt.known, options)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestABrokenRowIsToldWithItsReason(t *testing.T) {
	t.Parallel()
	known, err := parsePeople("people.csv", []byte(somePeople))
	require.NoError(t, err)
	tests := []struct {
		name, file, text string
		known            *people
		want             string
	}{
		{"an unknown kind of file", "t.txt", "", nil, "t.txt: the name must end with .csv or .json"},
		{"an empty file", "t.csv", "", nil, "t.csv: row 1: the file is empty"},
		{"a column is missing", "t.csv", "key,name\n", nil, `row 1: the column "member" is missing`},
		{"an unknown column", "t.csv", "key,name,member,mail\n", nil, `row 1: the column "mail" is unknown; columns are key, name, description, color, roles, member`},
		{"a column twice", "t.csv", "key,name,member,key\n", nil, `row 1: the column "key" is there twice`},
		{"a cell is missing", "t.csv", header + "k,Eng,u1\nk,Eng\n", nil, "t.csv: row 3: the number of cells is 2, that of columns 3"},
		{"a quote is not closed", "t.csv", header + "k,\"Eng,u1\n", nil, "line 2"},
		{"no key", "t.csv", header + "k,Eng,u1\n ,Ops,u1\n", nil, "t.csv: row 3: the key is empty"},
		{"no name", "t.csv", header + "k,,u1\n", nil, "row 2: the name is empty"},
		{"two names for a key", "t.csv", header + "k,Eng,u1\nk,Dev,u2\n", nil, `row 3: name, description, color and roles of key "k" are not those of row 2`},
		{"a name for two keys", "t.csv", header + "k,Eng,u1\nl,Eng,u2\n", nil, `row 3: the name "Eng" is that of key "k" too, in row 2`},
		{"a member twice", "t.csv", header + "k,Eng,u1\nk,Eng,ada@example.com\n", known, `row 3: member "ada@example.com" is in row 2 too`},
		{"an unknown address", "t.csv", header + "k,Eng,eve@example.com\n", known, `row 2: member "eve@example.com": is not in the list of people`},
		{"an unknown id", "t.csv", header + "k,Eng,u9\n", known, `row 2: member "u9": is not in the list of people`},
		{"an address, and no people", "t.csv", header + "k,Eng,eve@example.com\n", nil, "row 2: member \"eve@example.com\": is an e-mail address: -people must say whose"},
		{"JSON that is no list", "t.json", `{"key":"k"}`, nil, "t.json: not a JSON array of teams"},
		{"a field that is not known", "t.json", `[{"key":"k","name":"Eng"},{"key":"l","name":"Ops","users":[]}]`, nil, `team 2: the field "users" is unknown`},
		{"a field of another type", "t.json", `[{"key":7}]`, nil, `JSON number into Go string within "/key"`},
		{"a field twice", "t.json", `[{"key":"k","name":"Eng","members":["u1"],"members":["u2"]}]`, nil, `team 1: jsontext: duplicate object member name "members"`},
		{"a field in another case", "t.json", `[{"key":"k","name":"Eng","Members":["u1"]}]`, nil, `team 1: the field "Members" is unknown`},
		{"JSON that is not UTF-8", "t.json", `[{"key":"k","name":"E` + "\xe9" + `g"}]`, nil, "team 1: jsontext: invalid UTF-8"},
		{"no list at all", "t.json", "null", nil, "t.json: not a JSON array of teams: it is null"},
		{"a name twice in JSON, but for blanks", "t.json", `[{"key":"k","name":"Eng"},{"key":"l","name":" Eng "}]`, nil, `team 2: the name "Eng" is that of key "k" too`},
		{"a name that is not UTF-8", "t.csv", header + "k,Eng,u1\nl,\xe9,u1\n", nil, `t.csv: row 3: key "l": name is not UTF-8`},
		{"an id that cannot be one", "t.csv", header + "k,Eng,u1\nk,Eng,u 2\n", nil, `t.csv: row 3: key "k": member "u 2" has a character that is not visible ASCII`},
		{"an address for a role", "t.csv", "key,name,roles,member\nl,Ops,,\nk,Eng,a@b.c,u1\n", nil, `t.csv: row 3: key "k": role "a@b.c" is an e-mail address, not an id`},
		{"a role twice", "t.json", `[{"key":"k","name":"Eng","roles":["ra"," ra"]}]`, nil, `t.json: team 1: key "k": role "ra" is the same as [0]`},
		{"a key twice in JSON", "t.json", `[{"key":"k","name":"Eng"},{"key":"k","name":"Eng"}]`, nil, `team 2: key "k" is that of team 1 too`},
		{"an empty member", "t.json", `[{"key":"k","name":"Eng","members":[""]}]`, nil, `team 1: member "": is empty`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := parseTeams(tt.file, []byte(tt.text), tt.known, options)
			assert.Nil(t, got)
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func TestAllBrokenRowsAreTold(t *testing.T) {
	t.Parallel()
	_, err := parseTeams("t.csv", []byte(header+",Eng,u1\nk,,u1\nl\nm,,u1\n"), nil, options)
	require.ErrorContains(t, err, "row 2: the key is empty")
	require.ErrorContains(t, err, "row 3: the name is empty")
	require.ErrorContains(t, err, "row 4: the number of cells is 1, that of columns 3")
	require.ErrorContains(t, err, "row 5: the name is empty")
}

// A file of another kind is wrong in each row: neither a screen nor a log wants all.
func TestOnlyTheFirstOfManyBrokenRowsAreTold(t *testing.T) {
	t.Parallel()
	var teams, known strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&teams, "k%d,Team %d,%d@example.com\n", i, i, i)
		fmt.Fprintf(&known, "u,%d@example.com\n", i)
	}
	_, err := parseTeams("t.csv", []byte(header+teams.String()), nil, options)
	told := strings.Split(err.Error(), "\n")
	require.Len(t, told, 21)
	assert.Equal(t, "t.csv: and 980 more", told[20])
	_, err = parsePeople("p.csv", []byte("id,email\n"+known.String()))
	told = strings.Split(err.Error(), "\n")
	require.Len(t, told, 21)
	assert.Equal(t, "p.csv: and 979 more", told[20])
	ids := strings.ReplaceAll(header+teams.String(), "@", "\u00e9")
	_, err = parseTeams("t.csv", []byte(ids), nil, options)
	told = strings.Split(err.Error(), "\n")
	require.Len(t, told, 21, "also what groupsync finds")
	assert.Equal(t, "t.csv: and 980 more", told[20])
}

func TestPeopleMayHaveFurtherColumns(t *testing.T) {
	t.Parallel()
	p, err := parsePeople("p.csv", []byte("status,Email,id,status\nactive,a@b.c,u1,x\n"))
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"a@b.c": "u1"}, p.byEmail)
}

func TestANameOutsideThePrefixIsToldWithItsRow(t *testing.T) {
	t.Parallel()
	_, err := parseTeams("t.csv", []byte(header+"k,x-Eng,u1\nl,Ops,u1\n"), nil, groupsync.Options{Owner: "test", Prefix: "x-"})
	require.EqualError(t, err, `t.csv: row 3: key "l": name "Ops" is outside the prefix "x-"`)
}

func TestBrokenPeople(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"id,email\nu1,a@b.c\nu1,d@e.f\n": `p.csv: row 3: the id "u1" is there already`,
		"id,email\nu1,a@b.c\nu2,A@b.c\n": `p.csv: row 3: the email "a@b.c" is there already`,
		"id,email\n,a@b.c\n":             "p.csv: row 2: the id or the email is empty",
		"id\nu1\n":                       `row 1: the column "email" is missing`,
		"id,email,id\nu1,a@b.c,u2\n":     `row 1: the column "id" is there twice`,
	} {
		_, err := parsePeople("p.csv", []byte(text))
		assert.ErrorContains(t, err, want)
	}
}
