package groupsync

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/check"
	"github.com/frontegg-go/frontegg/internal/redact"
)

// Options says what [Compute] may do.
type Options struct {
	// Owner names the program that owns the groups, such as "hr-sync". Required.
	// It is part of the mark, so it never changes.
	Owner string
	// Prefix narrows the work to groups whose names begin with it. Others are not
	// touched, and wanted names must have it. Empty: all groups.
	Prefix string
	// Delete deletes owned groups that are no longer wanted. Without it they are
	// reported in [Plan.Skipped].
	Delete bool
	// GrantRoles allows what grants roles: adding members to a group that carries
	// roles, and roles to a group that has members. Without it such additions are
	// reported in [Plan.Skipped]. Removals revoke, and are always made.
	GrantRoles bool
	// MaxChange is the share of the members that may be removed, of each group
	// and of all owned groups together, where the members of groups to be deleted
	// count as removed. The same holds for roles, counted apart. From 0 to 1; 0
	// means 0.2.
	MaxChange float64
	// ChangeFloor is how many removals are always allowed, whatever the share. 0
	// means 3.
	ChangeFloor int
}

const (
	defaultMaxChange   = 0.2
	defaultChangeFloor = 3
)

// check refuses options that make no sense, and fills in the defaults.
func (o *Options) check() error {
	var errs []error
	refuse := func(field, reason string) {
		if reason != "" {
			errs = append(errs, invalid(opCompute, "Options."+field, reason))
		}
	}
	refuse("Owner", checkText(o.Owner))
	if !utf8.ValidString(o.Prefix) {
		refuse("Prefix", "is not UTF-8")
	}
	if math.IsNaN(o.MaxChange) || o.MaxChange < 0 || o.MaxChange > 1 {
		refuse("MaxChange", "is not a share from 0 to 1")
	}
	if o.ChangeFloor < 0 {
		refuse("ChangeFloor", "is negative")
	}
	if o.MaxChange == 0 {
		o.MaxChange = defaultMaxChange
	}
	if o.ChangeFloor == 0 {
		o.ChangeFloor = defaultChangeFloor
	}
	return errors.Join(errs...)
}

const opCompute = "groupsync.Compute"

func invalid(op, field, reason string) error {
	return &frontegg.ValidationError{Op: op, Field: field, Reason: reason}
}

// checkText returns what is wrong with a name, a key or an owner, or "".
func checkText(s string) string {
	if reason := check.Name(s); reason != "" {
		return reason
	}
	if !utf8.ValidString(s) {
		return "is not UTF-8"
	}
	return ""
}

// inputs collects what is wrong with the input.
type inputs struct {
	errs []error
	// seen is, by field and value, the first row that has it.
	seen map[[2]string]int
}

func checkInput(wanted []Group, actual []frontegg.Group, opts Options) error {
	in := &inputs{seen: make(map[[2]string]int, 2*len(wanted)+len(actual))}
	for i := range wanted {
		in.checkWanted(i, &wanted[i], opts)
	}
	for i := range actual {
		field := fmt.Sprintf("actual[%d].ID", i)
		if actual[i].ID == "" {
			in.refuse(field, "is empty")
		}
		in.unique("actual", field, i, actual[i].ID)
	}
	return errors.Join(in.errs...)
}

func (in *inputs) checkWanted(i int, g *Group, opts Options) {
	row := fmt.Sprintf("wanted[%d] (key %q)", i, redact.Clean(g.Key, 60))
	for _, f := range []struct{ name, value string }{{"Key", g.Key}, {"Name", g.Name}} {
		in.refuse(row+"."+f.name, checkText(f.value))
		in.unique("wanted "+f.name, row+"."+f.name, i, f.value)
	}
	if g.Name != "" && !strings.HasPrefix(g.Name, opts.Prefix) {
		in.refuse(row+".Name", fmt.Sprintf("%q is outside the prefix %q", redact.Clean(g.Name, 60), opts.Prefix))
	}
	if !utf8.ValidString(g.Description) {
		in.refuse(row+".Description", "is not UTF-8")
	}
	if !utf8.ValidString(g.Color) {
		in.refuse(row+".Color", "is not UTF-8")
	}
	in.memberIDs(row+".UserIDs", g.UserIDs)
	in.memberIDs(row+".RoleIDs", g.RoleIDs)
}

// memberIDs checks a list of ids, each of which must be there once.
func (in *inputs) memberIDs(field string, ids []string) {
	first := make(map[string]int, len(ids))
	for i, id := range ids {
		reason := check.MemberID(id)
		if at, again := first[id]; again && reason == "" {
			reason = fmt.Sprintf("is the same as [%d]", at)
		} else {
			first[id] = i
		}
		if reason != "" {
			in.refuse(fmt.Sprintf("%s[%d]", field, i), reason)
		}
	}
}

// unique refuses a value that an earlier row of the same kind has.
func (in *inputs) unique(kind, field string, row int, value string) {
	if value == "" {
		return
	}
	if first, again := in.seen[[2]string{kind, value}]; again {
		in.refuse(field, fmt.Sprintf("%q is that of row %d too", redact.Clean(value, 60), first))
		return
	}
	in.seen[[2]string{kind, value}] = row
}

func (in *inputs) refuse(field, reason string) {
	if reason != "" {
		in.errs = append(in.errs, invalid(opCompute, field, reason))
	}
}
