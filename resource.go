package frontegg

import (
	"errors"
	"sync"

	"github.com/frontegg-go/frontegg/internal/wire"
)

// row is what a T is decoded into. It has the fields of T and replaces those whose
// JSON needs care, such as times. Its memory is reused.
type row[T any] interface {
	// value returns the T, which shares no memory with the row. Lists of a group
	// that are empty and were not requested are nil.
	value(requested Relations) T
	// reset makes the row zero but keeps its memory.
	reset()
}

// resource describes how a type of the API is decoded.
type resource[T any] struct {
	name, list string    // as in "a group" and {"groups":[…]}
	rows       sync.Pool // of row[T]
	id         func(*T) string
	label      func(*T) string // the ID or another name; a T without one is invalid
	labels     string          // the JSON names of what label returns
}

// object decodes the body of a response that is one object.
func (r *resource[T]) object(c *call, body []byte) (*T, error) {
	row := r.rows.Get().(row[T])
	defer r.release(row)
	if err := wire.UnmarshalObject(body, r.name, row); err != nil {
		return nil, err
	}
	v := row.value(c.options.relations)
	if r.label(&v) == "" {
		return nil, r.errNoLabel()
	}
	return &v, nil
}

// page is one page of a list.
type page[T any] struct {
	rows []T
	wire.Page
}

// page decodes the body of a response that is a list.
func (r *resource[T]) page(c *call, body []byte) (page[T], error) {
	row := r.rows.Get().(row[T])
	defer r.release(row)
	p := page[T]{rows: []T{}}
	var err error
	p.Page, err = wire.UnmarshalList(body, r.list, row, func() error {
		v := row.value(c.options.relations)
		row.reset()
		if r.label(&v) == "" {
			return r.errNoLabel()
		}
		p.rows = append(p.rows, v)
		return nil
	})
	return p, err
}

func (r *resource[T]) errNoLabel() error { return errors.New(r.name + " has no " + r.labels) }

func (r *resource[T]) release(row row[T]) {
	row.reset()
	r.rows.Put(row)
}

// copyList returns a copy of a decoded list. A list that was not present is nil, and
// so is an empty one that was not requested: it does not say what the group has.
func copyList[F, T any](list wire.List[F], value func(*F) T, requested bool) []T {
	if !list.Present || len(list.Items) == 0 && !requested {
		return nil
	}
	out := make([]T, len(list.Items))
	for i := range list.Items {
		out[i] = value(&list.Items[i])
	}
	return out
}
