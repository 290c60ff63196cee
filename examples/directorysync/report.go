package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/examples/internal/cli"
)

// finish writes what is open and the line that an alarm reads, logs the error, and
// returns the exit code.
func (j *job) finish(o outcome, took time.Duration) int {
	j.progress.Clear()
	lost := j.printf("%s\n%s\n", listOpen(o.open), j.summary(o, took))
	if lost != nil {
		o.err = errors.Join(o.err, lost)
		switch {
		case o.exit != exitOK && o.exit != exitPending && o.exit != exitSkipped: // it is an error already
		case o.hasWritten():
			o.exit, o.result = exitIncomplete, "incomplete"
		default:
			o.exit, o.result = exitFailed, "failed"
		}
	}
	if o.err != nil {
		for line := range strings.Lines(o.err.Error()) { // one for each part of an error
			j.log.Error(o.result, "error", flagNames.Replace(strings.TrimSuffix(line, "\n")))
		}
		if at, ok := frontegg.RetryAt(o.err); ok {
			j.log.Error("rate limited", "retry_at", at.Format(time.DateTime))
		}
	}
	if lost != nil {
		j.log.Error(j.summary(o, took))
	}
	return o.exit
}

// listOpen returns a list for a person: what is not done, and what to do. Items with
// the same advice stand together.
func listOpen(items []openItem) string {
	if len(items) == 0 {
		return ""
	}
	var order []string
	whats := map[string][]string{}
	for _, item := range items {
		if whats[item.todo] == nil {
			order = append(order, item.todo)
		}
		whats[item.todo] = append(whats[item.todo], item.what)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nNot done (%d):\n", len(items))
	for _, todo := range order {
		for _, what := range whats[todo] {
			fmt.Fprintf(&b, "  - %s\n", cli.Printable(what))
		}
		fmt.Fprintf(&b, "    To do: %s.\n", todo)
	}
	return b.String()
}

func (j *job) summary(o outcome, took time.Duration) string {
	r := o.report
	failedItems := 0
	for _, item := range o.open {
		if item.failed {
			failedItems++
		}
	}
	s := fmt.Sprintf("directorysync: result=%s exit=%d steps=%d/%d created=%d adopted=%d renamed=%d edited=%d deleted=%d"+
		" users_added=%d users_removed=%d roles_added=%d roles_removed=%d failed=%d skipped=%d seconds=%.1f",
		o.result, o.exit, r.Done, r.Total, r.Created, r.Adopted, r.Renamed, r.Edited, r.Deleted,
		r.UsersAdded, r.UsersRemoved, r.RolesAdded, r.RolesRemoved, failedItems, len(o.open)-failedItems, took.Seconds())
	if j.demo {
		s += " demo=true"
	}
	return s
}
