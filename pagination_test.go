package frontegg_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

// book is a server of pages that counts the requests.
type book struct {
	delay time.Duration
	page  func(n int) (status int, body string)

	mu       sync.Mutex
	asked    []int
	inFlight int
	most     int
}

func (b *book) RoundTrip(r *http.Request) (*http.Response, error) {
	n, err := strconv.Atoi(r.URL.Query().Get("_offset"))
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	b.asked = append(b.asked, n)
	b.inFlight++
	b.most = max(b.most, b.inFlight)
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.inFlight--
	}()
	select {
	case <-time.After(b.delay):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	status, body := b.page(n)
	return httpmock.NewStringResponse(status, body), nil
}

// pageJSON is page n of a list of total pages, 0 for a server that does not
// count, with the groups of the given ids.
func pageJSON(total int, ids ...string) string {
	rows := make([]string, len(ids))
	for i, id := range ids {
		rows[i] = fmt.Sprintf(`{"id":%q,"name":%q}`, id, id)
	}
	metadata := ""
	if total > 0 {
		metadata = fmt.Sprintf(`,"_metadata":{"totalItems":0,"totalPages":%d}`, total)
	}
	return `{"items":[` + strings.Join(rows, ",") + `]` + metadata + `}`
}

func walker(t *testing.T, b *book, opts ...frontegg.ClientOption) *frontegg.GroupsService {
	t.Helper()
	c, err := frontegg.NewClient(append([]frontegg.ClientOption{
		frontegg.WithToken("token-of-the-test"), frontegg.WithHTTPClient(httpClient(b)),
	}, opts...)...)
	require.NoError(t, err)
	return c.Groups
}

func collect(ctx context.Context, s *frontegg.GroupsService, o frontegg.WalkOptions) (ids []string, err error) {
	for g, e := range s.All(ctx, o) {
		if e != nil {
			return ids, e
		}
		ids = append(ids, g.ID)
	}
	return ids, nil
}

var concurrencies = []int{1, 2, 8, 16}

func TestAll(t *testing.T) {
	t.Parallel()
	four := func(n int) []string { return []string{fmt.Sprintf("g%02d", 2*n), fmt.Sprintf("g%02d", 2*n+1)} }
	tests := []struct {
		name string
		page func(n int) (int, string)
		want []string
		err  error
	}{
		{"nothing", func(int) (int, string) { return 200, pageJSON(0) }, nil, nil},
		{"ends at totalPages", func(n int) (int, string) { return 200, pageJSON(3, four(n)...) }, []string{"g00", "g01", "g02", "g03", "g04", "g05"}, nil},
		{"ends at an empty page where nothing is counted", func(n int) (int, string) {
			if n > 1 {
				return 200, pageJSON(0)
			}
			return 200, pageJSON(0, four(n)...)
		}, []string{"g00", "g01", "g02", "g03"}, nil},
		{"ends at an empty page before totalPages", func(n int) (int, string) {
			if n > 1 {
				return 200, pageJSON(9)
			}
			return 200, pageJSON(9, four(n)...)
		}, []string{"g00", "g01", "g02", "g03"}, nil},
		{"a short page is no end", func(n int) (int, string) {
			return 200, pageJSON(3, four(n)[:2-n%2]...)
		}, []string{"g00", "g01", "g02", "g04", "g05"}, nil},
		{"a row that moved comes once", func(n int) (int, string) {
			return 200, pageJSON(2, [][]string{{"a", "b"}, {"b", "c"}}[n]...)
		}, []string{"a", "b", "c"}, nil},
		{"rows without an id are not taken for one", func(int) (int, string) {
			return 200, `{"items":[{"name":"x"},{"name":"y"}],"_metadata":{"totalPages":1}}`
		}, []string{"", ""}, nil},
		{"a server that ignores _offset", func(int) (int, string) { return 200, pageJSON(0, "a", "b") }, []string{"a", "b"}, frontegg.ErrPagination},
		{"a page that comes again later, in another order", func(n int) (int, string) {
			return 200, pageJSON(0, [][]string{{"a", "b"}, {"c"}, {"b", "a"}}[min(n, 2)]...)
		}, []string{"a", "b", "c"}, frontegg.ErrPagination},
		{"page 3 fails for good", func(n int) (int, string) {
			if n == 2 {
				return 403, `{"errors":["no"]}`
			}
			return 200, pageJSON(9, four(n)...)
		}, []string{"g00", "g01", "g02", "g03"}, frontegg.ErrForbidden},
		{"links are never followed", func(int) (int, string) {
			return 200, `{"items":[{"id":"a"}],"_links":{"next":"https://elsewhere.example.com/"},"_metadata":{"totalPages":1}}`
		}, []string{"a"}, nil},
	}
	for _, tt := range tests {
		for _, n := range concurrencies {
			t.Run(fmt.Sprintf("%s, %d at once", tt.name, n), func(t *testing.T) {
				t.Parallel()
				b := &book{page: tt.page}
				got, err := collect(t.Context(), walker(t, b), frontegg.WalkOptions{Concurrency: n})
				assert.Equal(t, tt.want, got)
				require.ErrorIs(t, err, tt.err)
				assert.LessOrEqual(t, b.most, n)
			})
		}
	}
}

func TestAll_TooManyPages(t *testing.T) {
	t.Parallel()
	b := &book{page: func(n int) (int, string) { return 200, pageJSON(0, strconv.Itoa(n)) }}
	got, err := collect(t.Context(), walker(t, b), frontegg.WalkOptions{Concurrency: 2})
	require.ErrorIs(t, err, frontegg.ErrPagination)
	assert.Len(t, got, 10_000)
}

