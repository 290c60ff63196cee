package groupsync

import (
	"fmt"
	"strings"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// inventory is the actual groups, as an owner sees them.
type inventory struct {
	owned     map[string]*frontegg.Group // by key
	labeled   map[string]bool            // keys in labels of the owner, also on unmanaged groups
	unmanaged []unmanagedGroup
}

// unmanagedGroup is a group that must not be written.
type unmanagedGroup struct {
	group  *frontegg.Group
	key    string // in the label of the owner; empty if there is none
	reason string
	detail string
}

// classify separates the owner's groups from all others.
func classify(actual []frontegg.Group, opts Options) inventory {
	labels := make([]label, len(actual))
	errs := make([]error, len(actual))
	byKey := map[string]int{} // how many groups have the key
	for i := range actual {
		labels[i], errs[i] = readLabel(actual[i].Metadata)
		if l := labels[i]; l.Owner == opts.Owner {
			byKey[l.Key]++
		}
	}
	found := inventory{owned: map[string]*frontegg.Group{}, labeled: map[string]bool{}}
	for key := range byKey {
		found.labeled[key] = true
	}
	for i := range actual {
		u := unmanagedGroup{group: &actual[i]}
		if labels[i].Owner == opts.Owner {
			u.key = labels[i].Key
		}
		u.reason, u.detail = skipReason(&actual[i], labels[i], errs[i], byKey[u.key], opts)
		if u.reason == "" {
			found.owned[u.key] = &actual[i]
		} else {
			found.unmanaged = append(found.unmanaged, u)
		}
	}
	return found
}

// takeUnowned returns the group with exactly that name if it may be adopted, and removes
// it from unmanaged.
func (inv *inventory) takeUnowned(name string) *frontegg.Group {
	at := -1
	for i, u := range inv.unmanaged {
		if u.group.Name != name {
			continue
		}
		if at >= 0 || u.reason != ReasonUnowned {
			return nil
		}
		at = i
	}
	if at < 0 {
		return nil
	}
	g := inv.unmanaged[at].group
	inv.unmanaged = append(inv.unmanaged[:at], inv.unmanaged[at+1:]...)
	return g
}

// skipReason returns why a group must not be written, or "" if it is the owner's. sameKey
// is the number of groups with its key.
func skipReason(g *frontegg.Group, l label, unreadable error, sameKey int, opts Options) (reason, detail string) {
	isOurs := l.Owner == opts.Owner
	switch {
	case validate.GroupID(g.ID) != "":
		return ReasonInvalidID, "the ID " + validate.GroupID(g.ID)
	case isOurs && sameKey > 1:
		return ReasonDuplicateKey, fmt.Sprintf("%d groups have key %s: remove the label from the metadata of all but one", sameKey, quoted(l.Key))
	case !strings.HasPrefix(g.Name, opts.Prefix):
		return ReasonOutside, ""
	case g.ManagedBy == frontegg.ManagedBySCIM:
		return ReasonSCIM, ""
	case g.ManagedBy != "" && g.ManagedBy != frontegg.ManagedByFrontegg:
		return ReasonManaged, "managedBy " + quoted(string(g.ManagedBy))
	case unreadable != nil:
		return ReasonUnreadable, unreadable.Error()
	case l.Owner == "":
		return ReasonUnowned, ""
	case !isOurs:
		return ReasonOtherOwner, "owner " + quoted(l.Owner)
	}
	return "", ""
}
