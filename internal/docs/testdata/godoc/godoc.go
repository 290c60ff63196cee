// Package godoc is documented badly.
package godoc

import "github.com/frontegg-go/frontegg"

// T links to [F], [T.Method], [frontegg.Client], [frontegg.Client.ForTenant] and
// [frontegg.APIError.Op], which are there, and to [Nobody], [frontegg.Nobody] and
// [frontegg.Client.Nothing], which are not. [REDACTED] is no link.
//
// Of another module it links to [github.com/frontegg-go/frontegg/fleet.TokenStore]
// and [github.com/frontegg-go/frontegg/fleet.TokenSource.Token], which are there,
// and to [github.com/frontegg-go/frontegg/fleet.Nobody] and
// [github.com/frontegg-go/frontegg/fleet.TokenSource.Nothing], which are not.
type T struct{ C *frontegg.Client }

func (T) Method() {}

// F is fine.
func F() {}

func Bare() {}

// The constants.
const (
	A = 1
	B = 2
)
