package frontegg_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

// filters are what _email may match.
var filters = map[string]func(email, wanted string) bool{
	"exact": func(email, wanted string) bool { return email == wanted }, "prefix": strings.HasPrefix, "contains": strings.Contains, "ignored": nil,
	"without case": strings.EqualFold,
}

func TestUsers_FindByEmail_Filter(t *testing.T) {
	t.Parallel()
	for name, filter := range filters {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows := append(numbered(450), "zed", "zed.1")
			slices.Reverse(rows) // so that the prefix of an address comes after it
			c := clientOf(t, (&table{limit: 200, rows: rows, filter: filter}).RoundTrip)
			for _, id := range []string{"g00000", "g00449", "zed"} {
				for _, email := range []string{id + "@acme.com", strings.ToUpper(id) + "@Acme.com"} {
					u, err := c.Users.FindByEmail(t.Context(), email)
					require.NoError(t, err)
					assert.Equal(t, id, u.ID)
				}
			}
			for _, email := range []string{"z@acme.com", "zed@acme.co", "ed@acme.com"} {
				_, err := c.Users.FindByEmail(t.Context(), email)
				require.ErrorIs(t, err, frontegg.ErrNotFound)
			}
		})
	}
}

func TestUsers_FindByEmails_Filter(t *testing.T) {
	t.Parallel()
	emails := []string{"g01449@acme.com", "G00300@ACME.com", "unknown@acme.com", "g0000@acme.com"}
	for name, filter := range filters {
		for _, noTotals := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, no totals: %v", name, noTotals), func(t *testing.T) {
				t.Parallel()
				s := &table{limit: 200, rows: numbered(1_450), filter: filter, noTotals: noTotals}
				found, err := clientOf(t, s.RoundTrip).Users.FindByEmails(t.Context(), emails)
				require.NoError(t, err)
				require.Len(t, found, 2)
				assert.Equal(t, []string{"g01449", "g00300"}, []string{found[emails[0]].ID, found[emails[1]].ID})
				requests := 5 // one in lower case
				if name == "ignored" {
					requests = 4 + 8 // pages
					if noTotals {
						requests += 8 // read ahead
					}
				}
				assert.LessOrEqual(t, len(s.requested), requests)
			})
		}
	}
	t.Run("more users than a page has", func(t *testing.T) {
		t.Parallel()
		s := &table{limit: 100, rows: numbered(150)} // on one page, by its totals
		found, err := clientOf(t, s.RoundTrip).Users.FindByEmails(t.Context(), []string{"g00149@acme.com"})
		require.NoError(t, err)
		assert.Len(t, found, 1)
	})
}

func TestUsers_FindByEmail_Rows(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ row, id string }{
		"the user":                {`{"id":"u1","email":"kim@acme.com","tenantIds":["other","acme"]}`, "u1"},
		"no tenants":              {`{"id":"u1","email":"kim@acme.com"}`, "u1"},
		"only in other tenants":   {`{"id":"u1","email":"kim@acme.com","tenantId":"acme","tenantIds":["other"]}`, ""},
		"Kelvin sign":             {`{"id":"u1","email":"\u212aim@acme.com"}`, ""},
		"dotless i":               {`{"id":"u1","email":"k\u0131m@acme.com"}`, ""},
		"blank":                   {`{"id":"u1","email":" kim@acme.com"}`, ""},
		"no address":              {`{"id":"u1","email":null}`, ""},
		"all fields":              {`{"id":"u1","email":"Kim@acme.com","externalId":"x","verified":true,"isLocked":true,"lastLogin":null,"managedBy":"external","metadata":null}`, "u1"},
		"a name in another order": {`{"email":"KIM@ACME.COM","id":"u1"}`, "u1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := clientOf(t, func(*http.Request) (*http.Response, error) {
				return httpmock.NewStringResponse(200, `{"items":[`+tt.row+`],"_metadata":{"totalItems":1,"totalPages":1}}`), nil
			})
			u, err := c.Users.FindByEmail(t.Context(), "kim@acme.com")
			several, severalErr := c.Users.FindByEmails(t.Context(), []string{"kim@acme.com", "b@c", "c@c", "d@c", "e@c", "f@c"})
			require.NoError(t, severalErr)
			if tt.id == "" {
				require.ErrorIs(t, err, frontegg.ErrNotFound)
				assert.Empty(t, several)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.id, u.ID)
			assert.Equal(t, map[string]frontegg.User{"kim@acme.com": *u}, several)
		})
	}
}

