package groupsync

import "fmt"

// planRenames plans the renames and creates, so that no two groups have the same name at
// any time. Deletions come before.
//
// A group whose wanted name belongs to a group that keeps it is not renamed or created.
// If the holder is also renamed, it is renamed first. In a cycle, one group gets a
// temporary name. A run may end there: the next plan finds the groups by their keys.
func (p *planner) planRenames() {
	r := &renamer{planner: p, holder: map[string]*match{}, taken: map[string]bool{}, seeker: map[string]*match{}}
	for _, m := range p.matches {
		if m.name != "" {
			r.taken[m.name] = true
			if h := r.holder[m.name]; !p.isDeleted(m) && (h == nil || m.keepsName) {
				r.holder[m.name] = m
			}
		}
		if m.wanted != nil && m.wanted.Invalid == "" {
			r.taken[m.wanted.Name] = true
			if m.name != m.wanted.Name {
				r.seeker[m.wanted.Name] = m
			}
		}
	}
	r.skipTaken()
	for _, m := range p.matches {
		if m.actual != nil && m.wanted != nil && r.seeker[m.wanted.Name] == m {
			r.move(m)
		}
	}
	for _, m := range p.matches {
		if m.actual == nil {
			r.create(m)
		}
	}
}

// renamer is the state of planRenames.
type renamer struct {
	*planner
	holder map[string]*match // by the name that a group has
	seeker map[string]*match // by the name that a group is to get
	taken  map[string]bool   // every name, temporary ones included
}

// skipTaken skips the groups whose wanted names are kept by their holders. A group that
// does not get its new name keeps its old one, which another group may want.
func (r *renamer) skipTaken() {
	var keeping []*match
	for _, m := range r.matches {
		if m.keepsName {
			keeping = append(keeping, m)
		}
	}
	for len(keeping) > 0 {
		holder := keeping[0]
		keeping = keeping[1:]
		m := r.seeker[holder.name]
		if m == nil {
			continue
		}
		delete(r.seeker, holder.name)
		r.skip(Skip{
			GroupID: m.id(), Key: m.key, Name: m.wanted.Name, Reason: ReasonNameTaken,
			Detail: nameTaken(m, holder),
		})
		m.keepsName = true
		if m.actual != nil {
			keeping = append(keeping, m)
		}
	}
	r.matches = withoutUncreated(r.matches)
}

// withoutUncreated returns matches without the groups that cannot be created.
func withoutUncreated(matches []*match) []*match {
	var out []*match
	for _, m := range matches {
		if m.actual != nil || !m.keepsName {
			out = append(out, m)
		}
	}
	return out
}

func nameTaken(m, holder *match) string {
	what := "not created"
	if m.actual != nil {
		what = quoted(m.name) + " is not renamed"
	}
	whose := "is not this owner's"
	switch {
	case holder.wanted != nil:
		whose = "cannot be renamed itself"
	case !holder.unmanaged():
		whose = "is no longer wanted, but not deleted"
	}
	return fmt.Sprintf("%s: group %s, which %s, has the name", what, holder.id(), whose)
}

// create plans a new group.
func (r *renamer) create(m *match) {
	m.name = m.wanted.Name
	r.step(Step{
		Kind: Create, Key: m.key, Name: m.name, Metadata: r.label(m),
		Description: m.wanted.Description, Color: m.wanted.Color,
	})
}

// move plans the rename of a group, after those of the groups that hold its name.
func (r *renamer) move(m *match) {
	m.renaming = true
	switch h := r.holder[m.wanted.Name]; {
	case h == nil:
	case h.renaming:
		r.rename(h, r.temporary(h.name))
	default:
		r.move(h)
	}
	r.rename(m, m.wanted.Name)
	m.renaming = false
	delete(r.seeker, m.name)
}

func (r *renamer) rename(m *match, to string) {
	r.step(Step{Kind: Rename, GroupID: m.id(), Key: m.key, From: m.name, Name: to})
	delete(r.holder, m.name)
	r.holder[to] = m
	m.name = to
}

// temporary returns a name that nobody has or wants.
func (r *renamer) temporary(name string) string {
	for i := 1; ; i++ {
		free := fmt.Sprintf("%s (renaming %d)", name, i)
		if !r.taken[free] {
			r.taken[free] = true
			return free
		}
	}
}