func TestAll_Concurrency(t *testing.T) {
	t.Parallel()
	for _, n := range concurrencies {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := &book{delay: 50 * time.Millisecond, page: func(n int) (int, string) { return 200, pageJSON(100, fmt.Sprintf("%03d", n)) }}
				began := time.Now()
				got, err := collect(t.Context(), walker(t, b), frontegg.WalkOptions{Concurrency: n})
				require.NoError(t, err)
				assert.Len(t, got, 100)
				assert.IsIncreasing(t, got)
				assert.Equal(t, n, b.most)
				assert.Len(t, b.asked, 100, "no page is requested twice, and none after the last")
				rounds := map[int]int{1: 100, 2: 52, 8: 16, 16: 10}[n]
				assert.LessOrEqual(t, time.Since(began), time.Duration(rounds)*b.delay)
			})
		})
	}
}

func TestAll_Break(t *testing.T) {
	t.Parallel()
	hundred := func(n int) (int, string) {
		ids := make([]string, 100)
		for i := range ids {
			ids[i] = fmt.Sprintf("%d-%d", n, i)
		}
		return 200, pageJSON(1000, ids...)
	}
	tests := []struct {
		name        string
		concurrency int
		after       int // groups
		most        int // pages
	}{
		{"in page 1, page by page", 1, 1, 1},
		{"in page 1, 16 at once", 16, 1, 3},
		{"after 150 groups, 16 at once", 16, 150, 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := &book{delay: time.Second, page: hundred}
				n := 0
				for _, err := range walker(t, b).All(t.Context(), frontegg.WalkOptions{PageSize: 100, Concurrency: tt.concurrency}) {
					require.NoError(t, err)
					if n++; n == tt.after {
						break
					}
				}
				synctest.Wait()
				assert.LessOrEqual(t, len(b.asked), tt.most)
				assert.Zero(t, b.inFlight)
			})
		})
	}
}

func TestAll_RateLimit(t *testing.T) {
	t.Parallel()
	for _, n := range concurrencies {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				window, used := time.Now(), 0
				b := &book{delay: 10 * time.Millisecond}
				rt := roundTripper(func(r *http.Request) (*http.Response, error) {
					mu.Lock()
					if time.Since(window) >= time.Minute {
						window, used = time.Now(), 0
					}
					used++
					over := used > 100
					reset := window.Add(time.Minute)
					mu.Unlock()
					if over {
						resp := httpmock.NewStringResponse(429, "")
						resp.Header.Set("X-Rate-Limit-Reset", reset.UTC().Format(time.RFC3339))
						return resp, nil
					}
					return b.RoundTrip(r)
				})
				b.page = func(n int) (int, string) { return 200, pageJSON(350, fmt.Sprintf("%03d", n)) }
				c, err := frontegg.NewClient(frontegg.WithToken("token-of-the-test"), frontegg.WithHTTPClient(httpClient(rt)))
				require.NoError(t, err)
				got, err := collect(t.Context(), c.Groups, frontegg.WalkOptions{Concurrency: n})
				require.NoError(t, err)
				assert.Len(t, got, 350)
				assert.IsIncreasing(t, got)
			})
		})
	}
}

func TestAll_RangeTwice(t *testing.T) {
	t.Parallel()
	b := &book{page: func(n int) (int, string) { return 200, pageJSON(2, strconv.Itoa(n)) }}
	all := walker(t, b).All(t.Context(), frontegg.WalkOptions{})
	for range 2 {
		n := 0
		for _, err := range all {
			require.NoError(t, err)
			n++
		}
		assert.Equal(t, 2, n)
	}
	assert.Equal(t, []int{0, 1, 0, 1}, b.asked)
}

func TestAll_Canceled(t *testing.T) {
	t.Parallel()
	for _, n := range concurrencies {
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		why := errors.New("enough")
		b := &book{page: func(n int) (int, string) { return 200, pageJSON(0, strconv.Itoa(n)) }}
		var last error
		for _, err := range walker(t, b).All(ctx, frontegg.WalkOptions{Concurrency: n}) {
			last = err
			cancel(why)
		}
		require.ErrorIs(t, last, context.Canceled)
		require.ErrorIs(t, last, why)
	}
}

func TestAll_Response(t *testing.T) {
	t.Parallel()
	b := &book{page: func(n int) (int, string) {
		if n == 3 {
			return 403, ""
		}
		return 200, pageJSON(9, strconv.Itoa(n))
	}}
	var resp frontegg.Response
	for _, err := range walker(t, b).All(t.Context(), frontegg.WalkOptions{Concurrency: 4}, frontegg.WithResponse(&resp)) {
		if err == nil {
			assert.Equal(t, 200, resp.StatusCode)
		}
	}
	assert.Equal(t, 403, resp.StatusCode)
}

func TestGroupPage_HasNext(t *testing.T) {
	t.Parallel()
	one := []frontegg.Group{{ID: "a"}}
	tests := []struct {
		name string
		page frontegg.GroupPage
		want bool
	}{
		{"before the last", frontegg.GroupPage{Groups: one, Page: 0, TotalPages: 2}, true},
		{"the last", frontegg.GroupPage{Groups: one, Page: 1, TotalPages: 2}, false},
		{"empty before the last", frontegg.GroupPage{Page: 0, TotalPages: 2}, false},
		{"not counted", frontegg.GroupPage{Groups: one, Page: 5}, true},
		{"not counted and empty", frontegg.GroupPage{Page: 5}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, tt.page.HasNext())
		})
	}
}
