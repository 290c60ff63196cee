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

// invalidText returns why a name, a key or an owner is invalid, or "".
func invalidText(s string) string {
	if reason := validate.Name(s); reason != "" {
		return reason
	}
	if !utf8.ValidString(s) {
		return "is not UTF-8"
	}
	return ""
}

// maxErrors is the number of invalid arguments that are reported. A mistake in a source
// is often in all of its rows.
const maxErrors = 20

// validationErrs collects the invalid arguments.
type validationErrs struct {
	errs []error
	more int // number of errors that are not in errs
}

// add adds an invalid argument. An empty reason means that it is valid.
func (e *validationErrs) add(field, reason string) {
	switch {
	case reason == "":
	case len(e.errs) < maxErrors:
		e.errs = append(e.errs, invalid(opCompute, field, reason))
	default:
		e.more++
	}
}

// err returns the collected errors, joined, or nil.
func (e *validationErrs) err() error {
	errs := e.errs
	if e.more > 0 {
		errs = append(errs, fmt.Errorf("and %d more", e.more))
	}
	return errors.Join(errs...)
}

// inputValidator checks the rows of the input.
type inputValidator struct {
	validationErrs
	// seen is, by field and value, the first row that has it.
	seen map[[2]string]int
}

// validateActual checks the actual groups.
func validateActual(actual []frontegg.Group) error {
	in := &inputValidator{seen: make(map[[2]string]int, len(actual))}
	for i := range actual {
		field := fmt.Sprintf("actual[%d].ID", i)
		if actual[i].ID == "" {
			in.add(field, "is empty")
		}
		in.unique("actual", field, i, actual[i].ID)
	}
	return in.err()
}

func (in *inputValidator) validateGroup(i int, g *Group, opts Options) {
	row := fmt.Sprintf("wanted[%d] (key %s)", i, quoted(g.Key))
	for _, f := range []struct{ name, value string }{{"Key", g.Key}, {"Name", g.Name}} {
		in.add(row+"."+f.name, invalidText(f.value))
		in.unique("wanted "+f.name, row+"."+f.name, i, f.value)
	}
	if g.Name != "" && !strings.HasPrefix(g.Name, opts.Prefix) {
		in.add(row+".Name", fmt.Sprintf("%s is outside the prefix %s", quoted(g.Name), quoted(opts.Prefix)))
	}
	for _, f := range []struct {
		name  string
		value *string
	}{{"Description", g.Description}, {"Color", g.Color}} {
		if f.value != nil && !utf8.ValidString(*f.value) {
			in.add(row+"."+f.name, "is not UTF-8")
		}
	}
	in.memberIDs(row+".UserIDs", g.UserIDs)
	in.memberIDs(row+".RoleIDs", g.RoleIDs)
}

// memberIDs checks a list of IDs, which must not have duplicates.
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
			in.add(fmt.Sprintf("%s[%d]", field, i), reason)
		}
	}
}

// unique reports a value that an earlier row of the same kind has.
func (in *inputValidator) unique(kind, field string, row int, value string) {
	if value == "" {
		return
	}
	if first, again := in.seen[[2]string{kind, value}]; again {
		in.add(field, fmt.Sprintf("%s is also that of row %d", quoted(value), first))
		return
	}
	in.seen[[2]string{kind, value}] = row
}
