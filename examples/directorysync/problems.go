package main

import (
	"errors"
	"fmt"
)

// maxProblems is how many of the things that are wrong with a file are told. A
// file that is the wrong one is wrong in each of its rows.
const maxProblems = 20

// problems collects what is wrong with a file.
type problems struct {
	file string
	errs []error
	more int // that are not in errs
}

func (p *problems) refuse(row, format string, args ...any) {
	if len(p.errs) == maxProblems {
		p.more++
		return
	}
	p.errs = append(p.errs, fmt.Errorf("%s: %s: %s", p.file, row, fmt.Sprintf(format, args...)))
}

// err returns what was collected, one problem on each line; nil: none.
func (p *problems) err() error {
	errs := p.errs
	if p.more > 0 {
		errs = append(errs, fmt.Errorf("%s: and %d more", p.file, p.more))
	}
	return errors.Join(errs...)
}
