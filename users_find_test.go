package frontegg_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestUsers_FindByEmail(t *testing.T) {
	t.Parallel()
	s, c := company(t, 3)
	s.AddUser("acme", frontegg.User{ID: "plus", Email: "Ada+Test@acme.com"})
	s.AddUser("globex", frontegg.User{ID: "other", Email: "eva@globex.com"})
	for name, tt := range map[string]struct{ email, id string }{
		"exact":        {"user1@acme.com", "u00001"},
		"case":         {"USER1@Acme.COM", "u00001"},
		"plus":         {"ada+test@acme.com", "plus"},
		"prefix":       {"user1@acme.co", ""},
		"other tenant": {"eva@globex.com", ""},
		"unknown":      {"nobody@acme.com", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, err := c.Users.FindByEmail(t.Context(), tt.email)
			if tt.id == "" {
				require.ErrorIs(t, err, frontegg.ErrNotFound)
				require.ErrorContains(t, err, "users.findByEmail")
				assert.Nil(t, u)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.id, u.ID)
		})
	}
}

func TestUsers_FindByEmails(t *testing.T) {
	t.Parallel()
	addresses := func(from, to int) []string {
		var out []string
		for i := from; i < to; i++ {
			out = append(out, fmt.Sprintf("user%d@acme.com", i))
		}
		return out
	}
	for name, tt := range map[string]struct {
		users    int
		emails   []string
		found    int
		requests int
	}{
		"none":                          {1, nil, 0, 0},
		"a few of many":                 {2_000, addresses(500, 505), 5, 5},
		"duplicates and case":           {2_000, []string{"user7@acme.com", "USER7@acme.com", "user7@acme.com"}, 2, 1},
		"some of a page":                {150, addresses(0, 100), 100, 1},
		"some of a page and one more":   {150, addresses(100, 201), 50, 1},
		"fewer than pages":              {4_000, addresses(1_000, 1_010), 10, 11},
		"more than pages":               {2_000, addresses(0, 1_990), 1_990, 10},
		"unknown ones":                  {2_000, addresses(5_000, 5_100), 0, 10},
		"all on the first of two pages": {400, addresses(0, 10), 10, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := company(t, tt.users)
			found, err := c.Users.FindByEmails(t.Context(), tt.emails)
			require.NoError(t, err)
			assert.NotNil(t, found)
			assert.Len(t, found, tt.found)
			assert.Equal(t, tt.requests, s.Count("users.listPage"))
			for email, u := range found {
				assert.Contains(t, tt.emails, email)
				assert.Equal(t, strings.ToLower(email), u.Email)
			}
		})
	}
}

func TestUsers_FindByEmails_Invalid(t *testing.T) {
	t.Parallel()
	s, c := company(t, 1)
	for _, email := range []string{"", "jane", "@acme.com", "jane@", "jane doe@acme.com", "jane\n@acme.com", "jane@acme.com\x00", "a\xff@acme.com", strings.Repeat("x", 400) + "@acme.com"} {
		_, err := c.Users.FindByEmails(t.Context(), []string{"user0@acme.com", email})
		var invalid *frontegg.ValidationError
		require.ErrorAs(t, err, &invalid, email)
		assert.Equal(t, "emails[1]", invalid.Field)
		_, err = c.Users.FindByEmail(t.Context(), email)
		require.ErrorAs(t, err, &invalid, email)
		assert.Equal(t, "email", invalid.Field)
	}
	assert.Empty(t, s.Requests())
}

func TestUsers_FindByEmails_Error(t *testing.T) {
	t.Parallel()
	c := newClient(t, &fakeTransport{Respond: reply(403, "")})
	for _, n := range []int{1, 100} { // looked up one by one, and in pages
		addresses := ids("u@", n)
		found, err := c.Users.FindByEmails(t.Context(), addresses)
		require.ErrorIs(t, err, frontegg.ErrForbidden)
		assert.Nil(t, found)
	}
}

// filters are ways in which a server may apply _email.
var filters = map[string]func(email, wanted string) bool{
	"exact": func(email, wanted string) bool { return email == wanted }, "prefix": strings.HasPrefix, "contains": strings.Contains,
	"ignored": nil, "without case": strings.EqualFold,
}

