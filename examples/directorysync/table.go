package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// table is the form of a CSV file: a row of column names, in any order, and below it
// one row for each thing. Cells are separated by commas, semicolons or tabs.
type table struct {
	known, required []string
	// ignoresOthers allows further columns. Otherwise they are refused: one may be a
	// column whose name is misspelled.
	ignoresOthers bool
}

// csvRow is a row with its line in the file and its cells by column.
type csvRow struct {
	line int
	cell map[string]string
}

func (r csvRow) at(column string) place { return place{fmt.Sprintf("row %d", r.line), column} }

// read returns the rows that can be read, and reports the others. Empty rows at the
// end and rows that repeat an earlier one are left out.
func (t table) read(b []byte, wrong *problems) []csvRow {
	if bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) {
		wrong.add(place{row: "row 1"}, "the file is UTF-16; save it as CSV UTF-8")
		return nil
	}
	b, separator := t.separator(bytes.TrimPrefix(b, []byte("\ufeff")))
	r := csv.NewReader(bytes.NewReader(b))
	r.Comma, r.FieldsPerRecord = separator, -1
	header, err := r.Read()
	switch {
	case errors.Is(err, io.EOF):
		wrong.add(place{row: "row 1"}, "the file is empty; it begins with column names")
		return nil
	case err != nil:
		wrong.add(place{row: "not a CSV file"}, "%v", err)
		return nil
	}
	line, _ := r.FieldPos(0)
	if problem := t.invalidHeader(header); problem != "" {
		wrong.add(csvRow{line: line}.at(""), "%s", problem)
		return nil
	}
	return t.rows(r, header, wrong)
}

func (t table) rows(r *csv.Reader, header []string, wrong *problems) []csvRow {
	var out []csvRow
	var empty []csvRow // since the last row that is not
	seen := map[string]bool{}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil { // where the next row begins is not known
			wrong.add(place{row: "not a CSV file"}, "%v", err)
			return out
		}
		line, _ := r.FieldPos(0)
		row := csvRow{line, make(map[string]string, len(header))}
		for i := range record {
			record[i] = strings.TrimSpace(record[i])
		}
		if strings.Join(record, "") == "" {
			empty = append(empty, row)
			continue
		}
		for _, e := range empty {
			wrong.add(e.at(""), "the row is empty")
		}
		empty = nil
		switch {
		case len(record) != len(header):
			wrong.add(row.at(""), "has %d cells, not %d as the row of column names", len(record), len(header))
			continue
		case isHeader(record, header):
			wrong.add(row.at(""), "repeats the column names: are these two files in one?")
			continue
		}
		all := strings.Join(record, "\x00")
		if seen[all] {
			continue
		}
		seen[all] = true
		if row.fill(header, record, t.known, r.Comma, wrong) {
			out = append(out, row)
		}
	}
}

// isHeader reports whether a row has the column names, as in files that were put
// together.
func isHeader(record, header []string) bool {
	return slices.EqualFunc(record, header, func(cell, name string) bool {
		return strings.EqualFold(strings.TrimPrefix(cell, "\ufeff"), name)
	})
}

// fill sets the cells of the known columns, and reports whether they are valid.
func (r *csvRow) fill(header, record, known []string, separator rune, wrong *problems) bool {
	isValid := true
	for i, name := range header {
		if !slices.Contains(known, name) {
			continue
		}
		r.cell[name] = record[i]
		problem := ""
		switch {
		case !utf8.ValidString(record[i]):
			problem = "is not UTF-8; save the file as CSV UTF-8"
		case hasRows(record[i], i, len(header), string(separator)):
			problem = "looks like several rows: is a quote missing?"
		}
		if problem != "" {
			wrong.add(r.at(name), "%q %s", record[i], problem)
			isValid = false
		}
	}
	return isValid
}

// hasRows reports whether cell i of n looks as if a quote that is not closed has
// swallowed the rest of its row, and another row up to the same column.
func hasRows(cell string, i, n int, separator string) bool {
	first, _, isBroken := strings.Cut(cell, "\n")
	last := cell[strings.LastIndex(cell, "\n")+1:]
	return isBroken && strings.Count(first, separator) == n-1-i && strings.Count(last, separator) == i
}

// separator returns the separator of cells: that of a first line such as "sep=;",
// which becomes an empty line, or the one that makes most of the column names known.
func (t table) separator(b []byte) (rest []byte, separator rune) {
	line, after, _ := bytes.Cut(b, []byte("\n"))
	name, value, _ := strings.Cut(strings.Trim(strings.TrimRight(string(line), "\r"), `"`), "=")
	if strings.EqualFold(name, "sep") {
		if value == `\t` {
			value = "\t"
		}
		if slices.Contains([]string{",", ";", "\t"}, value) {
			return append([]byte("\n"), after...), rune(value[0])
		}
	}
	separator, most := ',', 0
	for _, candidate := range ",;\t" {
		r := csv.NewReader(bytes.NewReader(b))
		r.Comma = candidate
		header, _ := r.Read()
		n := 0
		for _, name := range header {
			if slices.Contains(t.known, strings.ToLower(strings.TrimSpace(name))) {
				n++
			}
		}
		if n > most {
			separator, most = candidate, n
		}
	}
	return b, separator
}

// invalidHeader returns what is wrong with the column names, and changes them to
// lower case.
func (t table) invalidHeader(header []string) string {
	for i, name := range header {
		header[i] = strings.ToLower(strings.TrimSpace(name))
		switch isKnown := slices.Contains(t.known, header[i]); {
		case !isKnown && !t.ignoresOthers:
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
