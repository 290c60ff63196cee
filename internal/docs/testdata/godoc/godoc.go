// Package godoc is documented badly.
package godoc

import (
	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet"
)

// T links to [F], [T.Method], [frontegg.Client], [frontegg.Client.ForTenant],
// [frontegg.APIError.Op], [fleet.New], [fleet.Store] and
// [fleet.Source.Token], which are there, and to [Nobody], [frontegg.Nobody],
// [frontegg.Client.Nothing], [fleet.Nobody] and [fleet.Source.Nothing],
// which are not. [REDACTED] is no link.
type T struct {
	C *frontegg.Client
	S *fleet.Source
}

func (T) Method() {}

// F is fine.
func F() {}

func Bare() {}

// The constants.
const (
	A = 1
	B = 2
)
