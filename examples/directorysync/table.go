package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// table is a CSV below a line of column names, which are in any order.
type table struct {
	known, required []string
	// ignores says that further columns do no harm; else they are refused, as a
	// name that is misspelt must be.
	ignores bool
}

// csvRow is a row with its line in the file and its cells by column.
type csvRow struct {
	line int
	cell map[string]string
}

// read returns the rows that can be read, and refuses the others.
func (t table) read(b []byte, wrong *problems) []csvRow {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		wrong.refuse("row 1", "the file is empty; it begins with column names")
		return nil
	}
	if err != nil {
		wrong.refuse("row 1", "%v", err)
		return nil
	}
	if problem := t.check(header); problem != "" {
		wrong.refuse("row 1", "%s", problem)
		return nil
	}
	var out []csvRow
	for {
		record, err := r.Read()
		line, _ := r.FieldPos(0)
		switch {
		case errors.Is(err, io.EOF):
			return out
		case errors.Is(err, csv.ErrFieldCount):
			wrong.refuse(fmt.Sprintf("row %d", line), "the number of cells is %d, that of columns %d", len(record), len(header))
			continue
		case err != nil: // where the next row begins is not known
			wrong.refuse("not a CSV", "%v", err)
			return out
		}
		row := csvRow{line, make(map[string]string, len(header))}
		for i, name := range header {
			row.cell[name] = strings.TrimSpace(record[i])
		}
		out = append(out, row)
	}
}

// check returns what is wrong with the column names, which it makes plain.
func (t table) check(header []string) string {
	for i, name := range header {
		header[i] = strings.ToLower(strings.TrimSpace(name))
		switch isKnown := slices.Contains(t.known, header[i]); {
		case !isKnown && !t.ignores:
			return fmt.Sprintf("the column %q is unknown; columns are %s", name, strings.Join(t.known, ", "))
		case isKnown && slices.Contains(header[:i], header[i]):
			return fmt.Sprintf("the column %q is there twice", name)
		}
	}
	for _, name := range t.required {
		if !slices.Contains(header, name) {
			return fmt.Sprintf("the column %q is missing", name)
		}
	}
	return ""
}
