// Package fleettest starts many programs at once, for the tests of the stores: many
// sources in one process, and many processes.
package fleettest

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// tenant is the account of the calls.
const tenant = "acme"

// loginTakes is how long the server takes for a token, so that all the others
// come while the first one waits.
const loginTakes = 300 * time.Millisecond

// What a process of [Processes] is told.
const (
	variableStore = "FLEET_STORE" // what the caller's open function takes
	variableURL   = "FLEET_URL"
	variableID    = "FLEET_CLIENT_ID"
	variableKey   = "FLEET_API_KEY"
)

// NewServer returns a server whose token requests take a moment.
func NewServer(t *testing.T) *fronteggtest.Server {
	t.Helper()
	server := fronteggtest.Start(t)
	server.Inject(fronteggtest.Fault{Op: "auth.vendor", Times: -1, Delay: loginTakes})
	return server
}

// NewClient returns a client of server that shares its tokens through store. It may
// be called in a [testing/synctest] bubble, as [NewServer].
func NewClient(t *testing.T, server *fronteggtest.Server, store fleet.TokenStore, opts fleet.TokenOptions) *frontegg.Client {
	t.Helper()
	id, key := server.Credentials()
	client, err := newClient(id, key, store, opts, inMemory(server)...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func inMemory(server *fronteggtest.Server) []frontegg.ClientOption {
	return []frontegg.ClientOption{
		frontegg.WithBaseURL("http://localhost"), frontegg.WithHTTPClient(&http.Client{Transport: server.Transport()}),
	}
}

func newClient(id, key string, store fleet.TokenStore, opts fleet.TokenOptions, where ...frontegg.ClientOption) (*frontegg.Client, error) {
	inner, err := frontegg.NewTokenSource(append(where, frontegg.WithCredentials(id, key))...)
	if err != nil {
		return nil, err
	}
	opts.ClientID = id
	if opts.Key, err = fleet.DeriveKey(id, key); err != nil {
		return nil, err
	}
	source, err := fleet.NewTokenSource(inner, store, opts)
	if err != nil {
		return nil, err
	}
	return frontegg.NewClient(append(where, frontegg.WithTokenSource(source), frontegg.WithTenant(tenant))...)
}

// Sources starts n sources at once, each with a store of its own from open, and
// checks that all get the token of one request. Call it in a [testing/synctest]
// bubble, so that no source waits too long on a slow machine.
func Sources(t *testing.T, n int, open func() fleet.TokenStore) {
	t.Helper()
	server := NewServer(t)
	id, apiKey := server.Credentials()
	key, err := fleet.DeriveKey(id, apiKey)
	require.NoError(t, err)
	inner, err := frontegg.NewTokenSource(append(inMemory(server), frontegg.WithCredentials(id, apiKey))...)
	require.NoError(t, err)

	values := make([]string, n)
	var wg sync.WaitGroup
	for i := range n {
		source, err := fleet.NewTokenSource(inner, open(), fleet.TokenOptions{ClientID: id, Key: key})
		require.NoError(t, err)
		wg.Go(func() {
			token, err := source.Token(t.Context())
			assert.NoError(t, err)
			values[i] = token.Value.Reveal()
		})
	}
	wg.Wait()
	require.Equal(t, 1, server.Count("auth.vendor"))
	for _, value := range values {
		require.NotEmpty(t, value)
		require.Equal(t, values[0], value, "one token for all")
	}
}

// Processes starts n processes at once, each of which makes a call, and checks
// that they make one token request in all. A process is this test binary, whose
// TestMain calls [Child] first; the store that open returns is handed to it. On a
// slow machine, processes that wait too long for the store do without. They say so,
// and the processes are started again, with another store.
func Processes(t *testing.T, n int, open func() string) {
	t.Helper()
	for range 20 {
		server := NewServer(t)
		id, key := server.Credentials()
		var (
			wg      sync.WaitGroup
			store   = open()
			outputs = make([]string, n)
		)
		for i := range n {
			wg.Go(func() {
				cmd := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this very binary
				cmd.Env = append(os.Environ(), variableStore+"="+store, variableURL+"="+server.URL(), variableID+"="+id, variableKey+"="+key)
				output, err := cmd.CombinedOutput()
				assert.NoErrorf(t, err, "%s", output)
				outputs[i] = string(output)
			})
		}
		wg.Wait()
		require.Equal(t, n, server.Count("groups.config"), "each has made its call")
		alone := strings.Join(outputs, "")
		if !strings.Contains(alone, context.DeadlineExceeded.Error()) && !strings.Contains(alone, "locked for too long") {
			require.Equal(t, 1, server.Count("auth.vendor"), alone)
			return
		}
		t.Logf("again, because the machine is too slow: %s", alone)
	}
	require.Fail(t, "processes always did without the store")
}

// Child is for TestMain: in a process that [Processes] started it makes the call
// and ends the process.
func Child(open func(store string) fleet.TokenStore) {
	store, ok := os.LookupEnv(variableStore)
	if !ok {
		return
	}
	opts := fleet.TokenOptions{Logger: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	client, err := newClient(os.Getenv(variableID), os.Getenv(variableKey), open(store), opts, frontegg.WithBaseURL(os.Getenv(variableURL)))
	if err == nil {
		_, err = client.Groups.Config(context.Background())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}
