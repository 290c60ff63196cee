package fronteggtest_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// manyGroups returns a server whose tenant acme has n groups, named g000 and on,
// each created a second after the one before and updated in reverse order.
func manyGroups(tb testing.TB, n int, opts ...fronteggtest.ServerOption) *fronteggtest.Server {
	s := fronteggtest.Start(tb, opts...)
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		s.AddGroup("acme", frontegg.Group{
			Name: fmt.Sprintf("g%03d", i), CreatedAt: day.Add(time.Duration(i) * time.Second),
			UpdatedAt: day.Add(time.Hour - time.Duration(i)*time.Second),
		})
	}
	return s
}

// walk reads all pages up to totalPages.
func walk(t *testing.T, api *caller, query string) []row {
	t.Helper()
	var all []row
	for number := 0; ; number++ {
		var p groupPage
		api.do("GET", fmt.Sprintf("%s?%s&_offset=%d", v2, query, number), "").read(t, &p)
		all = append(all, p.Items...)
		if number+1 >= p.Metadata.TotalPages {
			return all
		}
	}
}

func TestListPage(t *testing.T) {
	t.Parallel()
	api := inMemory(t, manyGroups(t, 450))
	for name, row := range map[string]struct {
		query        string
		rows, pages  int
		first, links string
	}{
		"default":       {"_sortBy=name", 50, 9, "g000", "next first last"},
		"second":        {"_sortBy=name&_limit=200&_offset=1", 200, 3, "g200", "next prev first last"},
		"last":          {"_sortBy=name&_limit=200&_offset=2", 50, 3, "g400", "prev first last"},
		"after the end": {"_sortBy=name&_limit=200&_offset=3", 0, 3, "", "prev first last"},
		"far after":     {"_sortBy=name&_limit=200&_offset=9223372036854775807", 0, 3, "", "first last"},
		"clamped":       {"_sortBy=name&_limit=1000", 200, 3, "g000", "next first last"},
		"clamped later": {"_sortBy=name&_limit=1000&_offset=1", 200, 3, "g200", "next prev first last"},
		"descending":    {"_sortBy=name&_order=DESC&_limit=100", 100, 5, "g449", "next first last"},
		"of one":        {"_sortBy=name&_limit=1&_offset=449", 1, 450, "g449", "prev first last"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := api.of(t)
			var p groupPage
			api.do("GET", v2+"?"+row.query, "").read(t, &p)
			assert.Len(t, p.Items, row.rows)
			assert.Equal(t, 450, p.Metadata.TotalItems)
			assert.Equal(t, row.pages, p.Metadata.TotalPages)
			if row.first != "" {
				assert.Equal(t, row.first, p.Items[0].Name)
			}
			var links string
			for _, l := range []struct{ name, link string }{
				{"next", p.Links.Next}, {"prev", p.Links.Prev}, {"first", p.Links.First}, {"last", p.Links.Last},
			} {
				if l.link != "" {
					links += " " + l.name
					assert.Equal(t, 200, api.do("GET", l.link, "").status)
				}
			}
			assert.Equal(t, " "+row.links, links)
		})
	}
}

func TestListPage_SortedWalk(t *testing.T) {
	t.Parallel()
	api := inMemory(t, manyGroups(t, 130))
	for by, key := range map[string]func(row) string{
		"id":        func(r row) string { return r.ID },
		"name":      func(r row) string { return r.Name },
		"createdAt": func(r row) string { return r.CreatedAt },
		"updatedAt": func(r row) string { return r.UpdatedAt },
	} {
		for _, order := range []string{"ASC", "DESC", ""} {
			t.Run(by+" "+order, func(t *testing.T) {
				t.Parallel()
				var keys []string
				for _, r := range walk(t, api.of(t), "_limit=20&_sortBy="+by+"&_order="+order) {
					keys = append(keys, key(r))
				}
				if order == "DESC" {
					slices.Reverse(keys)
				}
				assert.True(t, slices.IsSorted(keys))
				assert.Len(t, slices.Compact(keys), 130)
			})
		}
	}
}

