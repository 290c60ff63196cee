package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// display shows progress: in a terminal as a bar of at most 30 columns, elsewhere
// as log lines.
type display struct {
	terminal io.Writer // nil: there is none
	log      *slog.Logger
	shown    time.Time
	last     string
	logFile  io.Closer
}

// newDisplay returns a display on stderr. In a terminal the log goes to a file, so
// that the lines of the one do not break those of the other.
func newDisplay(stderr io.Writer, dir string) (*display, error) {
	if !isTerminal(stderr) {
		return &display{log: slog.New(slog.NewTextHandler(stderr, nil))}, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "fleetsync.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &display{terminal: stderr, log: slog.New(slog.NewTextHandler(f, nil)), logFile: f}, nil
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// show tells how far the night is: in a terminal at once, in a log every ten
// seconds.
func (d *display) show(c counts) {
	if d.terminal != nil {
		d.last = bar(c)
		fmt.Fprint(d.terminal, "\r\x1b[K", d.last)
		return
	}
	if time.Since(d.shown) < 10*time.Second && c.left() > 0 {
		return
	}
	d.shown = time.Now()
	d.log.Info("progress", "done", c.done(), "running", c.running(), "left", c.left(), "refused", c.refused(), "failed", c.failed())
}

// bar fits 30 columns: a bar of 10, the jobs that have ended of all, and how many
// of them need a person.
func bar(c counts) string {
	total, ended := max(c.total(), 1), c.total()-c.left()
	full := 10 * ended / total
	text := fmt.Sprintf("[%s%s] %d/%d", strings.Repeat("=", full), strings.Repeat(" ", 10-full), ended, c.total())
	if bad := c.refused() + c.failed(); bad > 0 {
		text += fmt.Sprintf(" %d bad", bad)
	}
	return text[:min(len(text), 30)]
}

// end leaves the bar as it is, and ends its line.
func (d *display) end() {
	if d.last != "" {
		fmt.Fprintln(d.terminal)
		d.last = ""
	}
}

// close closes the log file, if there is one.
func (d *display) close() {
	if d.logFile != nil {
		_ = d.logFile.Close()
	}
}
