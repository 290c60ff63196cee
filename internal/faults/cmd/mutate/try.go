package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// slow are the tests of internal/faults that take more than a second, or run in
// real time.
const slow = "HTTP1|HTTP2|Proxy|Soak|MaxPages|NeverProcessedTwice|DecodedBytes|TooManyBlanks"

// killersPass returns an error if a killer of the rows does not exist or fails
// without a mutation.
func killersPass(ctx context.Context, rows []mutation) error {
	killers := map[string][]string{}
	for _, m := range rows {
		if pkg, test, ok := strings.Cut(m.killer, " "); ok && !slices.Contains(killers[pkg], test) {
			killers[pkg] = append(killers[pkg], test)
		}
	}
	for pkg, tests := range killers {
		r := test(ctx, "", pkg, "-run=^("+strings.Join(tests, "|")+")$")
		for _, name := range tests {
			if !slices.Contains(r.passed, name) {
				return fmt.Errorf("%s %s does not pass without a mutation:\n%s", pkg, name, r.out)
			}
		}
	}
	return nil
}

// source returns the path and the text of the file, or an error if the text that the
// mutation changes is not in it once.
func (m mutation) source(root string) (path, text string, err error) {
	path, err = filepath.Abs(filepath.Join(root, "internal", m.file))
	if err != nil {
		return "", "", err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", "", err
	}
	if n := strings.Count(string(b), m.old); n != 1 {
		return "", "", fmt.Errorf("%q is there %d times, not once", m.old, n)
	}
	return path, string(b), nil
}

// try runs tests with the mutation until one fails, and returns its package and name;
// "" if none fails. Files of the overlay are in dir.
func (m mutation) try(ctx context.Context, dir string, all bool) (killer string, err error) {
	overlay, err := m.overlay(dir)
	if err != nil {
		return "", err
	}
	stages := [][]string{
		{filepath.Dir(m.file)},
		{"faults", "-skip=" + slow},
		{"faults", "-run=" + slow},
		{"../..."},
	}
	if pkg, name, ok := strings.Cut(m.killer, " "); ok && !all {
		switch r := test(ctx, overlay, pkg, "-run=^"+name+"$"); {
		case r.broken:
			return "", errors.New("does not build: " + r.out)
		case r.failed != "":
			return m.killer, nil
		}
	}
	for _, args := range stages {
		switch r := test(ctx, overlay, args[0], args[1:]...); {
		case r.broken:
			return "", errors.New("does not build: " + r.out)
		case r.failed != "":
			return args[0] + " " + r.failed, nil
		}
	}
	return "", nil
}

// overlay writes the changed file to dir, and a file for the go command that replaces
// the source by it.
func (m mutation) overlay(dir string) (string, error) {
	path, text, err := m.source(".")
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", err
	}
	changed := filepath.Join(dir, "changed.go")
	if err := os.WriteFile(changed, []byte(strings.Replace(text, m.old, m.new, 1)), 0o600); err != nil {
		return "", err
	}
	b, err := json.Marshal(map[string]any{"Replace": map[string]string{path: changed}})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, b, 0o600)
}

// result is what the tests of a package did.
type result struct {
	passed []string // names of tests
	failed string   // the first test that failed, "?" if it cannot be told; empty: none
	broken bool     // the package does not build
	out    string
}

var (
	outcome = regexp.MustCompile(`(?m)^--- (PASS|FAIL): (\S+)`)
	hanging = regexp.MustCompile(`(?m)^panic: test timed out .*\n\trunning tests:\n\t\t(\S+)`)
)

// test runs tests of a package below internal.
func test(ctx context.Context, overlay, pkg string, args ...string) (r result) {
	args = append([]string{"test", "-v", "-count=1", "-vet=off", "-timeout=3m", "-overlay=" + overlay}, args...)
	cmd := exec.CommandContext(ctx, "go", append(args, "./"+filepath.Join("internal", pkg))...)
	cmd.Env = append(os.Environ(), "FAULTS_SOAK=300ms", "FAULTS_CREATES=2000")
	out, err := cmd.CombinedOutput()
	r.out = string(out)
	r.broken = strings.Contains(r.out, "[build failed]") || strings.Contains(r.out, "[setup failed]")
	if err != nil {
		r.failed = "?" // a panic outside of a test
	}
	if m := hanging.FindStringSubmatch(r.out); m != nil {
		r.failed = m[1]
	}
	for _, m := range outcome.FindAllStringSubmatch(r.out, -1) {
		switch {
		case m[1] == "PASS":
			r.passed = append(r.passed, m[2])
		case r.failed == "?":
			r.failed = m[2]
		}
	}
	return r
}
