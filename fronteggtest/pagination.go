package fronteggtest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/frontegg-go/frontegg"
)

const (
	defaultLimit = 50
	maxLimit     = 200
)

func (s *Server) listPage(c *call) response {
	with, failure := parseRelations(c)
	if failure != nil {
		return *failure
	}
	p, problem := readPage(c.URL.Query())
	if problem != "" {
		return errorResponse(http.StatusBadRequest, problem)
	}
	a := s.tenant(c.tenant)
	b := append(appendGroups([]byte(`{"items":`), p.rows(a), with), `,"_links":`...)
	b = append(b, encode(p.links(c.URL, len(a.rows)))...)
	b = append(b, `,"_metadata":`...)
	b = append(b, encode(struct {
		Items int `json:"totalItems"`
		Pages int `json:"totalPages"`
	}{len(a.rows), p.count(len(a.rows))})...)
	return done(http.StatusOK, append(b, '}'))
}

// page is which rows are asked for.
type page struct {
	number, limit int
	by            frontegg.SortField // "": in no order
	descending    bool
}

func readPage(q url.Values) (p page, problem string) {
	p.limit = defaultLimit
	var err error
	if raw := q.Get("_limit"); raw != "" {
		if p.limit, err = strconv.Atoi(raw); err != nil || p.limit < 1 {
			return p, "_limit must not be less than 1"
		}
	}
	if raw := q.Get("_offset"); raw != "" {
		if p.number, err = strconv.Atoi(raw); err != nil || p.number < 0 {
			return p, "_offset must not be less than 0"
		}
	}
	p.limit = min(p.limit, maxLimit)
	switch p.by = frontegg.SortField(q.Get("_sortBy")); p.by {
	case "", "id", "name", "createdAt", "updatedAt":
	default:
		return p, "_sortBy must be one of id, name, createdAt, updatedAt"
	}
	switch q.Get("_order") {
	case "", "ASC":
	case "DESC":
		p.descending = true
	default:
		return p, "_order must be one of ASC, DESC"
	}
	return p, ""
}

// rows returns the groups of the page.
func (p page) rows(a *tenantState) []*group {
	n := len(a.rows)
	if p.number > n/p.limit { // before it is multiplied: it can be any number
		return nil
	}
	from := p.number * p.limit
	to := min(from+p.limit, n)
	switch {
	case p.by == "":
		return a.shuffled(a.rows, from, to)
	case !p.descending:
		return a.in(p.by)[from:to]
	}
	rows := slices.Clone(a.in(p.by)[n-to : n-from])
	slices.Reverse(rows)
	return rows
}

// count is how many pages n rows make.
func (p page) count(n int) int { return (n + p.limit - 1) / p.limit }

type pageLinks struct {
	Next  string `json:"next"`
	Prev  string `json:"prev"`
	First string `json:"first"`
	Last  string `json:"last"`
}

// links are relative, and empty where there is no such page.
func (p page) links(u *url.URL, n int) pageLinks {
	to := func(number int) string {
		if number < 0 || number >= p.count(n) {
			return ""
		}
		q := u.Query()
		q.Set("_limit", strconv.Itoa(p.limit))
		q.Set("_offset", strconv.Itoa(number))
		return u.EscapedPath() + "?" + q.Encode()
	}
	return pageLinks{Next: to(p.number + 1), Prev: to(p.number - 1), First: to(0), Last: to(p.count(n) - 1)}
}
