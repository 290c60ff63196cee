// Package sheet makes cells of CSV files safe to open in a spreadsheet.
package sheet

import "strings"

// Cell returns a cell that no spreadsheet takes for a formula, which could send the
// sheet elsewhere: names and descriptions are written by the users of a tenant. A
// formula gets an apostrophe in front. So does one that follows a semicolon, a tab
// or a line break: some countries separate cells so. A program that reads the file
// has to take the apostrophe off again.
func Cell(text string) string {
	var b strings.Builder
	isFirst := true // of a cell, apart from blanks and quotes
	for _, r := range text {
		if isFirst && strings.ContainsRune("=+-@\t\r\n＝＋－＠", r) {
			b.WriteByte('\'')
		}
		b.WriteRune(r)
		isFirst = strings.ContainsRune(";\t\r\n", r) || isFirst && (r == ' ' || r == '"')
	}
	return b.String()
}
