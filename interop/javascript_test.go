package interop

import (
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakeListens matches the first line of the command fakefrontegg.
var fakeListens = regexp.MustCompile(`^listening on (http://\S+) clientId=(\S+) apiKey=(\S+)$`)

// seededTenant is the tenant of fakefrontegg -seed.
const seededTenant = "acme"

func TestJavaScriptClient(t *testing.T) {
	t.Parallel()
	fake := filepath.Join(t.TempDir(), "fakefrontegg")
	run(t, nil, "go", "build", "-o", fake, "github.com/frontegg-go/frontegg/fronteggtest/cmd/fakefrontegg")
	listening := start(t, fakeListens, fake, "-addr", "127.0.0.1:0", "-seed")

	printed := run(t, []string{
		"FRONTEGG_BASE_URL=" + listening[1], "FRONTEGG_CLIENT_ID=" + listening[2], "FRONTEGG_API_KEY=" + listening[3],
		"FRONTEGG_TENANT_ID=" + seededTenant,
	}, "node", "js/groups.mjs")
	require.Contains(t, printed, "12 functions")
	t.Log(printed)
}
