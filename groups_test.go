package frontegg_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestGroup_RequireRelations(t *testing.T) {
	t.Parallel()
	roles, users := []frontegg.Role{}, []frontegg.User{}
	tests := []struct {
		name  string
		group frontegg.Group
		r     frontegg.Relations
		field string // of the error
	}{
		{"both", frontegg.Group{ID: "g1", Roles: roles, Users: users}, frontegg.RelationsRolesAndUsers, ""},
		{"neither", frontegg.Group{ID: "g1"}, frontegg.RelationsRolesAndUsers, "group g1: Roles"},
		{"no users", frontegg.Group{ID: "g1", Roles: roles}, frontegg.RelationsRolesAndUsers, "group g1: Users"},
		{"users are not required", frontegg.Group{ID: "g1", Roles: roles}, frontegg.RelationsRoles, ""},
		{"roles are not required", frontegg.Group{ID: "g1", Users: users}, frontegg.RelationsUsers, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.group.RequireRelations(tt.r)
			if tt.field == "" {
				require.NoError(t, err)
				return
			}
			var invalid *frontegg.ValidationError
			require.ErrorAs(t, err, &invalid)
			assert.Equal(t, tt.field, invalid.Field)
			assert.Contains(t, err.Error(), "WithRelations")
		})
	}
	for _, unknown := range []frontegg.Relations{"", "members"} {
		var invalid *frontegg.ValidationError
		require.ErrorAs(t, frontegg.Group{Roles: roles, Users: users}.RequireRelations(unknown), &invalid, "a check that checks nothing")
	}
}
