package groupsync

import (
	"fmt"
	"strings"

	"github.com/frontegg-go/frontegg"
)

// inventory is what the actual groups are to an owner.
type inventory struct {
	owned       map[string]*frontegg.Group // by key
	claimed     map[string]bool            // keys that groups bear, touchable or not
	unmanaged []unmanagedGroup
}

// unmanagedGroup is a group that must be left alone.
type unmanagedGroup struct {
	group  *frontegg.Group
	key    string // the wanted key that its mark names; empty: none
	reason string
	detail string
}

// classify reports the owner's groups from all others.
func classify(actual []frontegg.Group, opts Options) inventory {
	marks := make([]mark, len(actual))
	errs := make([]error, len(actual))
	bearers := map[string][]string{}
	for i := range actual {
		marks[i], errs[i] = readMark(actual[i].Metadata)
		if m := marks[i]; m.Owner == opts.Owner {
			bearers[m.Key] = append(bearers[m.Key], actual[i].ID)
		}
	}
	found := inventory{owned: map[string]*frontegg.Group{}, claimed: map[string]bool{}}
	for key := range bearers {
		found.claimed[key] = true
	}
	for i := range actual {
		u := unmanagedGroup{group: &actual[i]}
		if marks[i].Owner == opts.Owner {
			u.key = marks[i].Key
		}
		u.reason, u.detail = skipReason(&actual[i], marks[i], errs[i], len(bearers[u.key]), opts)
		if u.reason == "" {
			found.owned[u.key] = &actual[i]
		} else {
			found.unmanaged = append(found.unmanaged, u)
		}
	}
	return found
}

// skipReason returns why a group must be left alone; no reason: it is the
// owner's.
func skipReason(g *frontegg.Group, m mark, unreadable error, claims int, opts Options) (reason, detail string) {
	isOurs := m.Owner == opts.Owner
	switch {
	case isOurs && claims > 1:
		return ReasonDuplicateKey, fmt.Sprintf("%d groups bear key %s; take the mark from the metadata of all but one", claims, quoted(m.Key))
	case !strings.HasPrefix(g.Name, opts.Prefix):
		return ReasonOutside, ""
	case g.ManagedBy == frontegg.ManagedBySCIM:
		return ReasonSCIM, ""
	case g.ManagedBy != "" && g.ManagedBy != frontegg.ManagedByFrontegg:
		return ReasonManaged, "managedBy " + quoted(string(g.ManagedBy))
	case unreadable != nil:
		return ReasonUnreadable, unreadable.Error()
	case m.Owner == "":
		return ReasonUnowned, ""
	case !isOurs:
		return ReasonOtherOwner, "owner " + quoted(m.Owner)
	}
	return "", ""
}
