package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

// printer writes lines that begin with a label, and progress. It is safe for
// concurrent use.
type printer struct {
	out, err io.Writer
	terminal bool // err is one

	mu     sync.Mutex
	open   bool  // a progress line stands where the cursor is
	failed error // of the first line that could not be written
}

func newPrinter(out, err io.Writer) *printer {
	return &printer{out: out, err: err, terminal: isTerminal(err)}
}

// line writes what was done. A failure to write does not end the work, which is to
// be cleaned up; lost tells it.
func (p *printer) line(label, format string, args ...any) {
	p.clear()
	text := fmt.Sprintf("%-10s%s", label, printable(fmt.Sprintf(format, args...)))
	_, err := fmt.Fprintln(p.out, strings.TrimRight(text, " "))
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed == nil {
		p.failed = err
	}
}

// lost returns why a line could not be written; nil: all were.
func (p *printer) lost() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failed
}

// printable escapes what is not: a name in an account may hold anything, also what
// would move the cursor or change the colours of a terminal.
func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return b.String()
}

// more writes a line that belongs to the one before.
func (p *printer) more(format string, args ...any) { p.line("", format, args...) }

// progress tells how far a long step has come: on a terminal in one line that
// changes, elsewhere with a line for each quarter.
func (p *printer) progress(label string, done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.terminal:
		const width = 30
		full := width * done / total
		fmt.Fprintf(p.err, "\r%-10s%s%s %d/%d", label, strings.Repeat("█", full), strings.Repeat("░", width-full), done, total)
		p.open = true
	case done*4/total > (done-1)*4/total:
		fmt.Fprintf(p.err, "%-10s%d of %d\n", label, done, total)
	}
}

// clear removes the progress line.
func (p *printer) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open {
		fmt.Fprint(p.err, "\r\x1b[K")
		p.open = false
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// round makes a duration readable.
func round(d time.Duration) time.Duration {
	if d < time.Second {
		return d.Round(time.Millisecond)
	}
	return d.Round(100 * time.Millisecond)
}
