// Command mutate breaks the rules of the client one at a time and runs a test
// against each. A rule that can be broken without a test that fails is a survivor;
// there must be none.
//
//	go run ./internal/faults/cmd/mutate [-run regexp] [-j workers] [-all]
//
// A row of the table names its killer, the test that fails if the rule is broken.
// The killers run first without a mutation and must pass. Then each row is broken
// and its killer runs alone. If it passes, or with -all, all tests run: those of the
// nearest package first.
//
// Run it from the root of the module. No file is changed: a mutation is an overlay
// for the go command. Do not edit the module meanwhile.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	pattern := flag.String("run", "", "only mutations whose file or rule matches the regexp")
	workers := flag.Int("j", runtime.NumCPU(), "the number of mutations tested at a time")
	all := flag.Bool("all", false, "run all tests, not only the killer of a row")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	survivors, err := run(ctx, regexp.MustCompile(*pattern), *workers, *all)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if survivors > 0 {
		os.Exit(1)
	}
}

func run(ctx context.Context, pattern *regexp.Regexp, workers int, all bool) (survivors int, err error) {
	began := time.Now()
	var rows []mutation
	for _, m := range mutations {
		if pattern.MatchString(m.file + " " + m.rule) {
			rows = append(rows, m)
		}
	}
	if err := killersPass(ctx, rows); err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()

	queue := make(chan mutation)
	var lived atomic.Int64
	var running sync.WaitGroup
	for i := range workers {
		running.Go(func() {
			for m := range queue {
				if !m.report(ctx, filepath.Join(dir, strconv.Itoa(i)), all) {
					lived.Add(1)
				}
			}
		})
	}
	for _, m := range rows {
		queue <- m
	}
	close(queue)
	running.Wait()
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	fmt.Printf("%d rules broken, %d survivors, %s\n", len(rows), lived.Load(), time.Since(began).Round(time.Second))
	return int(lived.Load()), nil
}

// report breaks the rule, prints what happened, and reports whether a test failed. A
// row that no longer applies proves nothing.
func (m mutation) report(ctx context.Context, dir string, all bool) (killed bool) {
	began := time.Now()
	killer, err := m.try(ctx, dir, all)
	switch {
	case err != nil:
		fmt.Fprintf(os.Stderr, "%s: %s: %v\n", m.file, m.rule, err)
		return false
	case killer == "":
		killer = "SURVIVED"
	case killer != m.killer && !all:
		killer += " (not " + m.killer + ")"
	}
	fmt.Printf("%-60s %-24s %5.1fs  %s\n", m.rule, m.file, time.Since(began).Seconds(), killer)
	return killer != "SURVIVED"
}
