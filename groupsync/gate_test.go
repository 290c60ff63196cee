package groupsync_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
	"github.com/frontegg-go/frontegg/internal/fakehttp"
)

// gate is a transport that decides about each write before the server sees it.
type gate struct {
	next http.RoundTripper

	mu sync.Mutex
	// decide returns the status of a refusal, 0 to let the write pass, or an error.
	// nil: all pass.
	decide func(w write) (int, error)
	passed []write // writes that passed, in order

	// interrupt is called before each request, lose after each write that passed; an
	// error is what the caller gets. nil: they are not called.
	interrupt, lose func() error
}

// write is a request that writes.
type write struct {
	op, path, body string // op is like "POST users"
}

func (w write) String() string { return w.op + " " + w.body }

// has reports whether the write is about the group or the member with that ID or
// name.
func (w write) has(id string) bool {
	return strings.Contains(w.path, "/"+id) || strings.Contains(w.body, `"`+id+`"`)
}

func (g *gate) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.Contains(req.URL.Path, "auth") { // a failed login is remembered for a while
		return g.next.RoundTrip(req)
	}
	if err := g.call(g.interrupt); err != nil {
		return nil, err
	}
	if req.Method == http.MethodGet || strings.Contains(req.URL.Path, "bulkGet") {
		return g.next.RoundTrip(req)
	}
	body := ""
	if req.Body != nil {
		b, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		body = string(b)
		req = req.Clone(req.Context())
		req.Body = io.NopCloser(strings.NewReader(body))
	}
	w := write{op: req.Method + " group", path: req.URL.Path, body: body}
	for _, list := range []string{"users", "roles"} {
		if strings.HasSuffix(req.URL.Path, "/"+list) {
			w.op = req.Method + " " + list
		}
	}
	g.mu.Lock()
	status, err := 0, error(nil)
	if g.decide != nil {
		status, err = g.decide(w)
	}
	if status == 0 && err == nil {
		g.passed = append(g.passed, w)
	}
	g.mu.Unlock()
	switch {
	case err != nil:
		return nil, err
	case status != 0:
		return fakehttp.Reply(status, fmt.Sprintf(`{"errors":["refused with %d"]}`, status))(req)
	}
	resp, err := g.next.RoundTrip(req)
	if lost := g.call(g.lose); lost != nil && err == nil {
		_ = resp.Body.Close()
		return nil, lost
	}
	return resp, err
}

func (g *gate) call(f func() error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f == nil {
		return nil
	}
	return f()
}

// ops are the writes that passed, in order.
func (g *gate) ops() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := make([]string, len(g.passed))
	for i, w := range g.passed {
		out[i] = w.op
	}
	return out
}

// newGatedWorld returns a world whose client sends through a gate.
func newGatedWorld(t *testing.T, actual ...frontegg.Group) (*world, *gate) {
	t.Helper()
	w := newWorld(t)
	for _, g := range actual {
		w.AddGroup(tenant, g)
	}
	g := &gate{next: w.Transport()}
	client, err := w.MemoryClient(
		frontegg.WithTenant(tenant), frontegg.WithHTTPClient(&http.Client{Transport: g}),
		frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	w.client = client
	return w, g
}

// reject lets the gate respond with a status to the writes that match.
func (g *gate) reject(status int, match func(w write) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.decide = func(w write) (int, error) {
		if match(w) {
			return status, nil
		}
		return 0, nil
	}
}

// withRoles returns the group with roles.
func withRoles(g frontegg.Group, ids ...string) frontegg.Group {
	g.Roles = rolesOf(ids...)
	return g
}

// failures returns the failed steps, and the IDs that were rejected.
func failures(r groupsync.Report) []string {
	var out []string
	for _, f := range r.Failed {
		s := f.Step.String()
		if f.IDs != nil {
			s += " " + strings.Join(f.IDs, ",")
		}
		out = append(out, s)
	}
	return out
}

// notTried are the steps that were skipped because of a failure.
func notTried(r groupsync.Report) []string {
	var out []string
	for _, s := range r.Skipped {
		if s.Reason == groupsync.ReasonFailed {
			out = append(out, s.Detail)
		}
	}
	slices.Sort(out)
	return out
}
