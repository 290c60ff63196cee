package frontegg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/frontegg-go/frontegg/internal/idset"
	"github.com/frontegg-go/frontegg/internal/prefetch"
)

// maxPages is the most pages that a walk reads.
const maxPages = 10_000

// walk reads all pages of a list. It sends copies of its call.
type walk[T any] struct {
	call        *call
	resource    *resource[T]
	setPage     func(c *call, page, size int)
	size        int
	concurrency int
	// enough is called with each page, and the number of pages if it is known, before more
	// are requested. It reports whether the walk may end after the page. May be nil.
	enough func(rows []T, pages int) bool

	seen  *idset.Set // IDs of the rows so far
	found int        // different rows so far
	read  int        // pages

	total   int // of the last page; 0: the server does not count
	deleted int // by how much the total shrank
	idle    int // passes in a row that found no row
}

func newWalk[T any](c *call, r *resource[T], size, concurrency int, setPage func(c *call, page, size int)) *walk[T] {
	c.invalidIf(concurrency < 0, "Concurrency", "must not be negative")
	c.invalidIf(size < 0, "PageSize", "must not be negative")
	w := &walk[T]{call: c, resource: r, setPage: setPage, size: pageSize(size), concurrency: concurrency, seen: idset.New()}
	setPage(c, 0, w.size)
	return w
}

// first returns the first row for which wanted is true, or nil.
func (w *walk[T]) first(ctx context.Context, wanted func(T) bool) (*T, error) {
	w.enough = func(rows []T, _ int) bool { return slices.ContainsFunc(rows, wanted) }
	for row, err := range w.all(ctx) {
		if err != nil {
			return nil, err
		}
		if wanted(row) {
			return &row, nil
		}
	}
	return nil, nil
}

// all returns an iterator over the rows. It can be used once.
func (w *walk[T]) all(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		if err := w.call.validate(ctx); err != nil {
			yield(zero, err)
			return
		}
		for p := (&pass[T]{walk: w}); p != nil; {
			next, err := p.run(ctx, func(row T) bool { return yield(row, nil) })
			if err != nil {
				yield(zero, err)
				return
			}
			p = next
		}
	}
}

// fetchedPage is a page that was fetched, maybe long before the reader needs it.
type fetchedPage[T any] struct {
	page[T]
	number  int
	publish func() // copies the page's Response to the caller's
}

// fetch reads page number. It runs in a goroutine of its own if pages are prefetched.
func (w *walk[T]) fetch(ctx context.Context, number, size int) (fetchedPage[T], error) {
	c := *w.call
	if c.options.timeout > 0 { // which each page has
		c.request.Deadline = time.Now().Add(c.options.timeout)
	}
	w.setPage(&c, number, size)
	return fetchPage(ctx, &c, w.resource, number)
}

// fetchPage sends c. The page has the Response of its own request.
func fetchPage[T any](ctx context.Context, c *call, r *resource[T], number int) (fetchedPage[T], error) {
	publish := c.withOwnResponse()
	p, err := receive(ctx, c, r.page)
	return fetchedPage[T]{page: p, number: number, publish: publish}, err
}

// copyResponse makes the Response of the page that of the call. A page that was never
// fetched has none.
func (p fetchedPage[T]) copyResponse() {
	if p.publish != nil {
		p.publish()
	}
}

// pass reads consecutive pages of one size. A walk is one pass, unless a page is too
// large or rows are deleted meanwhile.
type pass[T any] struct {
	*walk[T]
	from, end int // the first page, and the one after the last; end 0: all

	sums     map[uint64]repeat // by the sum of the IDs of a page
	repeats  int               // pages in a row that repeat an earlier one
	isNew    []bool            // whether each row of the last page was not on an earlier one
	rows     int               // up to the last page that was read, repeated ones included
	extra    bool              // further pages are read only because rows were repeated
	largest  int               // rows of the largest page
	pages    int               // to read, by the totals of the server; 0: unknown
	finished bool
	shrink   shrink
	before   int // found at the start of the pass
}

// repeat is what is kept of a page to detect that it is repeated.
type repeat struct{ number, items int }

// shrink is by how much the total shrank in a pass, and at which pages.
type shrink struct{ by, first, last int }

// run yields the rows that were not yielded before. It returns the pass that must
// follow, or nil.
func (p *pass[T]) run(ctx context.Context, yield func(T) bool) (next *pass[T], err error) {
	p.sums, p.before, p.rows = map[uint64]repeat{}, p.found, p.from*p.size
	size, number := p.size, p.from
	options := prefetch.Options[fetchedPage[T]]{
		Limit: p.concurrency, InitialWindow: 1, OnItem: p.observe, HasMore: func(i int) bool { return p.hasPage(p.from + i) },
	}
	fetch := func(ctx context.Context, i int) (fetchedPage[T], error) { return p.fetch(ctx, p.from+i, size) }
	for page, err := range prefetch.All(ctx, options, fetch) {
		page.copyResponse()
		if errors.Is(err, ErrResponseTooLarge) && size > 1 {
			return p.smaller(number), nil
		}
		if errors.Is(err, ErrResponseTooLarge) {
			return nil, p.nameRow(ctx, number, err)
		}
		if err == nil {
			err = p.checkPage(page)
		}
		if err != nil {
			return nil, err
		}
		for i := range page.rows {
			if p.isNew[i] && !yield(page.rows[i]) {
				return nil, nil
			}
		}
		number++
	}
	return p.afterDeletions(), nil
}

