package frontegg_test

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

// table is a server with rows that change while pages are read.
type table struct {
	mu        sync.Mutex
	rows      []string
	limit     int  // rows per page at most
	byLimit   bool // totalPages counts pages of limit rows, not of the requested size
	noTotals  bool
	byRow     bool // _offset counts rows, not pages
	maxRows   int  // a response with more rows is too large
	before    func(t *table, page int)
	delay     time.Duration
	filter    func(email, wanted string) bool // nil: _email is ignored
	requested []string                        // limit and offset of the requests
	current   int                             // requests without a response
	most      int                             // maximum of current
}

func (s *table) respond(r *http.Request) (*http.Response, error) {
	s.count(1)
	defer s.count(-1)
	select {
	case <-time.After(s.delay):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	query := r.URL.Query()
	asked, _ := strconv.Atoi(query.Get("_limit"))
	page, _ := strconv.Atoi(query.Get("_offset"))
	s.requested = append(s.requested, query.Get("_limit")+"/"+query.Get("_offset"))
	if s.before != nil {
		s.before(s, page)
	}
	size := min(asked, s.limit)
	rows := s.filtered(query.Get("_email"))
	first := page * size
	if s.byRow {
		first = page
	}
	items := rows[min(first, len(rows)):min(first+size, len(rows))]
	var body strings.Builder
	body.WriteString(`{"items":[`)
	for i, id := range items {
		if i > 0 {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `{"id":%q,"tenantId":%q,"email":"%s@acme.com","key":"k-%s","name":%q}`, id, id, id, id, id)
	}
	if s.maxRows > 0 && len(items) > s.maxRows {
		body.WriteString(strings.Repeat(" ", 33<<20))
	}
	body.WriteString("]")
	counted := asked
	if s.byLimit {
		counted = size
	}
	if !s.noTotals {
		fmt.Fprintf(&body, `,"_metadata":{"totalItems":%d,"totalPages":%d}`, len(s.rows), (len(s.rows)+counted-1)/counted)
	}
	body.WriteString("}")
	return reply(200, body.String())(r)
}

// client returns a client of the table.
func (s *table) client(t *testing.T) *frontegg.Client {
	t.Helper()
	return newClient(t, &fakeTransport{Respond: s.respond})
}

// count adds n to the number of requests without a response.
func (s *table) count(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current += n
	s.most = max(s.most, s.current)
}

// filtered returns the rows that the filter of a request matches.
func (s *table) filtered(email string) []string {
	if s.filter == nil || email == "" {
		return s.rows
	}
	return slices.DeleteFunc(slices.Clone(s.rows), func(id string) bool { return !s.filter(id+"@acme.com", email) })
}

// walks are the walks, which share their rules.
func walks(c *frontegg.Client, size, concurrency int) map[string]func(context.Context) ([]string, error) {
	return map[string]func(context.Context) ([]string, error){
		"groups": func(ctx context.Context) ([]string, error) {
			return collect(c.Groups.All(ctx, frontegg.WalkOptions{PageSize: size, Concurrency: concurrency}), func(g frontegg.Group) string { return g.ID })
		},
		"users": func(ctx context.Context) ([]string, error) {
			return collect(c.Users.All(ctx, frontegg.UserWalkOptions{PageSize: size, Concurrency: concurrency}), func(u frontegg.User) string { return u.ID })
		},
		"tenants": func(ctx context.Context) ([]string, error) {
			return collect(c.Tenants.All(ctx, frontegg.TenantWalkOptions{PageSize: size, Concurrency: concurrency}), func(t frontegg.Tenant) string { return t.ID })
		},
	}
}

// collect returns the IDs of a walk up to its error.
func collect[T any](walk iter.Seq2[T, error], id func(T) string) (found []string, err error) {
	for row, err := range walk {
		if err != nil {
			return found, err
		}
		found = append(found, id(row))
	}
	return found, nil
}

var concurrencies = []int{1, 2, 8, 16}

func TestWalk_Complete(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		table *table
		rows  int
		size  int
	}{
		"page size above the limit":              {&table{limit: 200}, 450, 500},
		"page size between":                      {&table{limit: 200}, 450, 300},
		"server with smaller pages":              {&table{limit: 100}, 450, 200},
		"smaller pages, one page by the count":   {&table{limit: 100}, 150, 200},
		"smaller pages, counted as they are":     {&table{limit: 100, byLimit: true}, 450, 0},
		"no totals":                              {&table{limit: 100, noTotals: true}, 450, 0},
		"offset counts rows":                     {&table{limit: 200, byRow: true}, 450, 0},
		"offset counts rows, no totals":          {&table{limit: 200, byRow: true, noTotals: true}, 250, 0},
		"smallest pages":                         {&table{limit: 200}, 7, 1},
		"full last page":                         {&table{limit: 200}, 400, 0},
		"too large for pages of 200 and 100":     {&table{limit: 200, maxRows: 60}, 450, 0},
		"too large for all but the last page":    {&table{limit: 200, maxRows: 199}, 401, 0},
		"too large but for a single row, no sum": {&table{limit: 200, maxRows: 1, noTotals: true}, 5, 3},
	} {
		for _, concurrency := range concurrencies {
			for _, kind := range []string{"groups", "users", "tenants"} {
				if tt.table.maxRows > 0 && (kind != "groups" || concurrency == 2) {
					continue // the bodies are large
				}
				t.Run(fmt.Sprintf("%s, %s, %d at once", name, kind, concurrency), func(t *testing.T) {
					t.Parallel()
					s := &table{limit: tt.table.limit, byLimit: tt.table.byLimit, noTotals: tt.table.noTotals, byRow: tt.table.byRow, maxRows: tt.table.maxRows, rows: ids("g", tt.rows)}
					got, err := walks(s.client(t), tt.size, concurrency)[kind](t.Context())
					require.NoError(t, err)
					assert.Equal(t, s.rows, got)
					for _, r := range s.requested {
						limit, _, _ := strings.Cut(r, "/")
						n, _ := strconv.Atoi(limit)
						assert.LessOrEqual(t, n, 200)
					}
				})
			}
		}
	}
}