func TestUsers_FindByEmail_Filter(t *testing.T) {
	t.Parallel()
	for name, filter := range filters {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows := append(ids("g", 450), "zed", "zed.1")
			slices.Reverse(rows) // so that the prefix of an address comes after it
			c := (&table{limit: 200, rows: rows, filter: filter}).client(t)
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
				s := &table{limit: 200, rows: ids("g", 1_450), filter: filter, noTotals: noTotals}
				found, err := s.client(t).Users.FindByEmails(t.Context(), emails)
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
		s := &table{limit: 100, rows: ids("g", 150)} // on one page, by its totals
		found, err := s.client(t).Users.FindByEmails(t.Context(), []string{"g00149@acme.com"})
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
			c := newClient(t, &fakeTransport{Respond: reply(200, `{"items":[`+tt.row+`],"_metadata":{"totalItems":1,"totalPages":1}}`)})
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

// flaky returns a responder that responds as respond, but fails now and then.
func flaky(respond responder, random *rand.Rand) responder {
	var mu sync.Mutex
	return func(r *http.Request) (*http.Response, error) {
		resp, err := respond(r)
		if err != nil {
			return resp, err
		}
		mu.Lock()
		fault := random.IntN(12)
		mu.Unlock()
		switch fault {
		case 0:
			return reply(503, "<html>")(r)
		case 1:
			return reply(429, "", "Retry-After", "3")(r)
		case 2:
			resp.Body = io.NopCloser(io.MultiReader(io.LimitReader(resp.Body, 50), iotest.ErrReader(io.ErrUnexpectedEOF)))
		case 3:
			return nil, errors.New("connection reset")
		}
		return resp, nil
	}
}

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
					rows: ids("g", random.IntN(1_200)), filter: filters[names[random.IntN(len(names))]],
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
				c := newClient(t, &fakeTransport{Respond: flaky(s.respond, random)}, frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 40}))
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

func TestUsers_FindByEmails_ReadsAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const rtt = 50 * time.Millisecond
		s := &table{limit: 200, rows: ids("g", 20_000), delay: rtt}
		var emails []string
		for i := 0; i < 20_000; i += 4 {
			emails = append(emails, fmt.Sprintf("G%05d@acme.com", i))
		}
		began := time.Now()
		found, err := s.client(t).Users.FindByEmails(t.Context(), emails)
		require.NoError(t, err)
		assert.Len(t, found, 5_000)
		assert.Len(t, s.requested, 100)
		assert.LessOrEqual(t, time.Since(began), rtt*13*5/4, "13 rounds of 8 requests are the bound")
	})
}

func TestUsers_All(t *testing.T) {
	t.Parallel()
	s, c := company(t, 500)
	s.AddSubTenant("acme", frontegg.Tenant{ID: "sub"})
	s.AddUser("sub", frontegg.User{ID: "sub-user", Email: "sub@acme.com"})
	for _, sub := range []bool{false, true} {
		var found []string
		for u, err := range c.Users.All(t.Context(), frontegg.UserWalkOptions{Concurrency: 3, IncludeSubTenants: sub}) {
			require.NoError(t, err)
			found = append(found, u.ID)
		}
		assert.Equal(t, sub, slices.Contains(found, "sub-user"))
		assert.GreaterOrEqual(t, len(found), 500)
	}
	for _, r := range s.Requests() {
		if r.Op == "users.listPage" {
			assert.True(t, r.Query.Has("_includeSubTenants"), "the server's default is true")
		}
	}
}

func TestUsers_All_OtherTenants(t *testing.T) {
	t.Parallel()
	const rows = `{"id":"u1","tenantIds":["acme"]},{"id":"u2","tenantIds":["other"]},{"id":"u3","tenantIds":["other","acme"]},{"id":"u4"},{"id":"u5","tenantIds":["sub"]}`
	c := newClient(t, &fakeTransport{Respond: reply(200, `{"items":[`+rows+`],"_metadata":{"totalItems":5,"totalPages":1}}`)})
	for include, want := range map[bool][]string{false: {"u1", "u3", "u4"}, true: {"u1", "u2", "u3", "u4", "u5"}} {
		all := c.Users.All(t.Context(), frontegg.UserWalkOptions{IncludeSubTenants: include})
		found, err := collect(all, func(u frontegg.User) string { return u.ID })
		require.NoError(t, err)
		assert.Equal(t, want, found)
	}
}
