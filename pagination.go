package frontegg

import (
	"context"
	"fmt"
	"hash/maphash"
	"iter"

	"github.com/frontegg-go/frontegg/internal/ahead"
	"github.com/frontegg-go/frontegg/internal/op"
)

const (
	// defaultPageSize is the server's largest page.
	defaultPageSize = 200
	// maxPages ends a walk that does not.
	maxPages = 10_000
)

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
	call := newCall(s, op.ListPage, opts)
	call.page(page)
	return call.listPage(ctx, page.Page)
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
		w := newWalk()
		fetch := func(ctx context.Context, i int) (fetched, error) {
			call := newCall(s, op.ListPage, opts)
			deliver := call.privately()
			call.refuseIf(walk.Concurrency < 0, "Concurrency", "is negative")
			call.page(PageOptions{Page: i, Size: walk.PageSize, SortBy: walk.SortBy, Order: walk.Order})
			page, err := call.listPage(ctx, i)
			return fetched{page, deliver}, err
		}
		options := ahead.Options[fetched]{Limit: walk.Concurrency, Start: 1, More: w.more, Learn: w.learn}
		for got, err := range ahead.Parts(ctx, options, fetch) {
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

// fetched is a page that has come, perhaps long before the reader gets to it.
type fetched struct {
	page    *GroupPage
	deliver func()
}

// walk is what a walk remembers: which groups it has yielded, and enough of each
// page to notice one that comes again.
type walk struct {
	seed  maphash.Seed
	ids   hashes
	pages map[uint64]int
	total int // pages, by the last one read; 0: not known
	ended bool
}

func newWalk() *walk {
	return &walk{seed: maphash.MakeSeed(), pages: map[uint64]int{}}
}

// hash stands for an id in a fraction of its memory. Two ids of a walk of a
// million groups meet once in 37 million walks.
func (w *walk) hash(id string) uint64 { return maphash.String(w.seed, id) }

// more says whether page i is worth asking for. Totals are hints: nothing is
// allocated from them.
func (w *walk) more(i int) bool {
	return !w.ended && i <= maxPages && (w.total <= 0 || i < w.total)
}

// learn sees a page as soon as its turn has come, before further ones are asked
// for.
func (w *walk) learn(f fetched) {
	w.total = f.page.TotalPages
	w.ended = !f.page.HasNext()
}

// take looks at a page before its groups are yielded.
func (w *walk) take(p *GroupPage) error {
	if len(p.Groups) == 0 {
		return nil
	}
	if p.Page >= maxPages {
		return fmt.Errorf("frontegg: %s: more than %d pages: %w", op.ListPage.Name, maxPages, ErrPagination)
	}
	var print uint64
	for i := range p.Groups {
		print += w.hash(p.Groups[i].ID)
	}
	if earlier, again := w.pages[print]; again {
		return fmt.Errorf("frontegg: %s: page %d repeats page %d: %w", op.ListPage.Name, p.Page, earlier, ErrPagination)
	}
	w.pages[print] = p.Page
	return nil
}

// isNew says whether a group has not been yielded yet. A row without an id
// cannot be told from others, so it counts as new.
func (w *walk) isNew(id string) bool {
	if id == "" {
		return true
	}
	return w.ids.add(w.hash(id))
}

// hashes is a set of random numbers, in less than half of a map's memory: it is
// all that a long walk keeps. The zero value is an empty set.
type hashes struct {
	slots []uint64 // a power of two of them; 0 is an empty one
	used  int
}

// add puts h into the set, and says whether it was not there.
func (s *hashes) add(h uint64) bool {
	if s.used >= len(s.slots)/8*7 {
		old := s.slots
		*s = hashes{slots: make([]uint64, max(64, 2*len(old)))}
		for _, h := range old {
			if h != 0 {
				s.add(h)
			}
		}
	}
	h = max(h, 1)
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case h:
			return false
		case 0:
			s.slots[i] = h
			s.used++
			return true
		}
	}
}