func TestUsers_All_OtherTenants(t *testing.T) {
	t.Parallel()
	const rows = `{"id":"u1","tenantIds":["acme"]},{"id":"u2","tenantIds":["other"]},{"id":"u3","tenantIds":["other","acme"]},{"id":"u4"},{"id":"u5","tenantIds":["sub"]}`
	respond := func(*http.Request) (*http.Response, error) {
		return httpmock.NewStringResponse(200, `{"items":[`+rows+`],"_metadata":{"totalItems":5,"totalPages":1}}`), nil
	}
	c := clientOf(t, respond)
	for include, want := range map[bool][]string{false: {"u1", "u3", "u4"}, true: {"u1", "u2", "u3", "u4", "u5"}} {
		var ids []string
		for u, err := range c.Users.All(t.Context(), frontegg.UserWalkOptions{IncludeSubTenants: include}) {
			require.NoError(t, err)
			ids = append(ids, u.ID)
		}
		assert.Equal(t, want, ids)
	}
}

// flaky returns a transport whose responses are faulty now and then.
func flaky(rt roundTripper, random *rand.Rand) roundTripper {
	var mu sync.Mutex
	return func(r *http.Request) (*http.Response, error) {
		resp, err := rt(r)
		if err != nil {
			return resp, err
		}
		mu.Lock()
		fault := random.IntN(12)
		mu.Unlock()
		switch fault {
		case 0:
			return httpmock.NewStringResponse(503, "<html>"), nil
		case 1:
			resp = httpmock.NewStringResponse(429, "")
			resp.Header.Set("Retry-After", "3")
		case 2:
			resp.Body = io.NopCloser(io.MultiReader(io.LimitReader(resp.Body, 50), iotestErr{}))
		case 3:
			return nil, errors.New("connection reset")
		}
		return resp, nil
	}
}

// iotestErr is a reader that fails.
type iotestErr struct{}

func (iotestErr) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestUsers_FindByEmails_Property(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(seed, 1))
				names := []string{"exact", "prefix", "contains", "ignored", "without case"}
				s := &table{
					limit: []int{50, 200}[random.IntN(2)], byLimit: random.IntN(2) == 0, noTotals: random.IntN(3) == 0,
					rows: numbered(random.IntN(1_200)), filter: filters[names[random.IntN(len(names))]],
				}
				var emails []string
				want := map[string]string{}
				for range random.IntN(60) {
					n := random.IntN(1_500)
					email := fmt.Sprintf("g%05d@acme.com", n)
					if random.IntN(3) == 0 {
						email = strings.ToUpper(email)
					}
					emails = append(emails, email)
					if n < len(s.rows) {
						want[email] = fmt.Sprintf("g%05d", n)
					}
				}
				c := clientOf(t, flaky(s.RoundTrip, random), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 40}))
				found, err := c.Users.FindByEmails(t.Context(), emails)
				require.NoError(t, err)
				got := map[string]string{}
				for email, u := range found {
					got[email] = u.ID
				}
				assert.Equal(t, want, got)
			})
		})
	}
}

func TestLookups_Errors(t *testing.T) {
	t.Parallel()
	c := clientOf(t, func(*http.Request) (*http.Response, error) { return httpmock.NewStringResponse(403, ""), nil })
	ctx := t.Context()
	many := []string{"a@b", "b@b", "c@b", "d@b", "e@b", "f@b"}
	for op, call := range map[string]func() error{
		"users.findByEmail":  func() error { _, err := c.Users.FindByEmail(ctx, "a@b.c"); return err },
		"users.findByEmails": func() error { _, err := c.Users.FindByEmails(ctx, many); return err },
		"roles.findByKeys":   func() error { _, err := c.Roles.FindByKeys(ctx, []string{"k"}); return err },
		"users.groupIDs":     func() error { _, err := c.Users.GroupIDs(ctx, []string{"u"}); return err },
		"groups.findByName":  func() error { _, err := c.Groups.FindByName(ctx, "n"); return err },
		"groups.ensure": func() error {
			_, _, err := c.Groups.Ensure(ctx, frontegg.CreateGroupParams{Name: "n"})
			return err
		},
		"groups.setRoles": func() error { _, err := c.Groups.SetRoles(ctx, "g", nil); return err },
		"groups.setUsers": func() error { _, err := c.Groups.SetUsers(ctx, "g", nil); return err },
	} {
		err := call()
		var apiErr *frontegg.APIError
		require.ErrorAs(t, err, &apiErr)
		assert.Equal(t, op, apiErr.Op)
		require.ErrorContains(t, err, "frontegg: "+op+": ")
	}
	_, err := c.Users.FindByEmails(ctx, many[:3])
	require.ErrorIs(t, err, frontegg.ErrForbidden, "also when they are looked up one by one")
}

