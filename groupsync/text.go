package groupsync

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/frontegg-go/frontegg/internal/redact"
)

const (
	maxName  = 48 // characters of a name that are shown
	maxIDs   = 3  // ids of a step that are shown
	maxNames = 3  // skipped groups of one reason that are shown
	maxLines = 24 // lines of steps
)

// String returns the plan as a person reads it before saying yes: counts, then
// the steps of each kind, then what is skipped and why. It fits a screen: long
// lists are cut, and say by how much; Steps and Skipped have all of it.
func (p *Plan) String() string {
	var b strings.Builder
	p.writeCounts(&b)
	p.writeSteps(&b)
	p.writeSkipped(&b)
	return trimLines(b.String())
}

// trimLines drops the blanks that columns leave at the ends of lines.
func trimLines(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(strings.TrimRight(line, " \n"))
		b.WriteByte('\n')
	}
	return b.String()
}

func (p *Plan) writeCounts(b *strings.Builder) {
	if p.Empty() {
		b.WriteString("Nothing to do.\n")
	} else {
		c := p.Counts()
		fmt.Fprintf(b, "%s in all\n", count(len(p.Steps), "step"))
		w := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintf(w, "groups\t%d create\t%d rename\t%d edit\t%d delete\t\n", c.Created, c.Renamed, c.Edited, c.Deleted)
		fmt.Fprintf(w, "members\t%d add\t%d remove\t\t\t\n", c.UsersAdded, c.UsersRemoved)
		fmt.Fprintf(w, "roles\t%d add\t%d remove\t\t\t\n", c.RolesAdded, c.RolesRemoved)
		_ = w.Flush()
	}
	if p.refused != nil {
		fmt.Fprintf(b, "REFUSED by guard %q: %s\n", p.refused.Guard, p.refused.Detail)
	}
}

// writeSteps shows the steps by kind; each kind gets its part of the lines.
func (p *Plan) writeSteps(b *strings.Builder) {
	byKind := map[Kind][]Step{}
	for _, s := range p.Steps {
		byKind[s.Kind] = append(byKind[s.Kind], s)
	}
	if len(byKind) == 0 {
		return
	}
	b.WriteByte('\n')
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	share := maxLines / len(byKind)
	for _, kind := range kinds {
		steps := byKind[kind]
		shown := len(steps)
		if shown > share && len(p.Steps) > maxLines {
			shown = share - 1
		}
		for _, s := range steps[:shown] {
			fmt.Fprintf(w, "%s\t%s\t%s\n", kind, text(s.Name), s.detail())
		}
		if n := len(steps) - shown; n > 0 {
			fmt.Fprintf(w, "%s\t… %d more\t\n", kind, n)
		}
	}
	_ = w.Flush()
}

// detail is what a step says besides its kind and its group.
func (s Step) detail() string {
	var out []string
	switch s.Kind {
	case Create:
		out = append(out, "key "+text(s.Key))
	case Rename:
		out = append(out, "was "+text(s.From))
	case Edit:
		if s.Description != nil {
			out = append(out, "description "+quoted(*s.Description))
		}
		if s.Color != nil {
			out = append(out, "color "+quoted(*s.Color))
		}
	}
	if n := len(s.IDs); n > 0 {
		out = append(out, fmt.Sprintf("%4d: %s", n, list(s.IDs, maxIDs)))
	}
	return strings.Join(out, ", ")
}

func (p *Plan) writeSkipped(b *strings.Builder) {
	if len(p.Skipped) == 0 {
		return
	}
	byReason := map[string][]Skip{}
	var reasons []string
	for _, s := range p.Skipped {
		if byReason[s.Reason] == nil {
			reasons = append(reasons, s.Reason)
		}
		byReason[s.Reason] = append(byReason[s.Reason], s)
	}
	slices.Sort(reasons)
	fmt.Fprintf(b, "\nskipped, %d in all\n", len(p.Skipped))
	var rows strings.Builder
	w := tabwriter.NewWriter(&rows, 0, 0, 2, ' ', 0)
	for _, reason := range reasons {
		names := make([]string, len(byReason[reason]))
		for i, s := range byReason[reason] {
			names[i] = s.Name
		}
		fmt.Fprintf(w, "%d\t%s\t%s\n", len(names), reason, list(names, maxNames))
	}
	_ = w.Flush()
	row := 0
	for line := range strings.Lines(rows.String()) {
		b.WriteString(line)
		b.WriteString(example(byReason[reasons[row]]))
		row++
	}
}

// example tells what is special to the first of some groups, on a line of its
// own: in a column it would push the names away.
func example(skips []Skip) string {
	detail := skips[0].Detail
	if detail == "" {
		return ""
	}
	if len(skips) > 1 {
		detail = "e.g. " + text(skips[0].Name) + ": " + detail
	}
	return "     " + redact.Clean(detail, 3*maxName) + "\n"
}

// list shows the first of some texts, and how many there are besides.
func list(texts []string, limit int) string {
	var out []string
	for _, t := range texts[:min(limit, len(texts))] {
		out = append(out, text(t))
	}
	if n := len(texts) - limit; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(out, ", "), n)
	}
	return strings.Join(out, ", ")
}

// text makes a text safe for a terminal, and no longer than a column.
func text(s string) string { return redact.Clean(s, maxName) }

func quoted(s string) string { return `"` + text(s) + `"` }

// count writes "1 group", "2 groups".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
