// Package ahead fetches numbered parts of a whole ahead of their reader and
// hands them over in order. It does not know what the parts are.
package ahead

import (
	"context"
	"errors"
	"iter"
	"sync"
)

// Options bound how far ahead parts are fetched.
type Options[T any] struct {
	Limit int // parts in flight at most; at least 1
	// Start is how many parts may be in flight at first. It doubles with each
	// part read, up to Limit, so that a reader who stops early wastes little.
	Start int
	// More says whether part i is worth fetching, by what is known so far. It is
	// called in the reader's goroutine, with i growing.
	More func(i int) bool
	// Learn sees each part, in order, before More is called again. May be nil.
	Learn func(T)
}

// errNoReturn is the error of a fetch that ended its goroutine.
var errNoReturn = errors.New("the fetch ended its goroutine")

// part is a fetch under way.
type part[T any] struct {
	done     chan struct{}
	value    T
	err      error
	panicked any
}

// run fetches the part. A panic is kept for the reader, who may recover from it;
// in this goroutine it would end the program.
func (p *part[T]) run(ctx context.Context, i int, fetch func(context.Context, int) (T, error)) {
	defer close(p.done)
	defer func() { p.panicked = recover() }()
	p.err = errNoReturn
	p.value, p.err = fetch(ctx, i)
}

// Parts returns what fetch returns for 0, 1, 2 … in that order. The first error
// is the last thing that is yielded. When the reader stops, fetches under way
// are cancelled and have ended before the iterator returns.
func Parts[T any](ctx context.Context, o Options[T], fetch func(context.Context, int) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if o.Limit <= 1 {
			oneByOne(ctx, o, fetch, yield)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()

		var queue []*part[T]
		next, window := 0, max(1, min(o.Start, o.Limit))
		fill := func() {
			for len(queue) < window && o.More(next) {
				p, i := &part[T]{done: make(chan struct{})}, next
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
			o.learn(p.value)
			window = min(2*window, o.Limit)
			fill()
			if !yield(p.value, nil) {
				return
			}
		}
	}
}

func oneByOne[T any](ctx context.Context, o Options[T], fetch func(context.Context, int) (T, error), yield func(T, error) bool) {
	for i := 0; o.More(i); i++ {
		value, err := fetch(ctx, i)
		if err == nil {
			o.learn(value)
		}
		if !yield(value, err) || err != nil {
			return
		}
	}
}

func (o *Options[T]) learn(value T) {
	if o.Learn != nil {
		o.Learn(value)
	}
}
