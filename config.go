package frontegg

import (
	"bytes"
	"context"
	"errors"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/wire"
)

// GroupsConfig is the groups configuration of an environment.
type GroupsConfig struct {
	// Enabled is whether tenants can have groups.
	Enabled bool `json:"enabled"`
	// RolesEnabled is whether groups can have roles.
	RolesEnabled bool `json:"rolesEnabled"`
}

// UpdateGroupsConfigParams is a change to the configuration. A nil field is not
// changed.
type UpdateGroupsConfigParams struct {
	Enabled      *bool `json:"enabled,omitzero"`
	RolesEnabled *bool `json:"rolesEnabled,omitzero"`
}

// Config returns the groups configuration of the environment. It is the same for all
// tenants: no tenant is required, and none is sent. For an environment that was never
// configured, both fields are false.
//
// GET /identity/resources/groups/v1/config.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_getgroupsconfiguration.
func (s *GroupsService) Config(ctx context.Context, opts ...RequestOption) (*GroupsConfig, error) {
	c := newCall((*service)(s), op.Config, opts)
	return receive(ctx, c, decodeConfig)
}

// decodeConfig decodes a configuration. Null and {} are the zero configuration; an
// object with other members only is an error.
func decodeConfig(_ *call, body []byte) (*GroupsConfig, error) {
	config := new(GroupsConfig)
	if string(bytes.TrimSpace(body)) == "null" {
		return config, nil
	}
	var members map[string]jsontext.Value
	if err := wire.UnmarshalObject(body, "a groups configuration", &members); err != nil {
		return nil, err
	}
	_, enabled := members["enabled"]
	_, rolesEnabled := members["rolesEnabled"]
	if len(members) > 0 && !enabled && !rolesEnabled {
		return nil, errors.New("a groups configuration has neither enabled nor rolesEnabled")
	}
	return config, wire.UnmarshalObject(body, "a groups configuration", config)
}

// UpdateConfig changes the groups configuration of the environment, for all its
// tenants: no tenant is required, and none is sent.
//
// [*ValidationError]: params has no field.
//
// POST /identity/resources/groups/v1/config.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_createorupdategroupsconfiguration.
func (s *GroupsService) UpdateConfig(ctx context.Context, params UpdateGroupsConfigParams, opts ...RequestOption) error {
	c := newCall((*service)(s), op.UpdateConfig, opts)
	c.invalidIf(params == UpdateGroupsConfigParams{}, "params", "must have a field to change")
	c.setBody(params)
	return c.send(ctx)
}
