package fronteggtest

import (
	"cmp"
	"net/http"
)

// groupsConfig is the groups configuration of an environment.
type groupsConfig struct {
	Enabled      bool `json:"enabled"`
	RolesEnabled bool `json:"rolesEnabled"`
}

// configOf returns the configuration of the environment of a call, and the
// environment's ID.
func (s *Server) configOf(c *call) (groupsConfig, string) {
	id := cmp.Or(c.Header.Get("Frontegg-Environment-Id"), s.clientID)
	if stored, ok := s.configs[id]; ok {
		return stored, id
	}
	return groupsConfig{Enabled: true, RolesEnabled: true}, id
}

func (s *Server) config(c *call) response {
	config, _ := s.configOf(c)
	return success(http.StatusOK, encode(config))
}

func (s *Server) updateConfig(c *call) response {
	in, failure := decode[struct {
		Enabled      *bool `json:"enabled"`
		RolesEnabled *bool `json:"rolesEnabled"`
	}](c)
	if failure != nil {
		return *failure
	}
	config, id := s.configOf(c)
	if in.Enabled != nil {
		config.Enabled = *in.Enabled
	}
	if in.RolesEnabled != nil {
		config.RolesEnabled = *in.RolesEnabled
	}
	s.configs[id] = config
	return success(http.StatusCreated, nil)
}
