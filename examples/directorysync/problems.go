package main

import (
	"errors"
	"fmt"
	"strings"
)

// maxProblems is how many of the problems of a file are reported. A file of another
// kind has one in each of its rows.
const maxProblems = 20

// place is where something stands in a file.
type place struct {
	row    string // "row 3" of a CSV file, "team 3" of a JSON file
	column string // the column or field; empty: the whole row
}

func (p place) String() string {
	if p.column == "" {
		return p.row
	}
	return p.row + ", column " + p.column
}

// problems collects what is wrong with a file.
type problems struct {
	file string
	errs []error
	more int // that are not in errs
}

func (p *problems) add(at place, format string, args ...any) {
	if len(p.errs) == maxProblems {
		p.more++
		return
	}
	p.errs = append(p.errs, fmt.Errorf("%s: %s: %s", p.file, at, shorten(fmt.Sprintf(format, args...))))
}

// shorten cuts a text in the middle: a cell can be as long as the file.
func shorten(text string) string {
	const half = 300
	if len(text) <= 2*half {
		return text
	}
	return strings.ToValidUTF8(text[:half], "") + " … " + strings.ToValidUTF8(text[len(text)-half:], "")
}

// err returns the problems, one on each line; nil: none.
func (p *problems) err() error {
	if len(p.errs) == 0 {
		return nil
	}
	errs := p.errs
	if p.more > 0 {
		errs = append(errs, fmt.Errorf("%s: and %d more", p.file, p.more))
	}
	return &inputError{errors.Join(errs...)}
}

// inputError is a problem of a file or a flag that a person has to correct.
type inputError struct{ error }

// Unwrap returns the problems.
func (e *inputError) Unwrap() error { return e.error }
