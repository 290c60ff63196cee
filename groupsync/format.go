package groupsync

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The limits of a plan as text. Most rows fit in 80 columns.
const (
	screen   = 40  // rows
	maxRow   = 100 // columns of a row
	maxName  = 32  // columns of the name of a group
	maxText  = 20  // columns of a description
	maxColor = 8   // columns of a color
	maxID    = 16  // columns of an id
	maxIDs   = 27  // columns of the ids of a step, without "and 7 more"
	maxEmail = 254 // columns of an e-mail address or ID that is removed
	maxFull  = 52  // columns of a row of them
	minKind  = 2   // rows of a kind of step: one step, and how many more

	maxWarnings = 5
)

// String returns the plan as text, to be read before it is approved: counts, then the
// steps of each kind, then what is skipped and why. Removals and deletions are complete.
// The rest fits a screen of 40 rows and 100 columns: of a long list the first entries
// are shown and how many more there are, and long names are cut in the middle. Steps
// and Skipped have everything.
func (p *Plan) String() string {
	head, skipped := p.showCounts()+p.showWarnings(), p.showSkipped()
	rows := screen - strings.Count(head, "\n") - strings.Count(skipped, "\n")
	return head + p.showSteps(rows-1) + skipped
}

func (p *Plan) showCounts() string {
	var b strings.Builder
	if p.Empty() {
		b.WriteString("Nothing to do.\n")
	} else {
		c := p.Counts()
		fmt.Fprintf(&b, "%s in all\n", count(len(p.Steps), "step"))
		add, remove := "%d add", "%d remove"
		groups := []string{"  groups", fmt.Sprintf("%d create", c.Created), fmt.Sprintf("%d rename", c.Renamed), fmt.Sprintf("%d edit", c.Edited), fmt.Sprintf("%d delete", c.Deleted)}
		if c.Adopted > 0 {
			groups = append(groups, fmt.Sprintf("%d adopt", c.Adopted))
		}
		align(&b, [][]string{
			groups,
			{"  members", fmt.Sprintf(add, c.UsersAdded), fmt.Sprintf(remove, c.UsersRemoved)},
			{"  roles", fmt.Sprintf(add, c.RolesAdded), fmt.Sprintf(remove, c.RolesRemoved)},
		}, true)
	}
	if p.refused != nil {
		b.WriteString(wrap(fmt.Sprintf("REFUSED by guard %q: %s", p.refused.Guard, p.refused.Detail)))
	}
	return b.String()
}

