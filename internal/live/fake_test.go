package live

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

func TestInMemoryServer(t *testing.T) {
	t.Parallel()
	const (
		tenant = "throw-away"
		others = 201 // groups, more than a page holds
	)
	server := fronteggtest.Start(t)
	for range others {
		server.AddGroup(tenant, frontegg.Group{})
	}
	t.Cleanup(func() { assert.Len(t, server.Groups(tenant), others, "groups are not deleted") }) // runs last
	ask(t, target{
		name: "the in-memory server",
		connect: func(opts ...frontegg.ClientOption) (*frontegg.Client, error) {
			opts = append(opts, frontegg.WithBaseURL(server.URL()), frontegg.WithTenant(tenant))
			if len(opts) == 2 {
				opts = append(opts, frontegg.WithCredentials(server.Credentials()))
			}
			return frontegg.NewClient(opts...)
		},
		roleID: server.AddRole(tenant, frontegg.Role{}).ID,
		userID: server.AddUser(tenant, frontegg.User{}).ID,
	})
}
