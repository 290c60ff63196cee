package main

import "testing"

// TestMutations_Apply finds rows whose source has changed, without running a test
// for each.
func TestMutations_Apply(t *testing.T) {
	t.Parallel()
	for _, m := range mutations {
		if err := m.applies("../../../.."); err != nil {
			t.Error(err)
		}
	}
}
