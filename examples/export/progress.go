package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress counts the groups that are written, and tells of them now and then.
type progress struct {
	w        io.Writer
	terminal bool
	groups   int
	told     time.Time
	open     bool // a progress line stands where the cursor is
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, told: time.Now()}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// add counts a group: on a terminal in one line that changes, elsewhere with a
// line every ten thousand groups.
func (p *progress) add() {
	p.groups++
	switch {
	case p.terminal && time.Since(p.told) > 100*time.Millisecond:
		fmt.Fprintf(p.w, "\rexport: %d groups", p.groups)
		p.told, p.open = time.Now(), true
	case !p.terminal && p.groups%10_000 == 0:
		fmt.Fprintf(p.w, "export: %d groups so far\n", p.groups)
	}
}

// note tells the user something.
func (p *progress) note(text string) { fmt.Fprintln(p.w, "export:", text) }

// end removes the progress line.
func (p *progress) end() {
	if p.open {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.open = false
	}
}
