package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// report is the table of goals and measurements.
type report struct {
	progress io.Writer
	lines    []line
	failed   int
}

// failed is the verdict of a goal that was missed.
const failed = "**fail**"

// line is a row of the table, or the title of the rows that follow.
type line struct{ Title, What, Goal, Measured, Verdict string }

func (r *report) add(l line) {
	r.lines = append(r.lines, l)
	if l.Verdict == failed {
		r.failed++
	}
	if l.Title != "" {
		_, _ = fmt.Fprintf(r.progress, "\n%s\n", l.Title)
		return
	}
	_, _ = fmt.Fprintf(r.progress, "  %-52s %-12s %-44s %s\n", l.What, l.Goal, l.Measured, l.Verdict)
}

func (r *report) section(title string) { r.add(line{Title: title}) }

// note adds a measurement without a goal.
func (r *report) note(what, measured string) { r.add(line{What: what, Measured: measured}) }

// atMost adds a measurement with a maximum; 0 means none.
func (r *report) atMost(what string, goal, measured float64, unit string) {
	r.judge(what, "≤ "+figure(goal), figure(measured)+" "+unit, goal != 0, measured <= goal)
}

// atLeast adds a measurement with a minimum.
func (r *report) atLeast(what string, goal, measured float64, unit string) {
	r.judge(what, "≥ "+figure(goal), figure(measured)+" "+unit, true, measured >= goal)
}

// between adds a measurement with a minimum and a maximum.
func (r *report) between(what string, least, most, measured float64) {
	r.judge(what, figure(least)+"–"+figure(most), figure(measured), true, least <= measured && measured <= most)
}

func (r *report) judge(what, goal, measured string, judged, ok bool) {
	l := line{What: what, Measured: strings.TrimSpace(measured)}
	if judged {
		l.Goal, l.Verdict = goal, "pass"
		if !ok {
			l.Verdict = failed
		}
	}
	r.add(l)
}

// figure formats ratios with two decimals, counts with none.
func figure(f float64) string {
	if f == float64(int64(f)) {
		return strconv.FormatInt(int64(f), 10)
	}
	return strconv.FormatFloat(f, 'f', 2, 64)
}

// markdown returns the table in Markdown.
func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s: %s.\n", time.Now().UTC().Format(time.DateOnly), machine())
	for _, l := range r.lines {
		if l.Title != "" {
			fmt.Fprintf(&b, "\n**%s**\n\n| | goal | measured | |\n|---|---|---|---|\n", l.Title)
			continue
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", l.What, l.Goal, l.Measured, l.Verdict)
	}
	return b.String()
}

// machine describes the machine.
func machine() string {
	return fmt.Sprintf("%s, %d cores, %s, %s/%s", cpu(), runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// cpu returns the CPU's model name, if known.
func cpu() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "unknown CPU"
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown CPU"
}

const (
	beginTable = "<!-- begin: written by `go run . -write` in bench -->"
	endTable   = "<!-- end -->"
)

// insert puts the table between the markers of the document at path.
func insert(path, table string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(old), beginTable)
	_, after, ended := strings.Cut(rest, endTable)
	if !ok || !ended {
		return fmt.Errorf("%s lacks the markers %s and %s", path, beginTable, endTable)
	}
	return os.WriteFile(path, []byte(before+beginTable+"\n"+table+endTable+after), 0o644)
}
