package redact

// Opaque holds a value with secrets. Printers and dumpers, also those that read
// unexported fields, only see a function.
type Opaque[T any] struct{ get func() T }

// Hide returns an Opaque that holds v.
func Hide[T any](v T) Opaque[T] { return Opaque[T]{func() T { return v }} }

// Value returns the value. That of a zero Opaque is zero.
func (o Opaque[T]) Value() (v T) {
	if o.get != nil {
		v = o.get()
	}
	return v
}
