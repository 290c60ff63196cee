package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/frontegg-go/frontegg"
)

// people are the users of the account. The groups API has no lookup of users, so
// they come from a file. A nil *people knows nobody and takes ids as they are.
type people struct {
	list    []frontegg.User
	byID    map[string]bool
	byEmail map[string]string
}

// loadPeople reads a file of people; no file is nil.
func loadPeople(file string) (*people, error) {
	if file == "" {
		return nil, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return parsePeople(file, b)
}

// parsePeople reads a CSV with the columns id and email, an optional name, and
// what else an export of users has.
func parsePeople(file string, b []byte) (*people, error) {
	p := &people{byID: map[string]bool{}, byEmail: map[string]string{}}
	wrong := problems{file: file}
	table := table{known: []string{"id", "email", "name"}, required: []string{"id", "email"}, ignores: true}
	for _, r := range table.read(b, &wrong) {
		id, email := r.cell["id"], strings.ToLower(r.cell["email"])
		var problem string
		switch {
		case id == "" || email == "":
			problem = "the id or the email is empty"
		case p.byID[id]:
			problem = fmt.Sprintf("the id %q is there already", id)
		case p.byEmail[email] != "":
			problem = fmt.Sprintf("the email %q is there already", email)
		}
		if problem != "" {
			wrong.refuse(fmt.Sprintf("row %d", r.line), "%s", problem)
			continue
		}
		p.byID[id], p.byEmail[email] = true, id
		p.list = append(p.list, frontegg.User{ID: id, Email: email, Name: r.cell["name"], ActivatedForTenant: true})
	}
	return p, wrong.err()
}

// id returns the user id of a member, who is written as an e-mail address or an id.
func (p *people) id(member string) (string, error) {
	isEmail := strings.Contains(member, "@")
	switch {
	case member == "":
		return "", errors.New("is empty")
	case p == nil && isEmail:
		return "", errors.New("is an e-mail address: -people must say whose")
	case p == nil:
		return member, nil
	case p.byID[member]:
		return member, nil
	case isEmail && p.byEmail[strings.ToLower(member)] != "":
		return p.byEmail[strings.ToLower(member)], nil
	}
	return "", errors.New("is not in the list of people")
}
