package fronteggtest_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/frontegg-go/frontegg/fronteggtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	v1 = "/identity/resources/groups/v1"
	v2 = "/identity/resources/groups/v2"
)

// caller sends plain HTTP: these tests do not rely on the client.
type caller struct {
	t      *testing.T
	http   http.Client
	base   string
	header http.Header
}

// result is a response with its body.
type result struct {
	status int
	header http.Header
	body   string
}

// inMemory returns a caller with an environment token and the tenant acme.
func inMemory(t *testing.T, s *fronteggtest.Server) *caller {
	return &caller{t: t, http: http.Client{Transport: s.Transport()}, base: "http://fake", header: headers(s)}
}

// overTCP is inMemory through a port.
func overTCP(t *testing.T, s *fronteggtest.Server) *caller {
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &caller{t: t, http: http.Client{Transport: transport}, base: s.URL(), header: headers(s)}
}

func headers(s *fronteggtest.Server) http.Header {
	return http.Header{
		"Authorization":      {"Bearer " + s.IssueToken("")},
		"Frontegg-Tenant-Id": {"acme"},
		"Content-Type":       {"application/json"},
	}
}

// with returns a caller with another header; an empty value removes it.
func (c *caller) with(key, value string) *caller {
	out := *c
	out.header = c.header.Clone()
	out.header.Set(key, value)
	if value == "" {
		out.header.Del(key)
	}
	return &out
}

// of returns the caller for a subtest.
func (c *caller) of(t *testing.T) *caller {
	out := *c
	out.t = t
	return &out
}

// try sends a request and reads the whole response.
func (c *caller) try(method, path, body string) (result, error) {
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, reader)
	require.NoError(c.t, err)
	req.Header = c.header.Clone()
	resp, err := c.http.Do(req)
	if err != nil {
		return result{}, err
	}
	b, err := io.ReadAll(resp.Body)
	return result{resp.StatusCode, resp.Header, string(b)}, errors.Join(err, resp.Body.Close())
}

// do is try for a request that gets a response.
func (c *caller) do(method, path, body string) result {
	c.t.Helper()
	a, err := c.try(method, path, body)
	require.NoError(c.t, err)
	return a
}

// read decodes the body.
func (a result) read(t *testing.T, into any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(a.body), into), a.body)
}

// row holds the fields of a group that tests compare.
type row struct {
	ID, Name, Color, Description, Metadata, ManagedBy, CreatedAt, UpdatedAt string

	Roles, Users []struct{ ID string }
}

type groupList struct{ Groups []row }

type groupPage struct {
	Items    []row
	Links    struct{ Next, Prev, First, Last string } `json:"_links"`
	Metadata struct{ TotalItems, TotalPages int }     `json:"_metadata"`
}

func names(rows []row) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.Name
	}
	return out
}
