package main

import (
	"fmt"
	"os"

	"github.com/frontegg-go/frontegg"
)

// people are the users of the tenant as a file has them.
type people struct {
	list    []frontegg.User
	byID    map[string]frontegg.User
	byEmail map[string]frontegg.User // by the folded address
}

// loadPeople reads a file of people.
func loadPeople(file string) (*people, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, &inputError{err}
	}
	return parsePeople(file, b)
}

// parsePeople reads a CSV file with the columns id and email, and any others, such as
// an export of the users of the tenant.
func parsePeople(file string, b []byte) (*people, error) {
	p := &people{byID: map[string]frontegg.User{}, byEmail: map[string]frontegg.User{}}
	wrong := problems{file: file}
	form := table{known: []string{"id", "email", "name"}, required: []string{"id", "email"}, ignoresOthers: true}
	for _, r := range form.read(b, &wrong) {
		u := frontegg.User{ID: r.cell["id"], Email: r.cell["email"], Name: r.cell["name"]}
		email := fold(u.Email)
		switch {
		case u.ID == "":
			wrong.add(r.at("id"), "is empty")
		case email == "":
			wrong.add(r.at("email"), "is empty")
		case p.byID[u.ID].ID != "":
			wrong.add(r.at("id"), "%q is there twice", u.ID)
		case p.byEmail[email].ID != "":
			wrong.add(r.at("email"), "%q is there twice", u.Email)
		default:
			p.byID[u.ID], p.byEmail[email] = u, u
			p.list = append(p.list, u)
		}
	}
	if len(p.list) == 0 && wrong.err() == nil {
		return nil, &inputError{fmt.Errorf("%s: there is nobody in it", file)}
	}
	return p, wrong.err()
}