// nameRow returns the error of a page whose only row is too large, with the ID of the
// row: without relations a group is small.
func (p *pass[T]) nameRow(ctx context.Context, number int, err error) error {
	c := *p.call
	row := fmt.Sprintf("row %d", number+1)
	if c.options.relations != "" {
		c.options.relations = ""
		p.setPage(&c, number, 1)
		if page, err := fetchPage(ctx, &c, p.resource, number); err == nil && len(page.rows) == 1 {
			row = fmt.Sprintf("%s with the ID %q", p.resource.name, c.printable(p.resource.id(&page.rows[0]), 128))
		}
	}
	return newMultiError(fmt.Sprintf("frontegg: %s: %s is too large by itself: %s", p.call.name, row, errText(err)), err)
}

// hasPage reports whether the page may exist. Totals are hints: nothing is allocated
// from them.
func (p *pass[T]) hasPage(number int) bool {
	return !p.finished && (p.end == 0 || number < p.end) && (p.pages <= 0 || number < p.pages)
}

// observe takes the rows and the totals of a page before more pages are requested.
func (p *pass[T]) observe(page fetchedPage[T]) {
	n, items := len(page.rows), int(page.Metadata.TotalItems)
	p.read++
	p.isNew = p.isNew[:0]
	for i := range page.rows {
		p.isNew = append(p.isNew, p.firstSeen(&page.rows[i]))
	}
	p.rows += n
	p.largest = max(p.largest, n)
	p.pages = int(page.Metadata.TotalPages)
	p.countDeleted(page.number, items)
	all := items + p.deleted
	switch {
	case n == 0, p.enough != nil && p.enough(page.rows, p.pages):
		p.finished = true
	case p.pages <= 0 || page.number+1 < p.pages:
	case n == p.largest && p.found < all && (n < all || page.number > 0): // the server counts larger pages than it sends, or repeats rows
		p.pages, p.extra = page.number+2, p.rows >= all
	default:
		p.finished = true
	}
}

// countDeleted compares the total of a page with that of the page before.
func (p *pass[T]) countDeleted(page, items int) {
	if items <= 0 {
		return
	}
	if by := p.total - items; by > 0 {
		if p.shrink.by == 0 {
			p.shrink.first = page
		}
		p.shrink.by += by
		p.shrink.last = page
		p.deleted += by
	}
	p.total = items
}

// checkPage returns an error if the walk does not advance.
func (p *pass[T]) checkPage(page fetchedPage[T]) error {
	n := len(page.rows)
	if n == 0 {
		return nil
	}
	if p.read > maxPages {
		return fmt.Errorf("frontegg: %s: more than %d pages: %w", p.call.name, maxPages, ErrPagination)
	}
	sum := p.seen.Sum(func(yield func(string) bool) {
		for i := range page.rows {
			if !yield(p.resource.label(&page.rows[i])) {
				return
			}
		}
	})
	items := int(page.Metadata.TotalItems)
	earlier, repeated := p.sums[sum]
	switch {
	case !repeated:
		p.sums[sum] = repeat{page.number, items}
		p.repeats = 0
	case items-earlier.items >= n && earlier.items > 0: // as many rows were inserted before the page
	case p.size <= smallPage && p.repeats < smallPage: // likewise, and the server does not count
		p.repeats++
	case p.extra: // there are no further pages
		p.finished = true
	default:
		return fmt.Errorf("frontegg: %s: page %d repeats page %d: %w", p.call.name, page.number, earlier.number, ErrPagination)
	}
	return nil
}

// smallPage is the size up to which a page may repeat, at most so many times in a row,
// because rows are inserted before it. It is unlikely that a whole larger page is inserted.
const smallPage = 2

// firstSeen reports whether the row was not on an earlier page. Rows without an ID cannot
// be told apart.
func (p *pass[T]) firstSeen(row *T) bool {
	id := p.resource.id(row)
	first := id == "" || p.seen.Add(id)
	if first {
		p.found++
	}
	return first
}

// smaller returns the pass that reads smaller pages from the page number on. The server
// may send fewer rows per page than requested.
func (p *pass[T]) smaller(number int) *pass[T] {
	if p.shrink.by > 0 {
		number = min(number, p.firstMoved())
	}
	old := min(p.size, cmp.Or(p.largest, p.size))
	p.size = (old + 1) / 2
	return &pass[T]{walk: p.walk, from: number * old / p.size, end: (p.end*old + p.size - 1) / p.size}
}

// afterDeletions returns the pass that reads again the pages that rows may have moved to
// because others were deleted, or nil. Rows may also move before that pass, so the walk
// ends after two passes that found nothing.
func (p *pass[T]) afterDeletions() *pass[T] {
	p.idle++
	if p.found > p.before {
		p.idle = 0
	}
	if p.shrink.last == 0 || p.idle > 1 {
		return nil
	}
	return &pass[T]{walk: p.walk, from: p.firstMoved(), end: p.shrink.last}
}

// firstMoved returns the first page that rows may have moved to.
func (p *pass[T]) firstMoved() int {
	rows := max(1, p.largest)
	return max(0, p.shrink.first-(p.shrink.by+rows-1)/rows)
}
