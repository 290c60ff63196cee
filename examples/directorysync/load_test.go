package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// texts returns what entries say; nil stays nil.
func texts(entries []entry) []string {
	if entries == nil {
		return nil
	}
	out := []string{}
	for _, e := range entries {
		out = append(out, e.text)
	}
	return out
}

// read is a team as a test compares it.
type read struct {
	key, name          string
	description, color *string
	members, roles     []string
}

func parsed(t *testing.T, file, text string) []read {
	t.Helper()
	teams, err := parseTeams(file, []byte(text))
	require.NoError(t, err)
	var out []read
	for _, t := range teams {
		out = append(out, read{t.key, t.name, t.description, t.color, texts(t.members), texts(t.roles)})
	}
	return out
}

func TestParseTeams(t *testing.T) {
	t.Parallel()
	eng := read{key: "k", name: "Eng", members: []string{"a@x.de", "u2"}}
	tests := []struct {
		name, file, text string
		want             []read
	}{
		{
			"all columns", "t.csv", "Key, Name ,description,color,roles,member\nk,Eng,d,red,r1 r2,a@x.de\nk,Eng,d,red,r1 r2,u2\nl,Ops,,,,\n",
			[]read{
				{"k", "Eng", new("d"), new("red"), []string{"a@x.de", "u2"}, []string{"r1", "r2"}},
				{"l", "Ops", new(""), new(""), []string{}, []string{}},
			},
		},
		{"columns that are missing", "t.csv", "key,name\nk,Eng\n", []read{{key: "k", name: "Eng"}}},
		{"a spreadsheet", "T.CSV", "\ufeffmember,key,name\r\na@x.de,k,\"Eng, all\"\r\n", []read{{key: "k", name: "Eng, all", members: []string{"a@x.de"}}}},
		{"semicolons", "t.csv", "key;name;member\nk;Eng;a@x.de\nk;Eng;u2\n", []read{eng}},
		{"semicolons and commas in a name", "t.csv", "key;name;roles\nk;Eng, all, of, it;r1,r2\n", []read{{key: "k", name: "Eng, all, of, it", roles: []string{"r1", "r2"}}}},
		{"tabs", "t.tsv", "key\tname\tmember\nk\tEng\ta@x.de\nk\tEng\tu2\n", []read{eng}},
		{"a sep line", "t.csv", "sep=;\r\nkey;name;member\r\nk;Eng;a@x.de\r\nk;Eng;u2\r\n", []read{eng}},
		{"a quoted sep line for tabs", "t.csv", "\ufeff\"sep=\t\"\nkey\tname\tmember\nk\tEng\ta@x.de\nk\tEng\tu2\n", []read{eng}},
		{"empty rows at the end", "t.csv", header + "k,Eng,a@x.de\nk,Eng,u2\n,,\n , , \n\n,,,,\n", []read{eng}},
		{"a row twice", "t.csv", header + "k,Eng,a@x.de\nk,Eng,u2\nk, Eng ,a@x.de\n", []read{eng}},
		{"the rows of a team apart", "t.csv", header + "k,Eng,a@x.de\nl,Ops,\nk,Eng,u2\n", []read{eng, {key: "l", name: "Ops", members: []string{}}}},
		{
			"JSON", "t.json", `[{"key":"k","name":"Eng","color":"red","roles":[],"members":["a@x.de"]},{"key":"l","name":"Ops","description":""}]`,
			[]read{
				{key: "k", name: "Eng", color: new("red"), members: []string{"a@x.de"}, roles: []string{}},
				{key: "l", name: "Ops", description: new("")},
			},
		},
		{
			"JSON with blanks and a byte order mark", "t.json", "\ufeff" + `[{"key":" k","name":"Eng ","description":" d","roles":[" r1"],"members":["u1 "]}]`,
			[]read{{key: "k", name: "Eng", description: new("d"), members: []string{"u1"}, roles: []string{"r1"}}},
		},
		{"no teams in JSON", "t.json", "[]", nil},
		{
			"line breaks in cells", "t.csv", "key,name,description,roles,member\nk,Eng,\"one, two\nthree\",\"r1\nr2\",u1\n",
			[]read{{key: "k", name: "Eng", description: new("one, two\nthree"), members: []string{"u1"}, roles: []string{"r1", "r2"}}},
		},
		{"joiners in a name", "t.csv", "key,name\nk,\u0646\u200c\u0627\n", []read{{key: "k", name: "\u0646\u200c\u0627"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, parsed(t, tt.file, tt.text))
		})
	}
}