func TestZeroValues(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var none *frontegg.Client
	for name, c := range map[string]*frontegg.Client{"nil": none, "zero": {}, "view of nil": none.ForTenant("acme"), "view of zero": new(frontegg.Client).ForTenant("acme")} {
		require.NoError(t, c.Close(), name)
		var invalid *frontegg.ValidationError
		require.ErrorAs(t, c.Do(ctx, frontegg.Request{Method: "GET", Path: "/x"}, nil), &invalid, name)
		if c == nil {
			continue
		}
		_, err := c.Groups.List(ctx)
		require.ErrorAs(t, err, &invalid, name)
		_, err = c.Groups.BulkGet(ctx, []string{"g"})
		require.ErrorAs(t, err, &invalid, name)
		_, err = c.Groups.SetUsers(ctx, "g", nil)
		require.ErrorAs(t, err, &invalid, name)
		_, _, err = c.Groups.Ensure(ctx, frontegg.CreateGroupParams{Name: "n"})
		require.ErrorAs(t, err, &invalid, name)
		_, err = c.Users.FindByEmail(ctx, "a@b.c")
		require.ErrorAs(t, err, &invalid, name)
		_, err = c.Users.FindByEmails(ctx, []string{"a@b.c"})
		require.ErrorAs(t, err, &invalid, name)
		_, err = c.Users.RoleIDs(ctx, []string{"u"})
		require.ErrorAs(t, err, &invalid, name)
		_, err = c.Roles.FindByKeys(ctx, []string{"k"})
		require.ErrorAs(t, err, &invalid, name)
		for _, err := range c.Tenants.All(ctx, frontegg.TenantWalkOptions{}) {
			require.ErrorAs(t, err, &invalid, name)
		}
	}
	for _, err := range []error{
		&frontegg.APIError{}, &frontegg.TransportError{}, &frontegg.DecodeError{}, &frontegg.ValidationError{},
		&frontegg.RateLimitError{}, &frontegg.AuthError{}, &frontegg.BatchError{},
	} {
		assert.Contains(t, err.Error(), "frontegg: ", "%T", err)
		assert.NotContains(t, err.Error(), "<nil>", "%T", err)
		assert.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
		assert.NoError(t, errors.Unwrap(err))
	}
	assert.NotEmpty(t, new(frontegg.APIError).LogValue().String())
	assert.False(t, (*frontegg.GroupPage)(nil).HasNext())
	require.NoError(t, frontegg.Group{}.DecodeMetadata(nil))
	assert.Equal(t, "[REDACTED]", frontegg.Secret("").String())
}

func TestRoles_OtherTenants(t *testing.T) {
	t.Parallel()
	const rows = `{"id":"r1","key":"k"},{"id":"r2","key":"k","tenantId":"other"},{"id":"r3","key":"own","tenantId":"acme"}`
	c := clientOf(t, func(*http.Request) (*http.Response, error) {
		return httpmock.NewStringResponse(200, `{"items":[`+rows+`],"_metadata":{"totalItems":3,"totalPages":1}}`), nil
	})
	roles, err := c.Roles.List(t.Context())
	require.NoError(t, err)
	require.Len(t, roles, 2)
	found, err := c.Roles.FindByKeys(t.Context(), []string{"k", "own"})
	require.NoError(t, err)
	assert.Equal(t, []string{"r1", "r3"}, []string{found["k"].ID, found["own"].ID})
}

func TestUsers_GroupIDs_Rows(t *testing.T) {
	t.Parallel()
	var urls []string
	var mu sync.Mutex
	c := clientOf(t, func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		urls = append(urls, r.URL.RequestURI())
		return httpmock.NewStringResponse(200, `[{"userId":"u1","tenantId":"acme","groupIds":["g1","g1"],"roleIds":null},
			{"userId":"u1","tenantId":"other","groupIds":["g2"]},{"userId":"u9","groupIds":["g3"]},{"userId":"u2","groupIds":[]},{"userId":"u1","groupIds":["g4"]}]`), nil
	})
	got, err := c.Users.GroupIDs(t.Context(), []string{"u1", "u2"})
	require.NoError(t, err)
	assert.Equal(t, map[string][]string{"u1": {"g1", "g4"}}, got)

	urls = nil
	long := make([]string, 100)
	for i := range long {
		long[i] = fmt.Sprintf("%0128d", i)
	}
	_, err = c.Users.GroupIDs(t.Context(), long)
	require.NoError(t, err)
	assert.Len(t, urls, 3)
	for _, u := range urls {
		assert.Less(t, len(u), 8_000, "the longest URL that the server accepts")
	}
}
