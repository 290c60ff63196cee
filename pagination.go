package frontegg

import (
	"context"
	"iter"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/prefetch"
)

// defaultPageSize is the server's largest page.
const defaultPageSize = 200

// SortField is what a list is sorted by.
type SortField string

// The sort fields.
const (
	// SortByID sorts by id, the default: an id does not change, so rows do not
	// move while pages are read.
	SortByID SortField = "id"
	// SortByName sorts by name.
	SortByName SortField = "name"
	// SortByCreatedAt sorts by the time of creation.
	SortByCreatedAt SortField = "createdAt"
	// SortByUpdatedAt sorts by the time of the last change; rows move while
	// pages are read.
	SortByUpdatedAt SortField = "updatedAt"
)

// Order is the direction of a sort.
type Order string

// The orders.
const (
	// Ascending is from the smallest or oldest on, the default.
	Ascending Order = "ASC"
	// Descending is from the largest or newest on.
	Descending Order = "DESC"
)

// PageOptions chooses one page of the list of groups. The zero value is the
// first page of 200 groups by id.
type PageOptions struct {
	Page   int       // from 0
	Size   int       // groups a page; 0 means 200, and the server may give fewer
	SortBy SortField // "" means SortByID
	Order  Order     // "" means Ascending
}

// GroupPage is one page of the list of groups.
type GroupPage struct {
	Groups []Group
	Page   int // the page asked for
	// TotalItems and TotalPages are 0 where the server does not count.
	TotalItems, TotalPages int
	Links                  PageLinks
}

// PageLinks holds the server's links to other pages: absolute, relative or empty,
// as it sent them. The client never follows them.
type PageLinks struct{ Next, Prev, First, Last string }

// HasNext says whether there is a page after this one, as far as the server's
// count tells; where it does not count, every page that is not empty may have a
// next one.
func (p *GroupPage) HasNext() bool {
	if len(p.Groups) == 0 {
		return false
	}
	return p.TotalPages <= 0 || p.Page+1 < p.TotalPages
}

// WalkOptions chooses how [GroupsService.All] reads. The zero value reads pages
// of 200 groups by id, one at a time.
type WalkOptions struct {
	PageSize int       // 0 means 200, and the server may give fewer
	SortBy   SortField // "" means SortByID
	Order    Order     // "" means Ascending
	// Concurrency is how many pages are fetched at once at most, ahead of the
	// reader. 0 and 1 mean one, when the reader asks for it.
	Concurrency int
}

// ListPage returns one page of the account's groups. Pages are counted from 0.
//
// A [*ValidationError]: a negative page or size, an unknown sort field or order.
//
// GET /identity/resources/groups/v2.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv2_getallgroupspaginated.
func (s *GroupsService) ListPage(ctx context.Context, page PageOptions, opts ...ReadOption) (*GroupPage, error) {
	c := newCall(s, op.ListPage, opts)
	c.setPage(page)
	return c.sendForPage(ctx, page.Page)
}

// All walks over all groups of the account, page by page. Each group is yielded
// once, in order; an error is yielded once, last, after every group before it.
// Each range over the iterator starts over, and a break ends all requests.
//
// With a Concurrency of n up to n pages are fetched ahead of the reader, and
// groups still come in order. A walk is no snapshot: a group that is created or
// deleted meanwhile may be missed, and so may a group beside a deleted one.
//
// [ErrPagination]: the server repeats a page, or has more than 10,000.
//
// GET /identity/resources/groups/v2, once a page.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv2_getallgroupspaginated.
func (s *GroupsService) All(ctx context.Context, walk WalkOptions, opts ...ReadOption) iter.Seq2[Group, error] {
	return func(yield func(Group, error) bool) {
		if err := s.pageOf(walk, 0, opts).check(ctx); err != nil {
			yield(Group{}, err)
			return
		}
		fetch := func(ctx context.Context, i int) (fetched, error) {
			c := s.pageOf(walk, i, opts)
			deliver := c.privately()
			page, err := c.sendForPage(ctx, i)
			return fetched{page, deliver}, err
		}
		w := newProgress()
		options := prefetch.Options[fetched]{Limit: walk.Concurrency, InitialWindow: 1, HasMore: w.more, OnItem: w.learn}
		for got, err := range prefetch.All(ctx, options, fetch) {
			got.deliver()
			page := got.page
			if err == nil {
				err = w.take(page)
			}
			if err != nil {
				yield(Group{}, err)
				return
			}
			for i := range page.Groups {
				if w.isNew(page.Groups[i].ID) && !yield(page.Groups[i], nil) {
					return
				}
			}
			if w.ended {
				return
			}
		}
	}
}

// pageOf is the call for page i of a walk.
func (s *GroupsService) pageOf(walk WalkOptions, i int, opts []ReadOption) *call {
	c := newCall(s, op.ListPage, opts)
	c.name = "groups.all"
	c.refuseIf(walk.Concurrency < 0, "Concurrency", "is negative")
	c.refuseIf(walk.PageSize < 0, "PageSize", "is negative")
	c.setPage(PageOptions{Page: i, Size: walk.PageSize, SortBy: walk.SortBy, Order: walk.Order})
	return c
}
