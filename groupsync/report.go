package groupsync

import (
	"errors"
	"fmt"
	"strings"
)

// ErrIncomplete reports that some steps failed and all others are done:
// errors.Is(err, ErrIncomplete) is true, and the error has a [*StepError] for each
// failure.
var ErrIncomplete = errors.New("groupsync: incomplete")

// Report is the result of [Apply].
type Report struct {
	// Done and Total count steps.
	Done, Total int
	// Counts are the changes that were made, including the applied IDs of a step of
	// which others were refused. A group that an earlier run of the plan created counts
	// as created.
	Counts
	// Failed are the steps that failed, in the order of the plan.
	Failed []StepError
	// Skipped are the entries of the plan, and the steps that were not tried because
	// another step of the group failed. If the run ended early, the remaining steps are
	// not in it, and Done is less than Total.
	Skipped []Skip
}

// StepError reports that a step failed.
type StepError struct {
	Step Step
	// IDs are the users or roles of the step that were refused; the others were
	// applied. It is nil if the step has none or failed as a whole.
	IDs []string
	Err error

	names []string // of IDs
}

// Error returns the step, the IDs that were refused, and the cause.
func (e StepError) Error() string {
	if len(e.IDs) == 0 {
		return fmt.Sprintf("groupsync: %s: %v", e.Step, e.Err)
	}
	return fmt.Sprintf("groupsync: %s: %d refused, the others are done: %s: %v", e.Step, len(e.IDs), strings.Join(e.names, ", "), e.Err)
}

// Unwrap returns the cause.
func (e StepError) Unwrap() error { return e.Err }

// As lets errors.As find a StepError as well as a *StepError.
func (e *StepError) As(target any) bool {
	t, ok := target.(*StepError)
	if ok {
		*t = *e
	}
	return ok
}

// incompleteError is the error of a run with failures.
type incompleteError struct {
	end    error // why the run ended early; may be nil
	failed []StepError
}

// Error lists the cause of the end and the failures, one a line.
func (e *incompleteError) Error() string {
	lines := []string{}
	if e.end != nil {
		lines = append(lines, e.end.Error())
	} else {
		lines = append(lines, fmt.Sprintf("%v: %s failed, the rest is done", ErrIncomplete, count(len(e.failed), "step")))
	}
	for i, f := range e.failed {
		if i == maxErrors {
			lines = append(lines, fmt.Sprintf("and %d more", len(e.failed)-i))
			break
		}
		lines = append(lines, f.Error())
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the cause of the end or ErrIncomplete, and the failures.
func (e *incompleteError) Unwrap() []error {
	errs := []error{ErrIncomplete}
	if e.end != nil {
		errs[0] = e.end
	}
	for i := range e.failed {
		errs = append(errs, &e.failed[i])
	}
	return errs
}
