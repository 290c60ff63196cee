package main

import (
	"fmt"
	"io"
	"os"
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
	{"rename ", yellow},
	{"edit ", yellow},
	{"remove ", red},
	{"delete ", red},
	{"REFUSED ", red},
}

// show writes a plan, in colour where a person looks on.
func show(w io.Writer, p *groupsync.Plan) error {
	text := p.String()
	if isTerminal(w) && os.Getenv("NO_COLOR") == "" {
		text = colored(text)
	}
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("writing the plan: %w", err)
	}
	return nil
}

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

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