func TestParseTeams_Invalid(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, text, want string }{
		{"an unknown kind of file", "t.txt", "", "t.txt: the name must end with .csv, .tsv or .json"},
		{"an empty file", "t.csv", "", "t.csv: row 1: the file is empty"},
		{"a column is missing", "t.csv", "key,member\n", `t.csv: row 1: the column "name" is missing`},
		{"an unknown column", "t.csv", "key,name,mail\n", `row 1: the column "mail" is unknown; columns are key, name, description, color, roles, member`},
		{"a column twice", "t.csv", "key,name,member,key\n", `row 1: the column "key" is there twice`},
		{"a column missing below a sep line", "t.csv", "sep=;\nkey;member\n", `row 2: the column "name" is missing`},
		{"a cell is missing", "t.csv", header + "k,Eng,u1\nk,Eng\n", "t.csv: row 3: has 2 cells, not 3"},
		{"a cell too many", "t.csv", header + "k,Eng,u1,u2\n", "t.csv: row 2: has 4 cells, not 3"},
		{"an empty row between others", "t.csv", header + "k,Eng,u1\n,,\nk,Eng,u2\n", "t.csv: row 3: the row is empty"},
		{"a quote that is not closed", "t.csv", header + "k,\"Eng,u1\n", "t.csv: not a CSV file"},
		{"no key", "t.csv", header + "k,Eng,u1\n ,Ops,u1\n", "t.csv: row 3, column key: is empty"},
		{"no name", "t.csv", header + "k,,u1\n", "row 2, column name: is empty"},
		{"a quote that swallows rows", "t.csv", header + "k,\"Eng,u1\nl,Ops,u2\nm,Sales\",u3\n", `t.csv: row 2, column name: "Eng,u1\nl,Ops,u2\nm,Sales" looks like several rows: is a quote missing?`},
		{"a null byte in a key", "t.csv", header + "k\x00,Eng,u1\n", `row 2, column key: "k\x00" has a character that is not text`},
		{"a tab in a name in JSON", "t.json", `[{"key":"k","name":"E\tng"}]`, `team 1, column name: "E\tng" has a character that is not text`},
		{
			"a quote that swallows rows from a description", "t.csv", "key,name,description,color,member\nk,Eng,\"desc,red,u1\nl,Ops,o,,u2\nm,Sales,sales\",red,u3\n",
			`t.csv: row 2, column description: "desc,red,u1\nl,Ops,o,,u2\nm,Sales,sales" looks like several rows: is a quote missing?`,
		},
		{"a quote that swallows a row from a color", "t.csv", "key;name;color;member\nk;Eng;\"red;u1\nl;Ops;blue\";u2\n", `row 2, column color: "red;u1\nl;Ops;blue" looks like several rows`},
		{"column names again", "t.csv", header + "k,Eng,u1\nKey,name, member\nl,Ops,u2\n", "t.csv: row 3: repeats the column names: are these two files in one?"},
		{"column names again, after a byte order mark", "t.csv", header + "k,Eng,u1\n\ufeffkey,name,member\n", "t.csv: row 3: repeats the column names"},
		{"a byte order mark in a key", "t.csv", header + "k,Eng,u1\n\ufeffl,Ops,u2\n", `row 3, column key: "\ufeffl" has a character that is not text`},
		{"a byte order mark in a name", "t.csv", "name,key\n\ufeffEng,k\n", `row 2, column name: "\ufeffEng" has a character that is not text`},
		{"an invisible character in a key", "t.json", `[{"key":"k\u200b","name":"Eng"}]`, `team 1, column key: "k\u200b" has a character that is not text`},
		{"a line separator in a name", "t.csv", header + "k,E\u2028ng,u1\n", `row 2, column name: "E\u2028ng" has a character`},
		{"two names for a key", "t.csv", header + "k,Eng,u1\nk,Dev,u2\n", `row 3, column name: "Dev" differs from "Eng" in row 2 of the same key "k"`},
		{"two lists of roles for a key", "t.csv", "key,name,roles,member\nk,Eng,a,u1\nk,Eng,b,u2\n", `row 3, column roles: "b" differs from "a"`},
		{"a name for two keys", "t.csv", header + "k,Eng,u1\nl,Eng,u2\n", `row 3, column name: "Eng" is also the name of key "k", in row 2`},
		{"a member twice, in another case", "t.csv", header + "k,Eng,ada@x.de\nk,Eng,Ada@x.de\n", `row 3, column member: "Ada@x.de" is also in row 2`},
		{"two members in a cell", "t.csv", header + "k,Eng,a@x.de b@x.de\n", `row 2, column member: "a@x.de b@x.de" has the character ' '; put each member into a row of its own`},
		{"an invisible character in a member", "t.csv", header + "k,Eng,a\u200b@x.de\n", `has the character '\u200b'`},
		{"half an address", "t.csv", header + "k,Eng,a@\n", `row 2, column member: "a@" is not an e-mail address`},
		{"an ID that cannot be one", "t.csv", header + "k,Eng,ué\n", `row 2, column member: "ué" is neither an e-mail address nor an ID`},
		{"a role twice", "t.csv", "key,name,roles\nk,Eng,a a\n", `row 2, column roles: "a" is there twice`},
		{"a text that is not UTF-8", "t.csv", header + "k,Eng,u1\nl,\xe9,u1\n", `t.csv: row 3, column name: "\xe9" is not UTF-8`},
		{"UTF-16", "t.csv", "\xff\xfek\x00e\x00", "t.csv: row 1: the file is UTF-16; save it as CSV UTF-8"},
		{"JSON that is no list", "t.json", `{"key":"k"}`, "t.json: not a JSON array of teams"},
		{"null", "t.json", "null", "t.json: not a JSON array of teams: it is null"},
		{"a team that is null", "t.json", "[null]", "t.json: team 1: it is null"},
		{"an unknown field", "t.json", `[{"key":"k","name":"Eng"},{"key":"l","name":"Ops","users":[]}]`, `team 2: the field "users" is unknown`},
		{"a field in another case", "t.json", `[{"key":"k","name":"Eng","Members":["u1"]}]`, `team 1: the field "Members" is unknown`},
		{"a field of another type", "t.json", `[{"key":7}]`, "team 1, column key: is not a string: 7"},
		{"a list of another type", "t.json", `[{"key":"k","name":"Eng","members":"u1"}]`, `team 1, column members: is not a list of strings: "u1"`},
		{"null for a list", "t.json", `[{"key":"k","name":"Eng","members":null}]`, "team 1, column members: is null: leave the field out to leave the members as they are, or use [] for none"},
		{"null for roles", "t.json", `[{"key":"k","name":"Eng","roles":null}]`, "team 1, column roles: is null: leave the field out to leave the roles as they are, or use [] for none"},
		{"null for a text", "t.json", `[{"key":"k","name":"Eng","color":null}]`, `team 1, column color: is null: leave the field out, or use ""`},
		{"null in a list", "t.json", `[{"key":"k","name":"Eng","members":["u1",null]}]`, "team 1, column members: has null at position 2"},
		{"a field twice", "t.json", `[{"key":"k","name":"Eng","members":["u1"],"members":["u2"]}]`, `team 1: jsontext: duplicate object member name "members"`},
		{"JSON that is not UTF-8", "t.json", `[{"key":"k","name":"E` + "\xe9" + `g"}]`, "team 1: jsontext: invalid UTF-8"},
		{"a key twice in JSON", "t.json", `[{"key":"k","name":"Eng"},{"key":"k","name":"Ops"}]`, `team 2, column key: "k" is also that of team 1`},
		{"a name twice in JSON, apart from blanks", "t.json", `[{"key":"k","name":"Eng"},{"key":"l","name":" Eng "}]`, `team 2, column name: "Eng" is also the name of key "k"`},
		{"a member twice in JSON", "t.json", `[{"key":"k","name":"Eng","members":["a@x.de","A@x.de"]}]`, `team 1, column members: "A@x.de" is also in team 1`},
		{"an empty member", "t.json", `[{"key":"k","name":"Eng","members":[""]}]`, `team 1, column members: "" is empty`},
		{"an empty role", "t.json", `[{"key":"k","name":"Eng","roles":[" "]}]`, "team 1, column roles: a role key is empty"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := parseTeams(tt.file, []byte(tt.text))
			require.ErrorContains(t, err, tt.want)
			assert.Equal(t, exitBadInput, failed(err).exit)
		})
	}
}