// wrap breaks a sentence into rows.
func wrap(sentence string) string {
	var b strings.Builder
	used := 0
	for word := range strings.FieldsSeq(sentence) {
		switch {
		case used == 0:
		case used+1+columns(word) > maxRow:
			b.WriteString("\n  ")
			used = 2
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += columns(word)
	}
	return b.String() + "\n"
}

func (p *Plan) showWarnings() string {
	var b strings.Builder
	for i, w := range p.Warnings {
		if i == maxWarnings {
			fmt.Fprintf(&b, "warning: … %d more\n", len(p.Warnings)-i)
			break
		}
		b.WriteString(wrap("warning: " + w))
	}
	return b.String()
}

// showSteps shows the steps by kind: removals and deletions in full, the others in the
// rows that are left.
func (p *Plan) showSteps(rows int) string {
	byKind := map[Kind][]Step{}
	for _, s := range p.Steps {
		byKind[s.Kind] = append(byKind[s.Kind], s)
	}
	if len(byKind) == 0 {
		return ""
	}
	var table [][]string
	for _, kind := range kinds[:Delete.rank()+1] {
		for _, s := range byKind[kind] {
			table = append(table, p.fullRows(s)...)
		}
		delete(byKind, kind)
	}
	share := shares(byKind, rows-len(table))
	for _, kind := range kinds {
		steps := byKind[kind]
		shown := len(steps)
		if shown > share[kind] {
			shown = share[kind] - 1
		}
		for _, s := range steps[:shown] {
			table = append(table, []string{string(kind), text(s.Name, maxName), p.detail(s)})
		}
		if n := len(steps) - shown; n > 0 {
			table = append(table, []string{string(kind), fmt.Sprintf("… %d more", n)})
		}
	}
	var b strings.Builder
	b.WriteByte('\n')
	align(&b, table, false)
	return b.String()
}

// fullRows shows a step that removes something, with every ID.
func (p *Plan) fullRows(s Step) [][]string {
	kind, name := string(s.Kind), text(s.Name, maxName)
	if s.Kind == Delete {
		return [][]string{{kind, name, count(s.UserCount, "member") + ", " + count(s.RoleCount, "role")}}
	}
	var rows [][]string
	line := fmt.Sprintf("%4d:", len(s.IDs))
	for i, id := range s.IDs {
		part := " " + text(p.NameOf(id), maxEmail)
		if i < len(s.IDs)-1 {
			part += ","
		}
		if i > 0 && columns(line)+columns(part) > maxFull {
			rows = append(rows, []string{kind, name, line})
			kind, name, line = "", "", "     "
		}
		line += part
	}
	return append(rows, []string{kind, name, line})
}

// shares divides rows among the kinds. Rows that one does not need go to the others.
func shares(byKind map[Kind][]Step, rows int) map[Kind]int {
	var few []Kind
	for _, kind := range kinds {
		if len(byKind[kind]) > 0 {
			few = append(few, kind)
		}
	}
	slices.SortStableFunc(few, func(a, b Kind) int { return len(byKind[a]) - len(byKind[b]) })
	share := map[Kind]int{}
	for i, kind := range few {
		share[kind] = min(len(byKind[kind]), max(rows/(len(few)-i), minKind))
		rows -= share[kind]
	}
	return share
}

// detail returns the last column of a step.
func (p *Plan) detail(s Step) string {
	switch s.Kind {
	case Create, Adopt:
		return "key " + text(s.Key, maxName)
	case Rename:
		return "was " + text(s.From, maxName)
	case Edit:
		var out []string
		if s.Description != nil {
			out = append(out, `description "`+text(*s.Description, maxText)+`"`)
		}
		if s.Color != nil {
			out = append(out, `color "`+text(*s.Color, maxColor)+`"`)
		}
		return strings.Join(out, ", ")
	}
	names := make([]string, len(s.IDs))
	for i, id := range s.IDs {
		names[i] = p.NameOf(id)
	}
	return fmt.Sprintf("%4d: %s", len(s.IDs), list(names, maxID, maxIDs))
}

// showSkipped shows the skipped groups by reason.
func (p *Plan) showSkipped() string {
	if len(p.Skipped) == 0 {
		return ""
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
	room := maxRow // for names
	for _, reason := range reasons {
		room = min(room, maxRow-columns(reason)-len("1000    and 1000 more"))
	}
	var table [][]string
	for _, reason := range reasons {
		names := make([]string, len(byReason[reason]))
		for i, s := range byReason[reason] {
			names[i] = s.Name
		}
		table = append(table, []string{strconv.Itoa(len(names)), reason, list(names, min(maxName, room), room)})
	}
	var rows, b strings.Builder
	align(&rows, table, false)
	fmt.Fprintf(&b, "\nskipped, %d in all\n", len(p.Skipped))
	i := 0
	for row := range strings.Lines(rows.String()) {
		b.WriteString(row)
		if len(reasons) <= 5 { // otherwise too few rows are left for the steps
			b.WriteString(example(byReason[reasons[i]]))
		}
		i++
	}
	return b.String()
}

// example returns the detail of the first of some groups, on a row of its own: as a
// column it would be too wide.
func example(skips []Skip) string {
	detail := skips[0].Detail
	if detail == "" {
		return ""
	}
	if len(skips) > 1 {
		detail = "e.g. " + text(skips[0].Name, maxName) + ": " + detail
	}
	const indent = "     "
	return indent + text(detail, maxRow-len(indent)) + "\n"
}

// list returns the first of some texts, as many as fit into limit columns, and how many
// more there are. Each text is cut to each columns.
func list(texts []string, each, limit int) string {
	out := ""
	for i, t := range texts {
		t = text(t, each)
		if i > 0 {
			t = ", " + t
		}
		if i > 0 && (columns(out)+columns(t) > limit || i == 3) {
			return fmt.Sprintf("%s and %d more", out, len(texts)-i)
		}
		out += t
	}
	return out
}

// count returns "1 group" or "2 groups".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
