package frontegg_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

// Rows that are not deleted are not missed, whichever others are deleted while a page is
// read, also if the server sends fewer rows than requested.
func TestWalk_RowsDeletedAtRandom(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 0))
		all := ids("g", 1+r.IntN(60))
		s := &table{rows: slices.Clone(all), limit: 1 + r.IntN(8), byLimit: r.IntN(2) == 0}
		options := frontegg.WalkOptions{PageSize: 1 + r.IntN(9), Concurrency: r.IntN(4)}
		own, often := r.IntN(2) == 0, r.Float64()
		missing := map[string]bool{}
		for _, id := range all {
			missing[id] = true
		}
		name := fmt.Sprintf("seed %d: %d rows, %d of %d per page", seed, len(all), s.limit, options.PageSize)
		for g, err := range s.client(t).Groups.All(t.Context(), options) {
			require.NoError(t, err, name)
			require.NotEmpty(t, g.ID)
			missing[g.ID] = false
			if r.Float64() > often {
				continue
			}
			s.mu.Lock()
			i := slices.Index(s.rows, g.ID)
			if !own && len(s.rows) > 0 {
				i = r.IntN(len(s.rows))
			}
			if i >= 0 {
				missing[s.rows[i]] = false
				s.rows = slices.Delete(s.rows, i, i+1)
			}
			s.mu.Unlock()
		}
		for id, lost := range missing {
			assert.False(t, lost, "%s: %s", name, id)
		}
	}
}

// While the moved row g00009 is looked for on the third page, it moves to the second.
func TestWalk_RowsDeletedBetweenPasses(t *testing.T) {
	t.Parallel()
	reads := 0
	s := &table{limit: 3, byLimit: true, rows: ids("g", 12), before: func(s *table, page int) {
		if page == 2 {
			reads++
		}
		switch {
		case page == 3:
			s.rows = slices.Delete(s.rows, 0, 1)
		case reads == 2:
			s.rows = slices.Delete(s.rows, 0, 3)
			reads++
		}
	}}
	got, err := walks(s.client(t), 3, 0)["groups"](t.Context())
	require.NoError(t, err)
	assert.Len(t, got, 12)
}

// A page that is too large is read again as smaller pages, none of which is skipped if
// the server sends fewer rows than requested.
func TestWalk_TooLargeOnServerWithSmallPages(t *testing.T) {
	t.Parallel()
	s := &table{limit: 50, rows: ids("g", 400), before: func(s *table, page int) {
		if page == 3 {
			s.maxRows = 30
		}
	}}
	got, err := walks(s.client(t), 200, 0)["groups"](t.Context())
	require.NoError(t, err)
	assert.Equal(t, ids("g", 400), got)
}

// The error of a single row that is too large has its ID, and the rows before
// it are yielded.
func TestWalk_RowTooLarge(t *testing.T) {
	t.Parallel()
	s := &table{limit: 200, rows: ids("g", 9)}
	huge := func(r *http.Request) bool { return r.URL.Query().Has("_groupsRelations") }
	c := newClient(t, &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) {
		query := r.URL.Query()
		limit, _ := strconv.Atoi(query.Get("_limit"))
		offset, _ := strconv.Atoi(query.Get("_offset"))
		if huge(r) && offset*limit <= 4 && 4 < (offset+1)*limit {
			return reply(200, strings.Repeat(" ", 33<<20))(r)
		}
		return s.respond(r)
	}})
	read := func(opts ...frontegg.ReadOption) ([]string, error) {
		return collect(c.Groups.All(t.Context(), frontegg.WalkOptions{}, opts...), func(g frontegg.Group) string { return g.ID })
	}
	got, err := read(frontegg.WithRelations(frontegg.RelationsUsers))
	require.ErrorIs(t, err, frontegg.ErrResponseTooLarge)
	require.ErrorContains(t, err, fmt.Sprintf("frontegg: groups.all: a group with the ID %q is too large by itself: ", s.rows[4]))
	assert.Equal(t, s.rows[:4], got)

	huge = func(*http.Request) bool { return true }
	_, err = read()
	require.ErrorContains(t, err, "frontegg: groups.all: row 5 is too large by itself: groups.all: cannot decode ")
}
