package main

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/frontegg-go/frontegg/examples/internal/cli"
)

// display shows how far a run is: in a terminal as a bar, elsewhere as log lines.
type display struct {
	bar     *cli.Progress
	log     *slog.Logger
	latest  counts
	logFile io.Closer // nil: the log goes where the program's errors go
}

// newDisplay returns a display on stderr. In a terminal the log goes to a file.
func newDisplay(stderr io.Writer, dir string) (*display, error) {
	d := &display{}
	w := stderr
	if cli.IsTerminal(stderr) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
		f, err := os.OpenFile(filepath.Join(dir, "fleetsync.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, err
		}
		d.logFile, w = f, f
	}
	d.log = slog.New(slog.NewTextHandler(w, nil))
	d.bar = cli.NewProgress(stderr, func(string, int, int) {
		c := d.latest
		d.log.Info("progress", "done", c.done(), "running", c.running(), "left", c.left(), "refused", c.refused(), "failed", c.failed())
	})
	return d, nil
}

// show shows how many tenants have ended.
func (d *display) show(task string, c counts) {
	d.latest = c
	d.bar.Show(task, c.total()-c.left(), c.total())
}

// close removes the bar and closes the log file, if there is one.
func (d *display) close() {
	d.bar.Clear()
	if d.logFile != nil {
		_ = d.logFile.Close()
	}
}