func TestListPage_UnsortedWalkMissesRows(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2, 10, 130, 1001} {
		seen := map[string]bool{}
		all := walk(t, inMemory(t, manyGroups(t, n)), fmt.Sprintf("_limit=%d", min((n+1)/2, 200)))
		for _, r := range all {
			seen[r.Name] = true
		}
		assert.Len(t, all, n)
		assert.Less(t, len(seen), n, "%d groups", n)
	}
}

func TestList_Unordered(t *testing.T) {
	t.Parallel()
	s := manyGroups(t, 10)
	api := inMemory(t, s)
	var ids string
	for i, g := range s.Groups("acme") {
		if i > 0 {
			ids += ","
		}
		ids += `"` + g.ID + `"`
	}
	bulk := `{"groupsIds":[` + ids + `]}`
	for name, request := range map[string][3]string{
		"list": {"GET", v1, ""}, "bulkGet": {"POST", v1 + "/bulkGet", bulk},
	} {
		var one, two groupList
		api.do(request[0], request[1], request[2]).read(t, &one)
		api.do(request[0], request[1], request[2]).read(t, &two)
		assert.NotEqual(t, names(one.Groups), names(two.Groups), name)
		assert.ElementsMatch(t, names(one.Groups), names(two.Groups), name)
		assert.Len(t, one.Groups, 10, name)
	}
}

func TestList_EveryGroupOnce(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 7, 77, 7 * 11 * 13} {
		s := manyGroups(t, n)
		api := inMemory(t, s)
		for range 7 {
			var list groupList
			api.do("GET", v1, "").read(t, &list)
			got := names(list.Groups)
			slices.Sort(got)
			assert.Len(t, got, n)
			assert.Len(t, slices.Compact(got), n)
		}
	}
}

func TestListPage_SeesChanges(t *testing.T) {
	t.Parallel()
	s := manyGroups(t, 3)
	api := inMemory(t, s)
	byName := func() []string { return names(walk(t, api, "_sortBy=name")) }
	require.Equal(t, []string{"g000", "g001", "g002"}, byName())
	id := s.Groups("acme")[0].ID
	require.Equal(t, 200, api.do("PATCH", v1+"/"+id, `{"name":"last"}`).status)
	assert.Equal(t, []string{"g001", "g002", "last"}, byName())
	require.Equal(t, 201, api.do("POST", v1, `{"name":"h"}`).status)
	assert.Equal(t, []string{"g001", "g002", "h", "last"}, byName())
	require.Equal(t, 200, api.do("DELETE", v1+"/"+id, "").status)
	assert.Equal(t, []string{"g001", "g002", "h"}, byName())
	assert.Equal(t, "h", names(walk(t, api, "_sortBy=updatedAt&_order=DESC"))[0])
}

func TestDelete_AnyOrder(t *testing.T) {
	t.Parallel()
	s := manyGroups(t, 6)
	api := inMemory(t, s)
	all := s.Groups("acme")
	left := names(walk(t, api, "_sortBy=name"))
	for _, i := range []int{0, 5, 2, 4, 1, 3} {
		require.Equal(t, 200, api.do("DELETE", v1+"/"+all[i].ID, "").status)
		left = slices.DeleteFunc(left, func(name string) bool { return name == all[i].Name })
		assert.Equal(t, left, names(walk(t, api, "_sortBy=name")))
	}
}

func TestList_UnknownTenantIsEmpty(t *testing.T) {
	t.Parallel()
	api := inMemory(t, manyGroups(t, 1)).with("Frontegg-Tenant-Id", "nobody")
	assert.JSONEq(t, `{"groups":[]}`, api.do("GET", v1, "").body)
	assert.JSONEq(t, `{"items":[],"_links":{"next":"","prev":"","first":"","last":""},"_metadata":{"totalItems":0,"totalPages":0}}`,
		api.do("GET", v2, "").body)
}

func BenchmarkListPage_100000Groups(b *testing.B) {
	s := manyGroups(b, 100_000)
	client, err := s.MemoryClient(frontegg.WithTenant("acme"))
	require.NoError(b, err)
	page := 0
	for b.Loop() {
		_, err := client.Groups.ListPage(b.Context(), frontegg.PageOptions{Page: page % 500})
		require.NoError(b, err)
		page++
	}
}
