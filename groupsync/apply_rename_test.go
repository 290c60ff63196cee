package groupsync_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// Renames that are refused leave no group under a temporary name, as far as that
// can be helped, and no other group is created or renamed in its place.
func TestApply_RenamesFail(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name          string
		before, after map[string]string // by key
		refused       string            // the key of the group whose renames or deletion are refused
		now           map[string]string
		failed        []string
	}{
		{
			"a swap",
			map[string]string{"1": "A", "2": "B"},
			map[string]string{"1": "B", "2": "A"},
			"2",
			map[string]string{"1": "A", "2": "B"},
			[]string{`rename "B" to "A"`, `rename "A (renaming 1)" to "B"`},
		},
		{
			"a circle, the group that moves first",
			map[string]string{"1": "A", "2": "B", "3": "C"},
			map[string]string{"1": "B", "2": "C", "3": "A"},
			"3",
			map[string]string{"1": "A", "2": "B", "3": "C"},
			[]string{`rename "C" to "A"`, `rename "B" to "C"`, `rename "A (renaming 1)" to "B"`},
		},
		{
			"a circle, after another group has the name",
			map[string]string{"1": "A", "2": "B", "3": "C"},
			map[string]string{"1": "B", "2": "C", "3": "A"},
			"2",
			map[string]string{"1": "A (renaming 1)", "2": "B", "3": "A"},
			[]string{`rename "B" to "C"`, `rename "A (renaming 1)" to "B"`},
		},
		{
			"a chain",
			map[string]string{"1": "A", "2": "B"},
			map[string]string{"1": "B", "2": "C"},
			"2",
			map[string]string{"1": "A", "2": "B"},
			[]string{`rename "B" to "C"`, `rename "A" to "B"`},
		},
		{
			"a new group",
			map[string]string{"1": "A"},
			map[string]string{"1": "B", "2": "A"},
			"1",
			map[string]string{"1": "A"},
			[]string{`rename "A" to "B"`, `create "A"`},
		},
		{
			"a deletion",
			map[string]string{"1": "A", "2": "B"},
			map[string]string{"1": "B"},
			"2",
			map[string]string{"1": "A", "2": "B"},
			[]string{`delete "B"`, `rename "A" to "B"`},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var actual []frontegg.Group
			for key, name := range tt.before {
				actual = append(actual, owned("id-"+key, key, name))
			}
			w, gate := newGatedWorld(t, actual...)
			gate.reject(403, func(w write) bool { return w.has("id-" + tt.refused) })
			for range 2 { // and no run after it does harm
				r, err := groupsync.Sync(t.Context(), w.client.Groups, teams(tt.after), everything, groupsync.ApplyOptions{})
				require.ErrorIs(t, err, groupsync.ErrIncomplete)
				require.ErrorContains(t, err, "the name is still that of group", "not sent, and explained")
				assert.Equal(t, tt.now, keys(w.Groups(tenant)))
				if tt.name != "a circle, after another group has the name" {
					assert.Equal(t, tt.failed, failures(r))
				}
			}
			gate.reject(0, func(write) bool { return false })
			_, err := groupsync.Sync(t.Context(), w.client.Groups, teams(tt.after), everything, groupsync.ApplyOptions{})
			require.NoError(t, err)
			assert.Equal(t, tt.after, keys(w.Groups(tenant)))
		})
	}
}
