package main

import (
	"cmp"
	"embed"
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

//go:embed data/people.csv data/teams.csv
var embedded embed.FS

// input is what the program makes groups of.
type input struct {
	teams  []team
	people []person
}

// team is a row of teams.csv, and who is in the team.
type team struct {
	name, description, color string
	roles                    []string // keys
	members                  []string // e-mail addresses
}

// person is a row of people.csv.
type person struct {
	name, email string
	teams       []string
}

// readInput reads people.csv and teams.csv from dir, or the built-in ones where
// dir is empty.
func readInput(dir string) (*input, error) {
	files, err := fs.Sub(embedded, "data")
	if dir != "" {
		files, err = os.DirFS(dir), nil
	}
	if err != nil {
		return nil, err
	}
	in := &input{}
	index := map[string]int{}
	err = readCSV(files, "teams.csv", []string{"team", "description", "color", "roles"}, func(row []string) error {
		if _, again := index[row[0]]; again || row[0] == "" {
			return fmt.Errorf("team %q is empty or there twice", row[0])
		}
		index[row[0]] = len(in.teams)
		in.teams = append(in.teams, team{name: row[0], description: row[1], color: row[2], roles: list(row[3])})
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = readCSV(files, "people.csv", []string{"name", "email", "teams"}, func(row []string) error {
		p := person{name: row[0], email: row[1], teams: list(row[2])}
		in.people = append(in.people, p)
		for _, name := range p.teams {
			i, ok := index[name]
			if !ok {
				return fmt.Errorf("%q is in the team %q, which teams.csv does not have", p.email, name)
			}
			in.teams[i].members = append(in.teams[i].members, p.email)
		}
		return nil
	})
	return in, err
}

// readCSV calls each for every row below the header, which must be as given.
func readCSV(files fs.FS, name string, header []string, each func(row []string) error) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if len(rows) < 2 || !slices.Equal(rows[0], header) {
		return fmt.Errorf("%s: want the header %s and at least one row", name, strings.Join(header, ","))
	}
	for i, row := range rows[1:] {
		if err := each(row); err != nil {
			return fmt.Errorf("%s: row %d: %w", name, i+2, err)
		}
	}
	return nil
}

// list splits a cell that holds several values.
func list(cell string) []string {
	return strings.FieldsFunc(cell, func(r rune) bool { return r == ';' })
}

// roles returns the keys of all roles, each once.
func (in *input) roles() []string {
	var keys []string
	for _, t := range in.teams {
		keys = append(keys, t.roles...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// bySize orders groups of more members first.
func bySize(a, b summary) int {
	return cmp.Or(cmp.Compare(b.members, a.members), cmp.Compare(a.name, b.name))
}
