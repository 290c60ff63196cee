//go:build live

package live

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestLive(t *testing.T) {
	require.NotEmpty(t, os.Getenv("FRONTEGG_TENANT_ID"), "set FRONTEGG_TENANT_ID to the ID of a throw-away tenant")
	ask(t, target{
		name:    "Frontegg, in the tenant " + os.Getenv("FRONTEGG_TENANT_ID"),
		connect: frontegg.NewClientFromEnv,
		roleID:  os.Getenv("FRONTEGG_ROLE_ID"),
		userID:  os.Getenv("FRONTEGG_USER_ID"),
	})
}
