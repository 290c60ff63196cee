//go:build !race

package frontegg_test

// Under the race detector a sync.Pool drops values on purpose, so these limits do not
// hold.

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestAllocations_Calls(t *testing.T) {
	single := groupOfSize(1, 2)
	params := frontegg.CreateGroupParams{Name: "Engineering", Metadata: `{"note":"` + strings.Repeat("the quick brown fox ", 36) + `"}`}
	created := groupOfSize(0, 0)
	created.Metadata = params.Metadata
	type list struct {
		Groups []frontegg.Group `json:"groups"`
	}
	var hundred list
	for range 100 {
		hundred.Groups = append(hundred.Groups, groupOfSize(2, 7))
	}
	tests := []struct {
		name, method, path string
		params, response   any
		target             func() any
		call               func(context.Context, *frontegg.GroupsService) error
		allocs, bytes      float64 // goals, as shares of the floor
	}{
		{
			"get", http.MethodGet, "/identity/resources/groups/v1/g1", nil, single, func() any { return new(frontegg.Group) },
			func(ctx context.Context, s *frontegg.GroupsService) error { _, err := s.Get(ctx, "g1"); return err }, 1, 0.70,
		},
		{
			"create", http.MethodPost, "/identity/resources/groups/v1", params, created, func() any { return new(frontegg.Group) },
			func(ctx context.Context, s *frontegg.GroupsService) error {
				_, err := s.Create(ctx, params)
				return err
			}, 0.95, 0.70,
		},
		{
			"list", http.MethodGet, "/identity/resources/groups/v1", nil, hundred, func() any { return new(list) },
			func(ctx context.Context, s *frontegg.GroupsService) error { _, err := s.List(ctx); return err }, 0.40, 0.35,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			hc := &http.Client{Transport: fixed(asJSON(t, tt.response))}
			c := newClient(t, hc.Transport)
			floorAllocs, floorBytes := cost(t, func() error { return floorCall(t.Context(), hc, tt.method, base+tt.path, tt.params, tt.target()) })
			allocs, bytes := cost(t, func() error { return tt.call(t.Context(), c.Groups) })
			assert.LessOrEqual(t, allocs/floorAllocs, tt.allocs, "%v allocations, the floor has %v", allocs, floorAllocs)
			assert.LessOrEqual(t, bytes/floorBytes, tt.bytes, "%v bytes, the floor has %v", bytes, floorBytes)
		})
	}
}

func TestAllocations_ForTenant(t *testing.T) {
	c, err := frontegg.NewClient(frontegg.WithToken("token-of-the-test"))
	require.NoError(t, err)
	var view *frontegg.Client
	allocs, bytes := cost(t, func() error { view = c.ForTenant("acme"); return nil })
	require.NotNil(t, view)
	assert.LessOrEqual(t, allocs, 2.0)
	assert.LessOrEqual(t, bytes, 512.0)
}

// groupOfSize returns a group with so many roles and users.
func groupOfSize(roles, users int) frontegg.Group {
	at := time.Date(2026, 3, 14, 15, 9, 26, 535e6, time.UTC)
	g := frontegg.Group{ID: "3f2b6a1c-7d44-4e19-9c0e-000000000001", Name: "Engineering", Metadata: `{"a":1}`, CreatedAt: at, UpdatedAt: at}
	for i := range roles {
		g.Roles = append(g.Roles, frontegg.Role{ID: fmt.Sprintf("role-%d", i), Key: fmt.Sprintf("key-%d", i), Name: "A role", CreatedAt: at, UpdatedAt: at})
	}
	for i := range users {
		g.Users = append(g.Users, frontegg.User{ID: fmt.Sprintf("user-%d", i), Email: fmt.Sprintf("%d@example.com", i), Name: "A person", CreatedAt: at})
	}
	return g
}

// fixed is a transport with one response. It allocates as little as possible, unlike
// fakeTransport.
type fixed string

func (f fixed) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: fixedHeader, Request: r,
		Body: io.NopCloser(strings.NewReader(string(f))), ContentLength: int64(len(f)),
	}, nil
}

var fixedHeader = http.Header{"Content-Type": {"application/json"}}

// floorCall is the floor: the same call by net/http and encoding/json.
func floorCall(ctx context.Context, hc *http.Client, method, url string, params, dst any) error {
	var body io.Reader
	if params != nil {
		b, err := json.Marshal(params)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer token-of-the-test")
	req.Header.Set("frontegg-tenant-id", "acme")
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	return json.NewDecoder(resp.Body).Decode(dst)
}

// cost returns what one call of f allocates, on average.
func cost(t *testing.T, f func() error) (allocs, bytes float64) {
	t.Helper()
	const n = 200
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var before, after runtime.MemStats
	for i := range n + 20 {
		if i == 20 { // warm by now
			runtime.ReadMemStats(&before)
		}
		if err := f(); err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / n, float64(after.TotalAlloc-before.TotalAlloc) / n
}
