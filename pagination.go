package frontegg

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"sync"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/wire"
)

// maxPageSize is the largest page of the server. It treats a larger size as this one,
// but may count pages by the size that was asked for.
const maxPageSize = 200

// SortField is the field that a list is sorted by.
type SortField string

// The sort fields.
const (
	// SortByID sorts by ID, the default. An ID does not change, so groups do not move
	// while pages are read.
	SortByID SortField = "id"
	// SortByName sorts by name.
	SortByName SortField = "name"
	// SortByCreatedAt sorts by the time of creation.
	SortByCreatedAt SortField = "createdAt"
	// SortByUpdatedAt sorts by the time of the last change. Groups move while pages
	// are read.
	SortByUpdatedAt SortField = "updatedAt"
)

// Order is the direction of a sort.
type Order string

// The orders.
const (
	// Ascending sorts the smallest or oldest first, the default.
	Ascending Order = "ASC"
	// Descending sorts the largest or newest first.
	Descending Order = "DESC"
)

// PageOptions selects a page of the list of groups. The zero value is the first page
// of 200 groups, sorted by ID.
type PageOptions struct {
	Page   int       // from 0
	Size   int       // groups per page, at most 200; 0 means 200; the server may return fewer
	SortBy SortField // "" means SortByID
	Order  Order     // "" means Ascending
}

// GroupPage is a page of the list of groups.
type GroupPage struct {
	Groups []Group
	Page   int // the page that was requested
	// TotalItems and TotalPages are 0 if the server does not count.
	TotalItems, TotalPages int
	Links                  PageLinks
}

// PageLinks has the server's links to other pages: absolute, relative or empty. The
// client never follows them.
type PageLinks struct{ Next, Prev, First, Last string }

// HasNext reports whether there is a page after this one, according to the totals of
// the server. If it does not count, a page that is not empty may have a next one.
func (p *GroupPage) HasNext() bool {
	if p == nil || len(p.Groups) == 0 {
		return false
	}
	return p.TotalPages <= 0 || p.Page+1 < p.TotalPages || p.Page == 0 && len(p.Groups) < p.TotalItems
}

// WalkOptions are the options of [GroupsService.All]. The zero value reads pages of
// 200 groups, sorted by ID, one at a time.
type WalkOptions struct {
	PageSize int       // groups per page, at most 200; 0 means 200; the server may return fewer
	SortBy   SortField // "" means SortByID
	Order    Order     // "" means Ascending
	// Concurrency is the maximum number of pages that are fetched at once, ahead of the
	// reader. 0 and 1 mean one, when the reader needs it.
	Concurrency int
}

// ListPage returns one page of the groups of the tenant. Pages are counted from 0.
//
// [*ValidationError]: a negative page or size, an unknown sort field or order.
//
// GET /identity/resources/groups/v2.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv2_getallgroupspaginated.
func (s *GroupsService) ListPage(ctx context.Context, page PageOptions, opts ...ReadOption) (*GroupPage, error) {
	c := newCall((*service)(s), op.ListPage, opts)
	c.invalidIf(page.Page < 0, "Page", "must not be negative")
	c.invalidIf(page.Size < 0, "Size", "must not be negative")
	c.setGroupPage(page)
	p, err := receive(ctx, c, groupResource.page)
	if err != nil {
		return nil, err
	}
	return &GroupPage{
		Groups: p.rows, Page: page.Page,
		TotalItems: int(p.Metadata.TotalItems), TotalPages: int(p.Metadata.TotalPages),
		Links: PageLinks(p.Links),
	}, nil
}

// All returns an iterator over all groups of the tenant. It reads page by page and
// yields each group once, in order. An error is yielded last, after all groups of the
// pages before it. Each range over the iterator starts over; a break cancels all
// requests.
//
// With a Concurrency of n, up to n pages are fetched ahead of the reader. The groups
// are still in order.
//
// A walk is not a snapshot: a group that is created or deleted meanwhile may be
// missing. When groups are deleted, those after them move to earlier pages. If the
// server counts, the walk notices it by the total and reads those pages again; the
// groups that it finds there come last. A walk over a server that does not count can
// miss them. So collect the IDs first to delete many groups.
//
// A page that is too large ([ErrResponseTooLarge]) is read again as smaller pages. If a
// single group is, the error has its ID.
//
// [ErrPagination]: the server repeats a page, or has more than 10,000.
//
// GET /identity/resources/groups/v2, for each page.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv2_getallgroupspaginated.
func (s *GroupsService) All(ctx context.Context, walk WalkOptions, opts ...ReadOption) iter.Seq2[Group, error] {
	return func(yield func(Group, error) bool) {
		c := newCall((*service)(s), op.ListPage, opts)
		c.name = "groups.all"
		groupWalk(c, walk).all(ctx)(yield)
	}
}