func TestParseTeams_ReportsAllProblems(t *testing.T) {
	t.Parallel()
	_, err := parseTeams("t.csv", []byte(header+",Eng,u1\nk,,u1\nl\nm,,u1\n"))
	require.ErrorContains(t, err, "row 2, column key: is empty")
	require.ErrorContains(t, err, "row 3, column name: is empty")
	require.ErrorContains(t, err, "row 4: has 1 cells, not 3")
	require.ErrorContains(t, err, "row 5, column name: is empty")
}

// A file of another kind is wrong in each row: neither a screen nor a log wants all.
func TestParse_ManyProblems(t *testing.T) {
	t.Parallel()
	var teams, known strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&teams, "k%d,Team %d,%d@\n", i, i, i)
		fmt.Fprintf(&known, "u,%d@example.com\n", i)
	}
	_, err := parseTeams("t.csv", []byte(header+teams.String()))
	lines := strings.Split(err.Error(), "\n")
	require.Len(t, lines, 21)
	assert.Equal(t, "t.csv: and 980 more", lines[20])
	_, err = parsePeople("p.csv", []byte("id,email\n"+known.String()))
	lines = strings.Split(err.Error(), "\n")
	require.Len(t, lines, 21)
	assert.Equal(t, "p.csv: and 979 more", lines[20])
}