func TestWalk_RowsInserted(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 2, 3, 10} {
		for _, noTotals := range []bool{false, true} {
			if noTotals && size > 2 {
				continue // cannot be told from a server that repeats a page
			}
			t.Run(fmt.Sprintf("pages of %d, no totals: %v", size, noTotals), func(t *testing.T) {
				t.Parallel()
				s := &table{limit: 200, rows: ids("g", 20), noTotals: noTotals, before: func(s *table, page int) {
					if page == 1 || page == 4 {
						for i := range size {
							s.rows = slices.Insert(s.rows, 0, fmt.Sprintf("a%d-%d", page, i))
						}
					}
				}}
				got, err := walks(s.client(t), size, 1)["groups"](t.Context())
				require.NoError(t, err)
				assert.Equal(t, ids("g", 20), got)
			})
		}
	}
}

func TestWalk_RowsRepeated(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		pages    []string // the last one is repeated
		items    int
		want     []string
		requests int
	}{
		"on a page":    {[]string{`{"id":"a"},{"id":"b"},{"id":"a"}`}, 3, []string{"a", "b"}, 1},
		"on two pages": {[]string{`{"id":"a"},{"id":"b"}`, `{"id":"b"},{"id":"c"}`}, 4, []string{"a", "b", "c"}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var steps []responder
			for _, rows := range tt.pages {
				steps = append(steps, reply(200, fmt.Sprintf(`{"items":[%s],"_metadata":{"totalItems":%d,"totalPages":%d}}`, rows, tt.items, len(tt.pages))))
			}
			s := &fakeTransport{Respond: script(steps...)}
			got, err := walks(newClient(t, s), 0, 1)["groups"](t.Context())
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			assert.Len(t, s.Seen, tt.requests)
		})
	}
}

func TestWalk_RepeatedPage(t *testing.T) {
	t.Parallel()
	for size, requests := range map[int]int{1: 4, 2: 4, 3: 2, 200: 2} {
		for _, kind := range []string{"groups", "users", "tenants"} {
			s := &table{limit: 200, rows: ids("g", 500)}
			c := newClient(t, &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) {
				query := r.URL.Query()
				query.Set("_offset", "0")
				r = r.Clone(r.Context())
				r.URL.RawQuery = query.Encode()
				return s.respond(r)
			}})
			got, err := walks(c, size, 1)[kind](t.Context())
			require.ErrorIs(t, err, frontegg.ErrPagination)
			require.ErrorContains(t, err, kind+".all")
			assert.Equal(t, ids("g", size), got)
			assert.Len(t, s.requested, requests)
		}
	}
}

func TestWalk_RowsDeleted(t *testing.T) {
	t.Parallel()
	for _, concurrency := range concurrencies {
		for _, rows := range []int{1, 199, 200, 201, 450, 1_000, 3_000} {
			t.Run(fmt.Sprintf("all of %d, %d at once", rows, concurrency), func(t *testing.T) {
				t.Parallel()
				s := &table{limit: 200, rows: ids("g", rows)}
				n := 0
				for g, err := range s.client(t).Groups.All(t.Context(), frontegg.WalkOptions{Concurrency: concurrency}) {
					require.NoError(t, err)
					s.mu.Lock()
					s.rows = slices.DeleteFunc(s.rows, func(id string) bool { return id == g.ID })
					s.mu.Unlock()
					n++
				}
				assert.Equal(t, rows, n)
				assert.Empty(t, s.rows)
			})
		}
		t.Run(fmt.Sprintf("one of many, %d at once", concurrency), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &table{limit: 200, rows: ids("g", 3_000), delay: time.Millisecond, before: func(s *table, page int) {
					if page == 7 {
						s.rows = slices.DeleteFunc(s.rows, func(id string) bool { return id == "g00003" })
					}
				}}
				got, err := walks(s.client(t), 0, concurrency)["groups"](t.Context())
				require.NoError(t, err)
				slices.Sort(got)
				assert.Equal(t, ids("g", 3_000), got)
				assert.LessOrEqual(t, len(s.requested), 15+3+concurrency, "a few pages are read again")
			})
		})
	}
}

func TestWalk_Concurrency(t *testing.T) {
	t.Parallel()
	const delay = 50 * time.Millisecond
	for n, rounds := range map[int]int{1: 100, 2: 52, 8: 16, 16: 10} {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &table{limit: 200, rows: ids("g", 20_000), delay: delay}
				began := time.Now()
				got, err := walks(s.client(t), 0, n)["groups"](t.Context())
				require.NoError(t, err)
				assert.Equal(t, s.rows, got)
				assert.Equal(t, n, s.most)
				assert.Len(t, s.requested, 100, "no page is requested twice, and none after the last")
				assert.LessOrEqual(t, time.Since(began), time.Duration(rounds)*delay)
			})
		})
	}
}
