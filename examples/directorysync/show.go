package main

import (
	"strings"

	"github.com/frontegg-go/frontegg/groupsync"
)

const (
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	reset  = "\x1b[0m"
)

// colors are those of the lines of a plan, by how they begin.
var colors = []struct{ begin, color string }{
	{"create ", green},
	{"add ", green},
	{"adopt ", yellow},
	{"rename ", yellow},
	{"edit ", yellow},
	{"remove ", red},
	{"delete ", red},
	{"REFUSED ", red},
}

// show writes a plan. The flags are named as this program names them.
func (j *job) show(p *groupsync.Plan) error { return j.printf("%s", flagNames.Replace(p.String())) }

// flagNames replaces the names of groupsync's options.
var flagNames = strings.NewReplacer(
	"Options.MaxChange", "-max-change", "Options.MaxTotal", "-max-total", "Options.ChangeFloor", "-change-floor",
	"Options.GrantRoles", "-grant-roles", "Options.Delete", "-delete", "Options.Empty", "-empty",
	"Options.Adopt", "-adopt", "Options.Prefix", "-prefix", "Options.Owner", "-owner",
)

func colored(plan string) string {
	var b strings.Builder
	for line := range strings.Lines(plan) {
		color := ""
		for _, c := range colors {
			if strings.HasPrefix(line, c.begin) {
				color = c.color
			}
		}
		if color == "" {
			b.WriteString(line)
			continue
		}
		b.WriteString(color + strings.TrimSuffix(line, "\n") + reset + "\n")
	}
	return b.String()
}
