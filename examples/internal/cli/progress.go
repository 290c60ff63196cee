package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Progress writes lines, and below them a progress bar if the output is a terminal.
// Elsewhere it writes a line now and then. It is safe for concurrent use.
type Progress struct {
	w        io.Writer
	terminal bool
	line     func(what string, done, total int)

	mu    sync.Mutex
	bar   string // on the last row of the terminal; empty: none
	shown time.Time
}

const (
	barInterval  = 100 * time.Millisecond
	lineInterval = 5 * time.Second
)

// NewProgress returns the progress of a program that writes its log to w. line
// writes a line of it where w is not a terminal; nil means "what: done of total".
func NewProgress(w io.Writer, line func(what string, done, total int)) *Progress {
	p := &Progress{w: w, terminal: IsTerminal(w), line: line, shown: time.Now()}
	if line == nil {
		p.line = func(what string, done, total int) { fmt.Fprintln(p.w, text(what, done, total)) }
	}
	return p
}

// Show shows how many things are done. A total of 0 means that it is not known.
func (p *Progress) Show(what string, done, total int) {
	p.mu.Lock()
	isDue := p.isDue(done, total)
	if isDue {
		p.shown = time.Now()
	}
	if isDue && p.terminal {
		p.bar = bar(what, done, total)
		fmt.Fprint(p.w, "\r\x1b[K", p.bar)
	}
	p.mu.Unlock()
	if isDue && !p.terminal {
		p.line(what, done, total) // may call Write
	}
}

func (p *Progress) isDue(done, total int) bool {
	interval := lineInterval
	if p.terminal {
		interval = barInterval
	}
	return total > 0 && done == total || time.Since(p.shown) >= interval
}

// Write writes whole lines above the bar. On a terminal, long ones are wrapped.
func (p *Progress) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.terminal {
		return p.w.Write(b)
	}
	lines := Wrap(string(b))
	if p.bar != "" {
		lines = "\r\x1b[K" + lines + p.bar
	}
	if _, err := io.WriteString(p.w, lines); err != nil {
		return 0, err
	}
	return len(b), nil
}

// Clear removes the bar.
func (p *Progress) Clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != "" {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.bar = ""
	}
}

// bar returns at most 29 ASCII characters: a terminal of 30 columns keeps them on
// one row.
func bar(what string, done, total int) string {
	if total == 0 {
		return fmt.Sprintf("%.29s", text(what, done, total))
	}
	const width = 12
	full := strings.Repeat("=", width*done/total)
	return fmt.Sprintf("%-10.10s[%-*s] %3d%%", what, width, full, 100*done/total)
}

func text(what string, done, total int) string {
	if total == 0 {
		return fmt.Sprintf("%d %s", done, what)
	}
	return fmt.Sprintf("%s: %d of %d", what, done, total)
}
