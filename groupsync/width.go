package groupsync

import (
	"slices"
	"strings"
	"unicode"

	"github.com/frontegg-go/frontegg/internal/redact"
)

// wide are the characters that take two columns of a terminal: those of East
// Asia, and emoji.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115f, Stride: 1},
		{Lo: 0x2e80, Hi: 0x303e, Stride: 1},
		{Lo: 0x3041, Hi: 0x4dbf, Stride: 1},
		{Lo: 0x4e00, Hi: 0xa4cf, Stride: 1},
		{Lo: 0xac00, Hi: 0xd7a3, Stride: 1},
		{Lo: 0xf900, Hi: 0xfaff, Stride: 1},
		{Lo: 0xfe30, Hi: 0xfe6f, Stride: 1},
		{Lo: 0xff01, Hi: 0xff60, Stride: 1},
		{Lo: 0xffe0, Hi: 0xffe6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1f300, Hi: 0x1f64f, Stride: 1},
		{Lo: 0x1f680, Hi: 0x1f6ff, Stride: 1},
		{Lo: 0x1f900, Hi: 0x1f9ff, Stride: 1},
		{Lo: 0x20000, Hi: 0x3fffd, Stride: 1},
	},
}

// width returns the number of terminal columns of a character.
func width(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me): // combined with the one before
		return 0
	case unicode.Is(wide, r):
		return 2
	}
	return 1
}

// columns returns the number of terminal columns of a text.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += width(r)
	}
	return n
}

// text makes a text safe for a terminal and at most limit columns wide. It cuts the
// middle, because different names and IDs often begin alike.
func text(s string, limit int) string {
	s = redact.Printable(s, len(s))
	if columns(s) <= limit {
		return s
	}
	runes := []rune(s)
	head, tail := 0, len(runes)
	for used := 1; ; { // the ellipsis
		if used += width(runes[head]); used > limit {
			break
		}
		head++
		if used += width(runes[tail-1]); used > limit {
			break
		}
		tail--
	}
	return string(runes[:head]) + "…" + string(runes[tail:])
}

// quoted returns a name, a key or an ID for a sentence.
func quoted(s string) string { return `"` + text(s, 48) + `"` }

// align writes rows with aligned columns.
func align(b *strings.Builder, rows [][]string, isRight bool) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], columns(cell))
		}
	}
	for _, row := range rows {
		cells := slices.Clone(row)
		for i, cell := range cells {
			pad := strings.Repeat(" ", widths[i]-columns(cell))
			if isRight {
				cells[i] = pad + cell
			} else {
				cells[i] = cell + pad
			}
		}
		b.WriteString(strings.TrimRight(strings.Join(cells, "  "), " ") + "\n")
	}
}
