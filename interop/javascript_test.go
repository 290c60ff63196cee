package interop

import (
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakeListens matches the first line of the command fakefrontegg.
var fakeListens = regexp.MustCompile(`^# listening on (http://\S+) clientId=(\S+) apiKey=(\S+)$`)

// seededTenant is the tenant of fakefrontegg -seed.
const seededTenant = "acme"

// Frontegg's JavaScript packages: the client of web pages and that of servers.
func TestJavaScriptClients(t *testing.T) {
	t.Parallel()
	fake := filepath.Join(t.TempDir(), "fakefrontegg")
	run(t, nil, "go", "build", "-o", fake, "github.com/frontegg-go/frontegg/fronteggtest/cmd/fakefrontegg")
	for script, summary := range map[string]string{"groups.mjs": "12 functions", "client.mjs": "requests with x-access-token"} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			listening := start(t, fakeListens, fake, "-addr", "127.0.0.1:0", "-seed")
			printed := run(t, []string{
				"FRONTEGG_BASE_URL=" + listening[1], "FRONTEGG_CLIENT_ID=" + listening[2], "FRONTEGG_API_KEY=" + listening[3],
				"FRONTEGG_TENANT_ID=" + seededTenant,
				// @frontegg/client reads these. The slash is that of Frontegg's OpenAPI document.
				"FRONTEGG_API_GATEWAY_URL=" + listening[1], "FRONTEGG_AUTHENTICATION_SERVICE_URL=" + listening[1] + "/auth/vendor/",
			}, "node", "js/"+script)
			require.Contains(t, printed, summary)
			t.Log(printed)
		})
	}
}
