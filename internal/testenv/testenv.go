// Package testenv has the FRONTEGG_ variables of tests.
package testenv

import (
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/frontegg-go/frontegg/fronteggtest"
)

// Main runs the tests of a package without the developer's own FRONTEGG_ variables. A
// goroutine that is left is a failure.
func Main(m *testing.M) {
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "FRONTEGG_") {
			_ = os.Unsetenv(name)
		}
	}
	goleak.VerifyTestMain(m)
}

// Start starts a server and sets the variables of its credentials and URL, and of the
// tenant acme.
func Start(t testing.TB) *fronteggtest.Server {
	t.Helper()
	s := fronteggtest.Start(t)
	id, key := s.Credentials()
	t.Setenv("FRONTEGG_CLIENT_ID", id)
	t.Setenv("FRONTEGG_API_KEY", key)
	t.Setenv("FRONTEGG_TENANT_ID", "acme")
	t.Setenv("FRONTEGG_BASE_URL", s.URL())
	return s
}
