package cli

import "strings"

// width is that of a terminal which is not too narrow for anybody.
const width = 80

// Wrap breaks the lines of a text that are longer than 80 columns, at a blank if there
// is one. How wide a character is depends on the terminal: one that is not ASCII counts
// as two columns, the most that it can take.
func Wrap(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		end := line[len(strings.TrimRight(line, "\n")):]
		line = strings.TrimSuffix(line, end)
		indent := strings.Repeat(" ", min(len(line)-len(strings.TrimLeft(line, " ")), 20)+4)
		for at := breakAt(line); at < len(line); at = breakAt(line) {
			b.WriteString(strings.TrimRight(line[:at], " "))
			b.WriteByte('\n')
			line = indent + strings.TrimLeft(line[at:], " ")
		}
		b.WriteString(line)
		b.WriteString(end)
	}
	return b.String()
}

// breakAt returns where a line has to be broken; its length if it fits.
func breakAt(line string) int {
	text := len(line) - len(strings.TrimLeft(line, " ")) // where it begins
	columns, blank := 0, 0
	for i, r := range line {
		columns++
		if r > '~' {
			columns++
		}
		if columns > width {
			if blank > text {
				return blank
			}
			return i
		}
		if r == ' ' {
			blank = i + 1
		}
	}
	return len(line)
}
