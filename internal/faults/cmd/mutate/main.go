// Command mutate breaks the rules of the client one at a time, in a copy of the
// module, and runs the tests of the internal packages against each. A rule that
// can be broken without a test that fails is a survivor; there must be none.
//
//	go run ./internal/faults/cmd/mutate [-run regexp]
//
// Run it from the root of the module.
package main

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

func main() {
	pattern := flag.String("run", "", "only mutations whose file or rule matches the regexp")
	flag.Parse()
	survivors, err := run(regexp.MustCompile(*pattern))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if survivors > 0 {
		os.Exit(1)
	}
}

func run(pattern *regexp.Regexp) (survivors int, err error) {
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := copyModule(dir); err != nil {
		return 0, err
	}
	if out, passed := test(dir, "./internal/faults"); !passed {
		return 0, fmt.Errorf("the tests fail without a mutation:\n%s", out)
	}
	for _, m := range mutations {
		if err := m.applies(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			survivors++ // a rule that has moved is not proved
		}
	}
	count := 0
	for _, m := range mutations {
		if !pattern.MatchString(m.file + " " + m.rule) {
			continue
		}
		count++
		began := time.Now()
		if m.applies(dir) != nil {
			continue
		}
		killer, err := m.try(dir)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			survivors++
			continue
		}
		if killer == "" {
			survivors++
			killer = "SURVIVED"
		}
		fmt.Printf("%-60s %-28s %5.1fs  %s\n", m.rule, m.file, time.Since(began).Seconds(), killer)
	}
	fmt.Printf("%d rules broken, %d survivors\n", count, survivors)
	return survivors, nil
}

// copyModule copies what the tests of the root package and the internal packages need.
func copyModule(dir string) error {
	return filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if top, _, _ := strings.Cut(path, "/"); !slices.Contains([]string{".", "internal", "fronteggtest", "groupsync", "pace"}, top) {
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(dir, path), 0o750)
		}
		if filepath.Ext(path) != ".go" && path != "go.mod" && path != "go.sum" {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, path), b, 0o600)
	})
}

// applies returns an error if the source does not have the text that the mutation changes.
func (m mutation) applies(dir string) error {
	source, err := os.ReadFile(filepath.Join(dir, "internal", m.file))
	if err != nil {
		return err
	}
	if n := strings.Count(string(source), m.old); n != 1 {
		return fmt.Errorf("%s: %s: %q is there %d times, not once", m.file, m.rule, m.old, n)
	}
	return nil
}

// try applies the mutation, runs the tests that are nearest first, and undoes
// it. It returns the first test that failed; "" if none did.
func (m mutation) try(dir string) (killer string, err error) {
	path := filepath.Join(dir, "internal", m.file)
	source, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(source), m.old, m.new, 1)), 0o600); err != nil {
		return "", err
	}
	defer func() { _ = os.WriteFile(path, source, 0o600) }()
	for _, stage := range [][]string{
		{"./internal/" + filepath.Dir(m.file)},
		{"-skip=HTTP1|HTTP2|Proxy|Soak|MaxPages|NeverProcessedTwice|DecodedBytes", "./internal/faults"}, // without what takes long
		{"./internal/faults"},
	} {
		out, passed := test(dir, stage...)
		if strings.Contains(out, "[build failed]") || strings.Contains(out, "[setup failed]") {
			return "", fmt.Errorf("%s: %s: does not build: %s", m.file, m.rule, out)
		}
		if !passed {
			return firstFailure(out), nil
		}
	}
	return "", nil
}

func test(dir string, args ...string) (out string, passed bool) {
	ctx, cancel := context.WithTimeout(context.Background(), 6*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-vet=off", "-failfast", "-timeout=5m"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "FAULTS_SOAK=300ms", "FAULTS_CREATES=2000")
	b, err := cmd.CombinedOutput()
	return string(b), err == nil
}

func firstFailure(out string) string {
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "--- FAIL: "); ok {
			return strings.Fields(name)[0]
		}
		if strings.HasPrefix(line, "panic: ") {
			return line
		}
	}
	return "the tests"
}
