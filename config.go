package frontegg

import (
	"context"

	"github.com/frontegg-go/frontegg/internal/op"
)

// GroupsConfig is how an environment uses groups.
type GroupsConfig struct {
	// Enabled says that accounts can have groups.
	Enabled bool `json:"enabled"`
	// RolesEnabled says that groups can have roles.
	RolesEnabled bool `json:"rolesEnabled"`
}

// UpdateGroupsConfigParams is a change to the configuration: nil leaves a field
// as it is.
type UpdateGroupsConfigParams struct {
	Enabled      *bool `json:"enabled,omitzero"`
	RolesEnabled *bool `json:"rolesEnabled,omitzero"`
}

// Config returns the groups configuration of the environment. It is the same
// for all accounts: no tenant is needed, and none is sent.
//
// GET /identity/resources/groups/v1/config.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_getgroupsconfiguration.
func (s *GroupsService) Config(ctx context.Context, opts ...RequestOption) (*GroupsConfig, error) {
	c := newCall(s, op.Config, opts)
	return c.sendForConfig(ctx)
}

// UpdateConfig changes the groups configuration of the environment, for all its
// accounts: no tenant is needed, and none is sent.
//
// A [*ValidationError]: params names no field.
//
// POST /identity/resources/groups/v1/config.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_createorupdategroupsconfiguration.
func (s *GroupsService) UpdateConfig(ctx context.Context, params UpdateGroupsConfigParams, opts ...RequestOption) error {
	c := newCall(s, op.UpdateConfig, opts)
	c.refuseIf(params == UpdateGroupsConfigParams{}, "params", "names no field to change")
	c.setBody(params)
	return c.send(ctx)
}