// A cell can be as long as the file: a log wants to know where it is, and what is wrong.
func TestParse_ShortensLongCells(t *testing.T) {
	t.Parallel()
	_, err := parseTeams("t.csv", []byte(header+"k,Eng,"+strings.Repeat("é ", 1_000_000)+"\n"))
	require.ErrorContains(t, err, `t.csv: row 2, column member: "é é`)
	require.ErrorContains(t, err, `é" has the character ' '; put each member into a row of its own`)
	assert.Less(t, len(err.Error()), 1000)
	assert.True(t, utf8.ValidString(err.Error()))
}

func TestFold_Case(t *testing.T) {
	t.Parallel()
	assert.Equal(t, fold("Kai@example.com"), fold("kai@EXAMPLE.com"))
	assert.NotEqual(t, fold("kai@example.com"), fold("\u212aai@example.com"), "the Kelvin sign is no k")
	assert.NotEqual(t, fold("ID"), fold("id"), "IDs have a case")
}

func TestParsePeople(t *testing.T) {
	t.Parallel()
	p, err := parsePeople("p.csv", []byte("sep=;\nstatus;Email;id;status\nactive;A@b.c;u1;x\n;;;\n"))
	require.NoError(t, err)
	assert.Equal(t, "u1", p.byEmail["a@b.c"].ID)
	assert.Len(t, p.list, 1)
	for text, want := range map[string]string{
		"id,email\nu1,a@b.c\nu1,d@e.f\n": `p.csv: row 3, column id: "u1" is there twice`,
		"id,email\nu1,a@b.c\nu2,A@b.c\n": `p.csv: row 3, column email: "A@b.c" is there twice`,
		"id,email\n,a@b.c\n":             "p.csv: row 2, column id: is empty",
		"id,email\nu1,\n":                "p.csv: row 2, column email: is empty",
		"id\nu1\n":                       `row 1: the column "email" is missing`,
		"id,email,id\nu1,a@b.c,u2\n":     `row 1: the column "id" is there twice`,
		"id,email\n":                     "p.csv: there is nobody in it",
	} {
		_, err := parsePeople("p.csv", []byte(text))
		assert.ErrorContains(t, err, want)
	}
}

func TestSample(t *testing.T) {
	t.Parallel()
	b, err := sample.ReadFile("sample/people.csv")
	require.NoError(t, err)
	known, err := parsePeople("people.csv", b)
	require.NoError(t, err)
	assert.Len(t, known.list, 300)
	teams, err := sampleTeams("teams.csv")
	require.NoError(t, err)
	assert.Len(t, teams, 33)
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	assert.Contains(t, string(readme), "300 people in 33 teams")
}
