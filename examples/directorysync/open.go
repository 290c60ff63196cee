package main

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// openItem is something that was wanted and is not done.
type openItem struct {
	failed bool   // else it was skipped
	what   string // the group, and what is not done
	todo   string // what a person can do about it
}

// openItems returns what a plan, or a run of it, leaves open: first what failed. teams
// may be nil: the places in the file are not known then.
func openItems(p *groupsync.Plan, r groupsync.Report, teams []*team) []openItem {
	byKey := map[string]*team{}
	for _, t := range teams {
		byKey[t.key] = t
	}
	skipped := r.Skipped
	if r.Total == 0 { // nothing was tried
		skipped = p.Skipped
	}
	var failed, others []openItem
	notTried := map[string]string{} // by the key of a group
	steps := 0                      // in notTried
	for _, s := range skipped {
		todo, isOpen := skipAdvice[s.Reason]
		t := byKey[s.Key]
		switch {
		case s.Reason == groupsync.ReasonFailed:
			notTried[s.Key] += "; then not tried: " + s.Detail
			steps++
		case !isOpen, s.Key == "" && s.Reason != groupsync.ReasonUnreadable: // a group of somebody else
		case s.Reason == groupsync.ReasonInvalid:
			failed = append(failed, openItem{true, describeSkip(p, s, t), todo})
		default:
			others = append(others, openItem{false, describeSkip(p, s, t), todo})
		}
	}
	var out []openItem
	for _, f := range r.Failed {
		what := fmt.Sprintf("group %q%s: %v%s", f.Step.Name, where(f.Step.Key, byKey[f.Step.Key]), f, notTried[f.Step.Key])
		delete(notTried, f.Step.Key) // once
		out = append(out, openItem{true, what, adviceFor(f.Err)})
	}
	if n := r.Total - r.Done - len(r.Failed) - steps; n > 0 {
		out = append(out, openItem{true, fmt.Sprintf("%d of %d steps are not done: the run ended early", n, r.Total), "run again"})
	}
	return slices.Concat(out, failed, others)
}

// skipAdvice is the advice for what was skipped, by reason.
var skipAdvice = map[string]string{
	groupsync.ReasonUnknownUser:  "invite them to the tenant, or correct the addresses; the next run adds them",
	groupsync.ReasonInvalid:      "correct the file or the roles; until then members and roles are only removed from the group",
	groupsync.ReasonGrant:        "run once with -grant-roles if these people should get the roles",
	groupsync.ReasonUnwanted:     "its members keep its roles: run with -delete or -empty",
	groupsync.ReasonNameTaken:    "rename the other group, or run with -adopt if it is the same team",
	groupsync.ReasonUnowned:      "rename the group, or run with -adopt if it is the same team",
	groupsync.ReasonOtherOwner:   "choose another name, or let the other program give the group up",
	groupsync.ReasonUnreadable:   "correct the metadata of the group in Frontegg",
	groupsync.ReasonDuplicateKey: "delete one of the groups in Frontegg",
	groupsync.ReasonInvalidID:    "what Frontegg returns cannot be sent back: correct it there, or ask Frontegg's support",
	groupsync.ReasonSCIM:         "change the group in the identity provider, or choose another name",
	groupsync.ReasonManaged:      "change the group where it is managed, or choose another name",
	groupsync.ReasonOutside:      "rename the group in Frontegg so that it begins with -prefix",
}

// describeSkip names the group, and all people, roles and places.
func describeSkip(p *groupsync.Plan, s groupsync.Skip, t *team) string {
	text := fmt.Sprintf("group %q%s %s", s.Name, where(s.Key, t), flagNames.Replace(s.Reason))
	var names []string
	for _, id := range s.IDs {
		names = append(names, p.NameOf(id)+t.placeOf(p.NameOf(id)))
	}
	if s.Reason == groupsync.ReasonUnknownUser && t != nil {
		s.Detail = "" // has the names without places
		for _, member := range t.unknown {
			names = append(names, member+t.placeOf(member))
		}
	}
	if s.Detail != "" {
		text += ": " + s.Detail
	}
	if len(names) > 0 {
		text += ": " + strings.Join(names, ", ")
	}
	return text
}

// where returns the key of a group and its row in the file, in brackets.
func where(key string, t *team) string {
	switch {
	case t != nil:
		return fmt.Sprintf(" (key %s, %s)", key, t.at.row)
	case key != "":
		return fmt.Sprintf(" (key %s)", key)
	}
	return ""
}

// placeOf returns where a member stands in the file, in brackets; empty: not known.
func (t *team) placeOf(member string) string {
	if t == nil {
		return ""
	}
	if at, ok := t.seen[fold(member)]; ok {
		return " (" + at.row + ")"
	}
	return ""
}

// adviceFor returns the advice for a step that failed.
func adviceFor(err error) string {
	api, isAPI := errors.AsType[*frontegg.APIError](err)
	switch {
	case errors.Is(err, frontegg.ErrForbidden):
		return "give the credentials the permission to write groups and to grant these roles"
	case errors.Is(err, frontegg.ErrNotFound):
		return "the group, a person or a role has been deleted: run again"
	case errors.Is(err, frontegg.ErrConflict):
		return "another group already has the name: rename one of them, or run again"
	case isAPI && api.StatusCode == http.StatusRequestEntityTooLarge:
		return "the group is too large for the service: divide the team"
	case errors.Is(err, frontegg.ErrBadRequest), isAPI && api.StatusCode == http.StatusUnprocessableEntity:
		return "the service does not accept a value: correct the team in the file"
	case errors.Is(err, frontegg.ErrOutcomeUnknown):
		return "it may be done or not: run again, the next plan shows it"
	}
	return "run again; if it stays, give the trace ID to Frontegg's support"
}
