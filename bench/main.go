// Command bench compares the library with its performance goals and prints a table.
//
//	go run . [-only REGEXP] [-write]
//
// With -write the table and the plot of walks go into ../docs. The exit status is
// 1 if a goal was missed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

func main() {
	asServer := flag.Bool("serve", false, "be the server of the benchmark (used by the benchmark itself)")
	asWorker := flag.Bool("worker", false, "be a process that shares a rate limit (used by the benchmark itself)")
	asFake := flag.Bool("fake", false, "be a fake of Frontegg (used by the benchmark itself)")
	asReads := flag.Bool("reads", false, "compare the reads with the floor and print JSON (used by the benchmark itself)")
	only := flag.String("only", "", "run the parts whose name matches: overhead, newest, walks, bulk, streaming, load, stampede, silent, growth, lookups, sync, tenants, limit")
	write := flag.Bool("write", false, "write the table and the plot into the documentation")
	docs := flag.String("docs", "../docs", "the documentation's `directory`")
	flag.Parse()
	var err error
	switch {
	case *asServer:
		err = serve(os.Stdin, os.Stdout)
	case *asWorker:
		err = work(context.Background(), os.Stdin)
	case *asFake:
		err = serveFake(os.Stdin, os.Stdout)
	case *asReads:
		err = reads(context.Background(), os.Stdout)
	default:
		err = bench(context.Background(), *only, *write, *docs)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench runs the parts and prints the table.
func bench(ctx context.Context, only string, write bool, docs string) (err error) {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	s, err := startServer(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()

	r := &report{progress: os.Stdout}
	var plot []point
	parts := []struct {
		name string
		run  func() error
	}{
		{"overhead", func() error { return overhead(ctx, r) }},
		{"newest", func() error { return newest(ctx, r) }},
		{"walks", func() (err error) { plot, err = walks(ctx, s, r); return err }},
		{"bulk", func() error { return bulk(ctx, s, r) }},
		{"streaming", func() error { return streaming(ctx, s, r) }},
		{"load", func() error { return load(ctx, s, r) }},
		{"stampede", func() error { return stampede(ctx, r) }},
		{"silent", func() error { return silentConnection(ctx, r) }},
		{"growth", func() error { return growth(ctx, s, r) }},
		{"lookups", func() error { return withFake(ctx, func(f *fake) error { return lookups(ctx, f, r) }) }},
		{"sync", func() error { return withFake(ctx, func(f *fake) error { return syncs(ctx, f, r) }) }},
		{"tenants", func() error { return unchangedTenants(ctx, r) }},
		{"limit", func() error { return sharedLimit(ctx, r) }},
	}
	fmt.Println(machine())
	for _, part := range parts {
		if !wanted.MatchString(part.name) {
			continue
		}
		if err := part.run(); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	if write {
		if only != "" {
			return errors.New("-write needs all parts: leave out -only")
		}
		if err := insert(filepath.Join(docs, "performance.md"), r.markdown()); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(docs, "walk.svg"), []byte(plotWalks(plot)), 0o644); err != nil {
			return err
		}
	}
	if r.failed > 0 {
		return fmt.Errorf("%d goals missed", r.failed)
	}
	return nil
}
