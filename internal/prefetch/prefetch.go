// Package prefetch fetches numbered items ahead of their reader and returns them
// in order. It does not know what the items are.
package prefetch

import (
	"context"
	"errors"
	"iter"
	"sync"
)

// Options limit how far ahead items are fetched.
type Options[T any] struct {
	Limit int // maximum number of items in flight; 0 means 1
	// InitialWindow is how many items may be in flight at first. The window
	// doubles with each item read, up to Limit, so that a reader who stops early
	// wastes little.
	InitialWindow int
	// HasMore reports whether item i exists, as far as is known. It is called in
	// the reader's goroutine, with increasing i.
	HasMore func(i int) bool
	// OnItem is called with each item, in order, before HasMore is called again.
	// May be nil.
	OnItem func(T)
}

// errNoReturn is the error of a fetch that called runtime.Goexit.
var errNoReturn = errors.New("the fetch ended its goroutine")

// item is one fetch.
type item[T any] struct {
	done     chan struct{}
	value    T
	err      error
	panicked any
}

// run fetches the item. A panic is passed on to the reader, who may recover from
// it; in this goroutine it would end the program.
func (p *item[T]) run(ctx context.Context, i int, fetch func(context.Context, int) (T, error)) {
	defer close(p.done)
	defer func() { p.panicked = recover() }()
	p.err = errNoReturn
	p.value, p.err = fetch(ctx, i)
}

// All yields what fetch returns for 0, 1, 2 … in that order, up to the first error.
// When the reader stops, running fetches are canceled, and the iterator returns after
// they have returned.
func All[T any](ctx context.Context, o Options[T], fetch func(context.Context, int) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if o.Limit <= 1 {
			sequential(ctx, o, fetch, yield)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()

		var queue []*item[T]
		next, window := 0, max(1, min(o.InitialWindow, o.Limit))
		fill := func() {
			for len(queue) < window && o.HasMore(next) {
				p, i := &item[T]{done: make(chan struct{})}, next
				running.Go(func() { p.run(ctx, i, fetch) })
				queue = append(queue, p)
				next++
			}
		}
		for fill(); len(queue) > 0; fill() {
			p := queue[0]
			<-p.done
			queue[0] = nil
			queue = queue[1:]
			if p.panicked != nil {
				panic(p.panicked)
			}
			if p.err != nil {
				yield(p.value, p.err)
				return
			}
			o.onItem(p.value)
			window = min(2*window, o.Limit)
			fill()
			if !yield(p.value, nil) {
				return
			}
		}
	}
}

func sequential[T any](ctx context.Context, o Options[T], fetch func(context.Context, int) (T, error), yield func(T, error) bool) {
	for i := 0; o.HasMore(i); i++ {
		value, err := fetch(ctx, i)
		if err == nil {
			o.onItem(value)
		}
		if !yield(value, err) || err != nil {
			return
		}
	}
}

func (o *Options[T]) onItem(value T) {
	if o.OnItem != nil {
		o.OnItem(value)
	}
}
