package fronteggtest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	defaultLimit  = 50
	maxLimit      = 200
	maxRolesLimit = 2000
)

// pageRules are the paging rules of a route.
type pageRules struct {
	maxLimit int
	sortBy   []string
}

// page is the page that a request asks for.
type page struct {
	number     int
	limit      int    // lowered to the maximum
	countLimit int    // totalPages counts by it
	by         string // "": unordered
	descending bool
}

// readPage reads a page from a query.
func readPage(q url.Values, rules pageRules) (page, *response) {
	p := page{limit: defaultLimit, by: q.Get("_sortBy")}
	var err error
	if raw := q.Get("_limit"); raw != "" {
		if p.limit, err = strconv.Atoi(raw); err != nil || p.limit < 1 {
			return p, badRequest("_limit must not be less than 1")
		}
	}
	if raw := q.Get("_offset"); raw != "" {
		if p.number, err = strconv.Atoi(raw); err != nil || p.number < 0 {
			return p, badRequest("_offset must not be less than 0")
		}
	}
	p.limit = min(p.limit, rules.maxLimit)
	p.countLimit = p.limit
	if p.by != "" && !slices.Contains(rules.sortBy, p.by) {
		return p, badRequest("_sortBy must be one of the following values: " + strings.Join(rules.sortBy, ", "))
	}
	switch q.Get("_order") {
	case "", "ASC":
	case "DESC":
		p.descending = true
	default:
		return p, badRequest("_order must be one of the following values: ASC, DESC")
	}
	return p, nil
}

// pageOf returns the rows of a page. rows are in ascending order, or in any order
// if the page is unordered: then reads, which counts such reads, changes the order
// each time.
func pageOf[T any](p page, rows []T, reads *int) []T {
	n := len(rows)
	if p.number > n/p.limit { // compared before the multiplication, which can overflow
		return nil
	}
	from := p.number * p.limit
	to := min(from+p.limit, n)
	switch {
	case p.by == "":
		return shuffled(rows, from, to, reads)
	case !p.descending:
		return rows[from:to]
	}
	reversed := slices.Clone(rows[n-to : n-from])
	slices.Reverse(reversed)
	return reversed
}

// strides are primes. Steps of such a length visit each of n rows once, unless n is
// a multiple of the stride.
var strides = [...]int{7, 11, 13, 17, 19, 23}

// shuffled returns rows [from, to) of an order that differs from call to call.
func shuffled[T any](rows []T, from, to int, reads *int) []T {
	*reads++
	n, stride := len(rows), 1
	for i := range strides {
		if s := strides[(*reads+i)%len(strides)]; n%s != 0 {
			stride = s
			break
		}
	}
	out := make([]T, 0, to-from)
	for i := from; i < to; i++ {
		out = append(out, rows[(*reads+i*stride)%n])
	}
	return out
}

// pageResponse is the response with a page of items, a JSON array, out of n rows.
func (s *Server) pageResponse(c *call, p page, items []byte, n int) response {
	b := append([]byte(`{"items":`), items...)
	b = append(b, `,"_links":`...)
	b = append(b, encode(s.links(c.URL, p, n))...)
	b = append(b, `,"_metadata":`...)
	b = append(b, encode(struct {
		Items int `json:"totalItems"`
		Pages int `json:"totalPages"`
	}{n, p.count(n)})...)
	return success(http.StatusOK, append(b, '}'))
}

// lookupPage is the response with a page of rows, each encoded as row returns it.
func lookupPage[T, R any](s *Server, c *call, p page, rows []T, row func(T) R) response {
	items := []R{}
	for _, r := range pageOf(p, rows, &s.environment.reads) {
		items = append(items, row(r))
	}
	return s.pageResponse(c, p, encode(items), len(rows))
}

// count returns the number of pages of n rows.
func (p page) count(n int) int { return (n + p.countLimit - 1) / p.countLimit }

type pageLinks struct {
	Next  string `json:"next"`
	Prev  string `json:"prev"`
	First string `json:"first"`
	Last  string `json:"last"`
}

// links returns the links of a page, empty where there is no such page.
func (s *Server) links(u *url.URL, p page, n int) pageLinks {
	to := func(number int) string {
		if number < 0 || number >= p.count(n) {
			return ""
		}
		q := u.Query()
		q.Set("_limit", strconv.Itoa(p.limit))
		q.Set("_offset", strconv.Itoa(number))
		switch s.behavior.Links {
		case LinkQuery:
			return "?" + q.Encode()
		case LinkBareQuery:
			return q.Encode()
		}
		return u.EscapedPath() + "?" + q.Encode()
	}
	return pageLinks{Next: to(p.number + 1), Prev: to(p.number - 1), First: to(0), Last: to(p.count(n) - 1)}
}

// listParam returns the values of a parameter that takes a list: comma-separated,
// repeated, or with brackets.
func listParam(q url.Values, name string) []string {
	var out []string
	for _, value := range append(slices.Clone(q[name]), q[name+"[]"]...) {
		for v := range strings.SplitSeq(value, ",") {
			if v != "" {
				out = append(out, v)
			}
		}
	}
	return out
}
