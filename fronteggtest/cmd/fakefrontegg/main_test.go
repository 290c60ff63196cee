package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/frontegg-go/frontegg"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// running is a fakefrontegg that has said where it listens.
type running struct {
	lines        *bufio.Scanner
	url, id, key string
	stop         context.CancelFunc
	ended        chan error
	stderr       *syncBuffer
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func start(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	stdout, w := io.Pipe()
	r := &running{lines: bufio.NewScanner(stdout), stop: stop, ended: make(chan error, 1), stderr: &syncBuffer{}}
	go func() {
		err := run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), w, r.stderr)
		_ = w.CloseWithError(io.EOF)
		r.ended <- err
	}()
	require.True(t, r.lines.Scan())
	found := regexp.MustCompile(`^listening on (http://127\.0\.0\.1:\d+) clientId=(\S+) apiKey=(\S+)$`).FindStringSubmatch(r.lines.Text())
	require.NotNil(t, found, r.lines.Text())
	r.url, r.id, r.key = found[1], found[2], found[3]
	return r
}

func (r *running) client(t *testing.T, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	c, err := frontegg.NewClient(append(opts, frontegg.WithBaseURL(r.url+"/frontegg"), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1}))...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestRun(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.client(t, frontegg.WithCredentials(r.id, r.key), frontegg.WithTenant("acme"))
	_, err := c.Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "Team"})
	require.NoError(t, err)
	r.stop()
	require.NoError(t, <-r.ended)
	_, err = c.Groups.List(t.Context())
	require.Error(t, err)
	assert.Empty(t, r.stderr.String())
}

func TestRun_Seed(t *testing.T) {
	t.Parallel()
	r := start(t, "-seed", "-client-id", "me", "-api-key", "my-key", "-v")
	assert.Equal(t, []string{"me", "my-key"}, []string{r.id, r.key})
	require.True(t, r.lines.Scan())
	found := regexp.MustCompile(`^tenant acme: 12 groups, 200 users, 5 roles; API token clientId=(\S+) secret=(\S+)$`).FindStringSubmatch(r.lines.Text())
	require.NotNil(t, found, r.lines.Text())

	c := r.client(t, frontegg.WithAPIToken(found[1], found[2]))
	groups, err := c.Groups.List(t.Context(), frontegg.WithRelations(frontegg.RelationsRolesAndUsers))
	require.NoError(t, err)
	require.Len(t, groups, 12)
	members, scim := 0, 0
	for _, g := range groups {
		members += len(g.Users)
		assert.Len(t, g.Roles, 1, g.Name)
		if g.ManagedBy == frontegg.ManagedBySCIM {
			scim++
		}
	}
	assert.Equal(t, []int{200, 1}, []int{members, scim})
	r.stop()
	require.NoError(t, <-r.ended)
	assert.Contains(t, r.stderr.String(), "GET /frontegg/identity/resources/groups/v1?_groupsRelations=rolesAndUsers tenant=- 200 ")
	assert.NotContains(t, r.stderr.String(), found[2])
}

func TestRun_Flags(t *testing.T) {
	t.Parallel()
	r := start(t, "-rate-limit", "1", "-rate-window", "1h", "-latency", "1ms", "-token-ttl", "2h")
	c := r.client(t, frontegg.WithCredentials(r.id, r.key), frontegg.WithTenant("acme"))
	var resp frontegg.Response
	began := time.Now()
	_, err := c.Groups.Get(t.Context(), "none", frontegg.WithResponse(&resp))
	require.ErrorIs(t, err, frontegg.ErrNotFound)
	assert.Equal(t, 1, resp.RateLimit.Limit)
	assert.GreaterOrEqual(t, time.Since(began), 2*time.Millisecond)
	_, err = c.Groups.Get(t.Context(), "none")
	require.ErrorIs(t, err, frontegg.ErrRateLimited)
	r.stop()
	require.NoError(t, <-r.ended)
}

func TestRun_InvalidCommandLine(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		args []string
		says string
	}{
		"an unknown flag":     {[]string{"-port", "1"}, "-port"},
		"an argument":         {[]string{"4010"}, `"4010"`},
		"no time to live":     {[]string{"-token-ttl", "0s"}, "-token-ttl"},
		"a negative limit":    {[]string{"-rate-limit", "-1"}, "-rate-limit"},
		"half of credentials": {[]string{"-client-id", "x"}, "go together"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr strings.Builder
			require.ErrorIs(t, run(t.Context(), row.args, &stdout, &stderr), errUsage)
			assert.Empty(t, stdout.String())
			assert.Contains(t, stderr.String(), row.says)
		})
	}
	t.Run("an address that is taken", func(t *testing.T) {
		t.Parallel()
		r := start(t)
		err := run(t.Context(), []string{"-addr", strings.TrimPrefix(r.url, "http://")}, io.Discard, io.Discard)
		require.ErrorContains(t, err, "-addr")
		r.stop()
		require.NoError(t, <-r.ended)
	})
}
