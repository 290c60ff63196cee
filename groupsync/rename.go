package groupsync

import "fmt"

// planRenames plans which groups get another name, or are created, so that no
// two groups have the same name at any moment.
//
// A group whose name is held by one that keeps it is not renamed, or not
// created. Where the holder moves away itself, it moves first. In a circle, one
// group gets a temporary name; so does a group that is created before its name
// is free, and one that is to be deleted and has a name that is wanted. A plan
// that ends there is no harm: the next one finds the groups by their keys.
func (c *planner) planRenames() {
	n := &renamer{planner: c, holder: map[string]*match{}, taken: map[string]bool{}, seeker: map[string]*match{}}
	for _, p := range c.matches {
		if p.name != "" {
			n.taken[p.name] = true
			if h := n.holder[p.name]; h == nil || p.stays {
				n.holder[p.name] = p
			}
		}
		if p.wanted != nil {
			n.taken[p.wanted.Name] = true
			if p.name != p.wanted.Name {
				n.seeker[p.wanted.Name] = p
			}
		}
	}
	n.refuseTaken()
	for _, p := range c.matches {
		if n.seeks(p) && p.actual == nil {
			n.create(p)
		}
	}
	for _, p := range c.matches {
		if n.seeks(p) {
			n.move(p)
		}
	}
}

// renamer is what planRenames knows at a point of the plan.
type renamer struct {
	*planner
	holder map[string]*match // by the name that a group has
	seeker map[string]*match // by the name that a group is to get
	taken  map[string]bool  // every name, the temporary ones included
}

func (n *renamer) seeks(p *match) bool {
	return p.wanted != nil && n.seeker[p.wanted.Name] == p
}

// refuseTaken gives up the names that stay with their holders. A group that does
// not get its new name stays with its old one, which another may have wanted.
func (n *renamer) refuseTaken() {
	var staying []*match
	for _, p := range n.matches {
		if p.stays {
			staying = append(staying, p)
		}
	}
	for len(staying) > 0 {
		holder := staying[0]
		staying = staying[1:]
		p := n.seeker[holder.name]
		if p == nil {
			continue
		}
		delete(n.seeker, holder.name)
		n.skip(Skip{
			GroupID: p.id(), Key: p.key, Name: p.wanted.Name, Reason: ReasonNameTaken,
			Detail: nameTaken(p, holder),
		})
		p.stays = true
		if p.actual != nil {
			staying = append(staying, p)
		}
	}
	n.matches = dropUncreated(n.matches)
}

// dropUncreated removes the wanted groups that cannot be created.
func dropUncreated(matches []*match) []*match {
	var out []*match
	for _, p := range matches {
		if p.actual != nil || !p.stays {
			out = append(out, p)
		}
	}
	return out
}

func nameTaken(p, holder *match) string {
	what := "not created"
	if p.actual != nil {
		what = quoted(p.name) + " is not renamed"
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

// create plans a new group, which bears its mark from the first request on.
func (n *renamer) create(p *match) {
	name := p.wanted.Name
	if n.holder[name] != nil {
		name = n.temporary(name)
	}
	metadata, err := Mark("", n.opts.Owner, p.key)
	if err != nil {
		panic("groupsync: an owner and a key that were checked: " + err.Error())
	}
	n.step(Step{
		Kind: Create, Key: p.key, Name: name, Metadata: metadata,
		Description: new(p.wanted.Description), Color: new(p.wanted.Color),
	})
	p.name = name
	n.holder[name] = p
	if name == p.wanted.Name {
		delete(n.seeker, name)
	}
}

// move plans the rename of a group, after those of the groups in its way.
func (n *renamer) move(p *match) {
	p.moving = true
	switch h := n.holder[p.wanted.Name]; {
	case h == nil:
	case h.wanted == nil || h.moving:
		n.rename(h, n.temporary(h.name))
	default:
		n.move(h)
	}
	n.rename(p, p.wanted.Name)
	p.moving = false
	delete(n.seeker, p.name)
}

func (n *renamer) rename(p *match, to string) {
	n.step(Step{Kind: Rename, GroupID: p.id(), Key: p.key, From: p.name, Name: to})
	delete(n.holder, p.name)
	n.holder[to] = p
	p.name = to
}

// temporary returns a name that nobody has or wants.
func (n *renamer) temporary(name string) string {
	for i := 1; ; i++ {
		free := fmt.Sprintf("%s (renaming %d)", name, i)
		if !n.taken[free] {
			n.taken[free] = true
			return free
		}
	}
}
