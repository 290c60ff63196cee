package main

import "testing"

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
