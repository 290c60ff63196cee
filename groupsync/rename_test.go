package groupsync_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// Names are unique in a tenant at any time, so renames wait for each other.
func TestCompute_Renames(t *testing.T) {
	t.Parallel()
	deleting := groupsync.Options{Owner: "hr", Delete: true}
	tests := []struct {
		name   string
		before map[string]string // by key
		after  map[string]string
		opts   groupsync.Options
		steps  []string
	}{
		{"a chain", map[string]string{"1": "A", "2": "B"}, map[string]string{"1": "B", "2": "C"}, hr, []string{`rename "B" to "C"`, `rename "A" to "B"`}},
		{
			"a swap",
			map[string]string{"1": "A", "2": "B"},
			map[string]string{"1": "B", "2": "A"},
			hr,
			[]string{`rename "A" to "A (renaming 1)"`, `rename "B" to "A"`, `rename "A (renaming 1)" to "B"`},
		},
		{
			"a circle of three",
			map[string]string{"1": "A", "2": "B", "3": "C"},
			map[string]string{"1": "B", "2": "C", "3": "A"},
			hr,
			[]string{`rename "A" to "A (renaming 1)"`, `rename "C" to "A"`, `rename "B" to "C"`, `rename "A (renaming 1)" to "B"`},
		},
		{
			"a new group gets the old name of another",
			map[string]string{"1": "A"},
			map[string]string{"1": "B", "2": "A"},
			hr,
			[]string{`rename "A" to "B"`, `create "A"`},
		},
		{
			"a group gets a new key",
			map[string]string{"1": "A"},
			map[string]string{"2": "A"},
			deleting,
			[]string{`delete "A"`, `create "A"`},
		},
		{
			"a group gets the name of one that is deleted",
			map[string]string{"1": "A", "2": "B"},
			map[string]string{"1": "B"},
			deleting,
			[]string{`delete "B"`, `rename "A" to "B"`},
		},
		{
			"a temporary name is taken",
			map[string]string{"1": "A", "2": "B", "3": "A (renaming 1)"},
			map[string]string{"1": "B", "2": "A", "3": "A (renaming 1)"},
			hr,
			[]string{`rename "A" to "A (renaming 2)"`, `rename "B" to "A"`, `rename "A (renaming 2)" to "B"`},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for writes := range len(tt.steps) + 1 {
				w := newWorld(t)
				w.sync(t, teams(tt.before), hr)
				p := w.compute(t, teams(tt.after), tt.opts)
				require.Equal(t, tt.steps, texts(p))
				if writes > 0 { // a run that ends early, and another one
					r, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{MaxWrites: writes})
					require.NoError(t, err)
					require.Equal(t, writes, r.Done)
				}
				w.sync(t, teams(tt.after), tt.opts)
				assert.Equal(t, tt.after, keys(w.Groups(tenant)), "after %d writes", writes)
				assert.True(t, w.compute(t, teams(tt.after), tt.opts).Empty())
			}
		})
	}
}

// teams are wanted groups without members.
func teams(names map[string]string) []groupsync.Group {
	var out []groupsync.Group
	for key, name := range names {
		out = append(out, groupsync.Group{Key: key, Name: name})
	}
	return out
}

// keys are the names of groups by the keys that their marks name.
func keys(groups []frontegg.Group) map[string]string {
	out := map[string]string{}
	for _, g := range groups {
		out[keyOf(g)] = g.Name
	}
	return out
}
