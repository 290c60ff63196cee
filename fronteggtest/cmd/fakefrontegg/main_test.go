package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
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

// running is a command that has printed its address.
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
	found := regexp.MustCompile(`^# listening on (http://127\.0\.0\.1:\d+) clientId=(\S+) apiKey=(\S+)$`).FindStringSubmatch(r.line(t))
	require.NotNil(t, found)
	r.url, r.id, r.key = found[1], found[2], found[3]
	assert.Equal(t, "export FRONTEGG_BASE_URL="+r.url, r.line(t))
	assert.Equal(t, "export FRONTEGG_CLIENT_ID="+r.id, r.line(t))
	assert.Equal(t, "export FRONTEGG_API_KEY="+r.key, r.line(t))
	return r
}

// line returns the next line that the command prints.
func (r *running) line(t *testing.T) string {
	t.Helper()
	require.True(t, r.lines.Scan())
	return r.lines.Text()
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
	r := start(t, "-seed", "-client-id", "me", "-api-key", "my-key", "-v", "-tenants", "3", "-users", "450")
	assert.Equal(t, []string{"me", "my-key"}, []string{r.id, r.key})
	assert.Equal(t, "export FRONTEGG_TENANT_ID=acme", r.line(t))
	summary := r.line(t)
	found := regexp.MustCompile(`^# tenant acme: 12 groups, 450 users, 5 roles; API token clientId=(\S+) secret=(\S+)$`).FindStringSubmatch(summary)
	require.NotNil(t, found, summary)
	assert.Equal(t, "# tenants tenant-0002 to tenant-0003: 3 groups, 10 users each", r.line(t))

	c := r.client(t, frontegg.WithAPIToken(found[1], found[2]))
	groups, err := c.Groups.List(t.Context(), frontegg.WithRelations(frontegg.RelationsRolesAndUsers))
	require.NoError(t, err)
	require.Len(t, groups, 12)
	scim, emails := 0, map[string]bool{}
	for _, g := range groups {
		for _, u := range g.Users {
			emails[u.Email] = true
		}
		assert.Len(t, g.Roles, 1, g.Name)
		if g.ManagedBy == frontegg.ManagedBySCIM {
			scim++
		}
	}
	assert.Len(t, emails, 450, "addresses are unique")
	assert.Equal(t, 1, scim)

	small, err := r.client(t, frontegg.WithCredentials(r.id, r.key), frontegg.WithTenant("tenant-0003")).Groups.List(t.Context())
	require.NoError(t, err)
	assert.Len(t, small, 3)
	r.stop()
	require.NoError(t, <-r.ended)
	assert.Contains(t, r.stderr.String(), "GET /frontegg/identity/resources/groups/v1?_groupsRelations=rolesAndUsers tenant=- 200 ")
	assert.NotContains(t, r.stderr.String(), found[2])
}

func TestRun_SeedIsTheSameOnEveryStart(t *testing.T) {
	t.Parallel()
	output := func(args ...string) string {
		r := start(t, args...)
		groups := r.get(t, "/_fake/groups?tenant=acme")
		text := r.id + r.key + groups
		if len(args) > 0 {
			text += r.line(t) + r.line(t)
		}
		r.stop()
		require.NoError(t, <-r.ended)
		return text
	}
	one, two := output("-seed"), output("-seed")
	assert.Equal(t, one, two)
	one, two = output(), output()
	assert.NotEqual(t, one, two)
}

// get returns the body of a successful GET.
func (r *running) get(t *testing.T, path string) string {
	t.Helper()
	status, body := r.send(t, http.MethodGet, path, "")
	require.Equal(t, http.StatusOK, status, body)
	return body
}

func (r *running) send(t *testing.T, method, path, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.url+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, errors.Join(err, resp.Body.Close()))
	return resp.StatusCode, string(b)
}