// groupWalk returns a walk over groups for the call c.
func groupWalk(c *call, o WalkOptions) *walk[Group] {
	return newWalk(c, groupResource, o.PageSize, o.Concurrency, func(c *call, page, size int) {
		c.setGroupPage(PageOptions{Page: page, Size: size, SortBy: o.SortBy, Order: o.Order})
	})
}

// pageQuery is the query of a page. The number of the page is called _offset.
type pageQuery struct {
	Relations Relations `url:"_groupsRelations,omitempty"`
	Limit     int       `url:"_limit"`
	Offset    int       `url:"_offset"`
	SortBy    SortField `url:"_sortBy"`
	Order     Order     `url:"_order"`
}

// setGroupPage sets the query of a page. Without a sort the order of rows is
// undefined, and a walk would repeat some and miss others.
func (c *call) setGroupPage(p PageOptions) {
	q := pageQuery{
		Relations: c.options.relations, Offset: p.Page, Limit: pageSize(p.Size),
		SortBy: cmp.Or(p.SortBy, SortByID), Order: cmp.Or(p.Order, Ascending),
	}
	switch q.SortBy {
	case SortByID, SortByName, SortByCreatedAt, SortByUpdatedAt:
	default:
		c.invalid("SortBy", "must be id, name, createdAt or updatedAt")
	}
	c.invalidIf(q.Order != Ascending && q.Order != Descending, "Order", "must be ASC or DESC")
	c.setQuery(q)
}

// findConcurrency is how many pages are fetched at once to find a row.
const findConcurrency = 16

// pageSize returns the size to send for the size that an option has.
func pageSize(option int) int { return min(cmp.Or(option, maxPageSize), maxPageSize) }

// decoder decodes rows. Its memory is reused, and not shared with what it returns.
type decoder struct {
	wire.Decoder
	requested   Relations // of groups
	roles       wire.Elements[Role]
	recentRoles wire.Recent[Role]
	users       wire.Elements[User]
}

var decoders = sync.Pool{New: func() any { return new(decoder) }}

func (c *call) newDecoder() *decoder {
	d := decoders.Get().(*decoder)
	d.requested = c.options.relations
	return d
}

// resource describes how a type of the API is decoded.
type resource[T any] struct {
	name, list string                   // as in "a group" and {"groups":[…]}
	decode     func(*decoder, *T) error // into the zero T
	id         func(*T) string
	label      func(*T) string // the ID or another name; a T without one is invalid
	labels     string          // the JSON names of what label returns
}

// object decodes the body of a response that is one object.
func (r *resource[T]) object(c *call, body []byte) (*T, error) {
	d := c.newDecoder()
	defer decoders.Put(d)
	v := new(T)
	if err := d.UnmarshalObject(body, r.name, func() error { return r.decode(d, v) }); err != nil {
		return nil, err
	}
	if r.label(v) == "" {
		return nil, r.errNoLabel()
	}
	return v, nil
}

// page is one page of a list.
type page[T any] struct {
	rows []T
	wire.Page
}

// page decodes the body of a response that is a list.
func (r *resource[T]) page(c *call, body []byte) (p page[T], err error) {
	d := c.newDecoder()
	defer decoders.Put(d)
	p.rows = []T{}
	p.Page, err = d.UnmarshalList(body, r.list, func() error {
		var zero T
		p.rows = append(p.rows, zero)
		v := &p.rows[len(p.rows)-1]
		if err := r.decode(d, v); err != nil {
			return err
		}
		if r.label(v) == "" {
			return d.At(r.errNoLabel())
		}
		return nil
	})
	return p, err
}

func (r *resource[T]) errNoLabel() error { return errors.New(r.name + " has no " + r.labels) }

var groupResource = &resource[Group]{
	name: "a group", list: "groups", decode: (*decoder).group, id: func(g *Group) string { return g.ID },
	label: func(g *Group) string { return cmp.Or(g.ID, g.Name) }, labels: "id or name",
}

func (d *decoder) group(g *Group) error {
	err := d.Object(func(name []byte) error {
		switch string(name) {
		case "id":
			return d.String(&g.ID)
		case "name":
			return d.String(&g.Name)
		case "color":
			return d.String(&g.Color)
		case "description":
			return d.String(&g.Description)
		case "metadata":
			return d.String(&g.Metadata)
		case "roles":
			return d.roles.Read(&d.Decoder, &g.Roles, d.sharedRole)
		case "users":
			return d.users.Read(&d.Decoder, &g.Users, d.user)
		case "managedBy":
			return d.String((*string)(&g.ManagedBy))
		case "createdAt":
			return d.Time(&g.CreatedAt)
		case "updatedAt":
			return d.Time(&g.UpdatedAt)
		}
		return d.Skip()
	})
	// An empty list that was not requested does not say what the group has.
	if len(g.Roles) == 0 && !d.requested.roles() {
		g.Roles = nil
	}
	if len(g.Users) == 0 && !d.requested.users() {
		g.Users = nil
	}
	return err
}
