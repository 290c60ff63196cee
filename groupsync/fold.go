package groupsync

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/frontegg-go/frontegg"
)

// decompositions has a line for each character with a canonical decomposition
// (Unicode 14): the character, then its parts. Hangul syllables, which are computed,
// and compatibility ideographs are left out.
//
//go:embed decompositions.txt
var decompositions string

var decomposed = sync.OnceValue(func() map[rune][]rune {
	m := map[rune][]rune{}
	for line := range strings.Lines(decompositions) {
		runes := []rune(strings.TrimSuffix(line, "\n"))
		m[runes[0]] = runes[1:]
	}
	return m
})

// fold returns the same text for names that differ only in case, surrounding blanks
// or Unicode form: it decomposes characters and sorts the accents of a letter. It is
// for warnings only, because it also makes a few different names equal, such as
// those with swapped accents.
func fold(name string) string {
	var out []rune
	for _, r := range strings.TrimSpace(name) {
		switch parts := decomposed()[r]; {
		case parts != nil:
			out = append(out, parts...)
		case r >= 0xac00 && r <= 0xd7a3: // Hangul: 19 × 21 × 28 syllables
			i := r - 0xac00
			out = append(out, 0x1100+i/588, 0x1161+i%588/28)
			if t := i % 28; t > 0 {
				out = append(out, 0x11a7+t)
			}
		default:
			out = append(out, r)
		}
	}
	for i, r := range out {
		out[i] = unicode.ToLower(unicode.ToUpper(r))
	}
	for begin := 0; begin < len(out); {
		end := begin + 1
		for end < len(out) && unicode.Is(unicode.Mn, out[end]) {
			end++
		}
		slices.Sort(out[begin+1 : end])
		begin = end
	}
	return string(out)
}

// differsIn describes names with the same fold.
const differsIn = "differ only in case, surrounding blanks or Unicode form"

// addWarnings warns about names that are hard to tell apart: of wanted groups,
// and of wanted and actual groups.
func (p *planner) addWarnings(wanted []Group, actual []frontegg.Group) {
	names := map[string][]string{} // by fold: the wanted names
	for i := range wanted {
		f := fold(wanted[i].Name)
		names[f] = append(names[f], wanted[i].Name)
	}
	for _, same := range names {
		if len(same) > 1 {
			slices.Sort(same)
			quotedNames := make([]string, len(same))
			for i, name := range same {
				quotedNames[i] = quoted(name)
			}
			p.warn("the wanted names %s %s", strings.Join(quotedNames, " and "), differsIn)
		}
	}
	planned := map[string]bool{} // the groups that get or have a wanted name, or are deleted
	for _, m := range p.matches {
		if !m.unmanaged() && (m.wanted != nil || p.opts.Delete) {
			planned[m.id()] = true
		}
	}
	for i := range actual {
		g := &actual[i]
		for _, name := range names[fold(g.Name)] {
			if name != g.Name && !planned[g.ID] {
				p.warn("the wanted name %s and that of group %s, %s, %s", quoted(name), g.ID, quoted(g.Name), differsIn)
			}
		}
	}
	slices.Sort(p.plan.Warnings)
}

func (p *planner) warn(format string, args ...any) {
	p.plan.Warnings = append(p.plan.Warnings, fmt.Sprintf(format, args...))
}
