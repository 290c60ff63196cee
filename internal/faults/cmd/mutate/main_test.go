package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

const root = "../../../.."

// TestMutations_Apply finds rows whose source has changed, without running a test
// for each.
func TestMutations_Apply(t *testing.T) {
	t.Parallel()
	for _, m := range mutations {
		if _, _, err := m.source(root); err != nil {
			t.Errorf("%s: %s: %v", m.file, m.rule, err)
		}
	}
}

// TestMutations_Killers finds rows whose killer was renamed or removed.
func TestMutations_Killers(t *testing.T) {
	t.Parallel()
	function := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	exists := map[string]bool{}
	files, err := filepath.Glob(root + "/internal/*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	ofRoot, err := filepath.Glob(root + "/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, ofRoot...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pkg, err := filepath.Rel(root+"/internal", filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range function.FindAllStringSubmatch(string(text), -1) {
			exists[pkg+" "+name[1]] = true
		}
	}
	for _, m := range mutations {
		if !exists[m.killer] {
			t.Errorf("%s: %s: no test %s", m.file, m.rule, m.killer)
		}
	}
}