func TestAdmin(t *testing.T) {
	t.Parallel()
	r := start(t, "-seed", "-users", "12")
	c := r.client(t, frontegg.WithCredentials(r.id, r.key), frontegg.WithTenant("acme"))
	inject := func(fault string) int {
		status, _ := r.send(t, http.MethodPost, "/_fake/faults", fault)
		return status
	}
	require.Equal(t, 204, inject(`{"op":"groups.create","drop":"afterApply"}`))
	require.Equal(t, 204, inject(`{"op":"groups.create","mentions":"Refused","status":403,"times":-1,"delay":"1ms","header":{"X-More":["a"]}}`))
	_, err := c.Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "Lost"})
	require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
	for range 2 {
		_, err = c.Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "Refused"})
		require.ErrorIs(t, err, frontegg.ErrForbidden)
	}
	_, err = c.Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "Kept"})
	require.NoError(t, err)

	assert.Contains(t, r.get(t, "/_fake/applied"), `"groups.create":2`)
	var requests []struct {
		Op      string
		Status  int
		Applied bool
	}
	require.NoError(t, json.Unmarshal([]byte(r.get(t, "/_fake/requests?op=groups.create")), &requests))
	require.Len(t, requests, 4)
	status, text := r.send(t, http.MethodGet, "/_fake/requests?op=groups.crate", "")
	assert.Equal(t, 400, status)
	assert.Contains(t, text, "groups.create")
	assert.True(t, requests[0].Applied)
	assert.Zero(t, requests[0].Status)
	assert.False(t, requests[1].Applied)
	assert.Equal(t, 403, requests[1].Status)
	all := r.get(t, "/_fake/requests")
	assert.Contains(t, all, `"body":"{\"name\":\"Lost\"}"`)
	assert.Contains(t, all, `"op":"auth.vendor"`)
	assert.NotContains(t, all, r.key)
	assert.Contains(t, r.get(t, "/_fake/groups?tenant=acme"), `"name":"Lost"`)
	assert.Contains(t, r.get(t, "/_fake/"), "POST   /_fake/faults")

	status, _ = r.send(t, http.MethodDelete, "/_fake/faults", "")
	require.Equal(t, 200, status)
	_, err = c.Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "Refused"})
	require.NoError(t, err)
	status, _ = r.send(t, http.MethodDelete, "/_fake/requests", "")
	require.Equal(t, 200, status)
	assert.Equal(t, "[]", r.get(t, "/_fake/requests"))

	for name, bad := range map[string]string{
		"unknown operation": `{"op":"groups.crate"}`, "unknown member": `{"operation":"groups.list"}`, "no JSON": `{`,
		"unknown drop": `{"drop":"later"}`, "no status": `{"status":99}`, "delay as a number": `{"delay":5}`,
	} {
		assert.Equal(t, 400, inject(bad), name)
	}
	r.stop()
	require.NoError(t, <-r.ended)
}

func TestRun_Flags(t *testing.T) {
	t.Parallel()
	r := start(t, "-rate-limit", "1", "-rate-window", "1h", "-latency", "1ms", "-token-ttl", "2h", "-users-rate-limit", "3", "-request-log", "1")
	c := r.client(t, frontegg.WithCredentials(r.id, r.key), frontegg.WithTenant("acme"))
	var resp frontegg.Response
	began := time.Now()
	_, err := c.Groups.Get(t.Context(), "none", frontegg.WithResponse(&resp))
	require.ErrorIs(t, err, frontegg.ErrNotFound)
	assert.Equal(t, 1, resp.RateLimit.Limit)
	assert.GreaterOrEqual(t, time.Since(began), 2*time.Millisecond)
	_, err = c.Groups.Get(t.Context(), "none")
	require.ErrorIs(t, err, frontegg.ErrRateLimited)
	assert.Equal(t, 1, strings.Count(r.get(t, "/_fake/requests"), `"time"`))
	for i := range 4 {
		status, _ := r.send(t, http.MethodGet, "/identity/resources/users/v3", "")
		assert.Equal(t, i == 3, status == http.StatusTooManyRequests)
	}
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
		"no tenants":          {[]string{"-seed", "-tenants", "0"}, "-tenants"},
		"negative users":      {[]string{"-seed", "-users", "-1"}, "-users"},
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

func TestShellQuote(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"http://127.0.0.1:4010": "http://127.0.0.1:4010", "a-b_c.d~e": "a-b_c.d~e", "": "''", "a b": "'a b'",
		"it's": `'it'\''s'`, "$HOME": "'$HOME'", "a;b": "'a;b'", "http://[::1]:1": "'http://[::1]:1'",
	} {
		assert.Equal(t, want, shellQuote(s))
	}
}
