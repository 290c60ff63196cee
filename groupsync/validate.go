package groupsync

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/validate"
)

const opCompute = "groupsync.Compute"

func invalid(op, field, reason string) error {
	return &frontegg.ValidationError{Op: op, Field: field, Reason: reason}
}

// invalidText returns what is wrong with a name, a key or an owner, or "".
func invalidText(s string) string {
	if reason := validate.Name(s); reason != "" {
		return reason
	}
	if !utf8.ValidString(s) {
		return "is not UTF-8"
	}
	return ""
}

// maxProblems is how many of the things that are wrong are told. A source that is
// wrong in one thing is often wrong in all of its rows.
const maxProblems = 20

// validationErrs collects what is wrong with the input.
type validationErrs struct {
	errs []error
	more int // that are not in errs
}

func (p *validationErrs) refuse(field, reason string) {
	switch {
	case reason == "":
	case len(p.errs) < maxProblems:
		p.errs = append(p.errs, invalid(opCompute, field, reason))
	default:
		p.more++
	}
}

// err returns what was collected; nil: nothing.
func (p *validationErrs) err() error {
	errs := p.errs
	if p.more > 0 {
		errs = append(errs, fmt.Errorf("and %d more", p.more))
	}
	return errors.Join(errs...)
}

// inputValidator is a look at the rows of the input.
type inputValidator struct {
	validationErrs
	// seen is, by field and value, the first row that has it.
	seen map[[2]string]int
}

func validateInput(wanted []Group, actual []frontegg.Group, opts Options) error {
	in := &inputValidator{seen: make(map[[2]string]int, 2*len(wanted)+len(actual))}
	for i := range wanted {
		in.validateGroup(i, &wanted[i], opts)
	}
	for i := range actual {
		field := fmt.Sprintf("actual[%d].ID", i)
		if actual[i].ID == "" {
			in.refuse(field, "is empty")
		}
		in.unique("actual", field, i, actual[i].ID)
	}
	return in.err()
}

func (in *inputValidator) validateGroup(i int, g *Group, opts Options) {
	row := fmt.Sprintf("wanted[%d] (key %s)", i, quoted(g.Key))
	for _, f := range []struct{ name, value string }{{"Key", g.Key}, {"Name", g.Name}} {
		in.refuse(row+"."+f.name, invalidText(f.value))
		in.unique("wanted "+f.name, row+"."+f.name, i, f.value)
	}
	if g.Name != "" && !strings.HasPrefix(g.Name, opts.Prefix) {
		in.refuse(row+".Name", fmt.Sprintf("%s is outside the prefix %s", quoted(g.Name), quoted(opts.Prefix)))
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
func (in *inputValidator) memberIDs(field string, ids []string) {
	first := make(map[string]int, len(ids))
	for i, id := range ids {
		reason := validate.MemberID(id)
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
func (in *inputValidator) unique(kind, field string, row int, value string) {
	if value == "" {
		return
	}
	if first, again := in.seen[[2]string{kind, value}]; again {
		in.refuse(field, fmt.Sprintf("%s is that of row %d too", quoted(value), first))
		return
	}
	in.seen[[2]string{kind, value}] = row
}
