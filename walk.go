package frontegg

import (
	"cmp"
	"fmt"

	"github.com/frontegg-go/frontegg/internal/idset"
	"github.com/frontegg-go/frontegg/internal/op"
)

// maxPages ends a walk that does not.
const maxPages = 10_000

// fetched is a page that has come, perhaps long before the reader gets to it.
type fetched struct {
	page    *GroupPage
	deliver func()
}

// progress is what a walk remembers: which groups it has yielded, and enough of
// each page to notice one that comes again.
type progress struct {
	seen  *idset.Set
	pages map[uint64]int // by the sum of its rows
	total int            // pages, by the last one read; 0: not known
	ended bool
}

func newProgress() *progress { return &progress{seen: idset.New(), pages: map[uint64]int{}} }

// more says whether page i is worth asking for. Totals are hints: nothing is
// allocated from them.
func (w *progress) more(i int) bool {
	return !w.ended && i <= maxPages && (w.total <= 0 || i < w.total)
}

// learn sees a page as soon as its turn has come, before further ones are asked
// for.
func (w *progress) learn(f fetched) {
	w.total = f.page.TotalPages
	w.ended = !f.page.HasNext()
}

// take looks at a page before its groups are yielded.
func (w *progress) take(p *GroupPage) error {
	if len(p.Groups) == 0 {
		return nil
	}
	if p.Page >= maxPages {
		return fmt.Errorf("frontegg: %s: more than %d pages: %w", op.ListPage.Name, maxPages, ErrPagination)
	}
	sum := w.seen.Sum(func(yield func(string) bool) {
		for i := range p.Groups {
			if !yield(cmp.Or(p.Groups[i].ID, p.Groups[i].Name)) {
				return
			}
		}
	})
	if earlier, again := w.pages[sum]; again {
		return fmt.Errorf("frontegg: %s: page %d repeats page %d: %w", op.ListPage.Name, p.Page, earlier, ErrPagination)
	}
	w.pages[sum] = p.Page
	return nil
}

// isNew says whether a group has not been yielded yet. A row without an id
// cannot be told from others, so it counts as new.
func (w *progress) isNew(id string) bool { return id == "" || w.seen.Add(id) }
