package fleet

import (
	"context"
	"time"
)

// TokenStore keeps one sealed token for several programs, and a lock that one of
// them holds at a time. It is safe for concurrent use.
//
// A TokenStore does not interpret what it keeps. Its methods return soon after their
// context ends, and within a few seconds in any case, because a caller waits for them.
type TokenStore interface {
	// Load returns what was saved last, nil if there is nothing.
	Load(ctx context.Context) ([]byte, error)
	// Save replaces what was saved. It may be dropped at expiry; zero means never.
	// A concurrent Load returns the old or the new value, never a mixture.
	Save(ctx context.Context, sealed []byte, expiry time.Time) error
	// TryLock takes the lock and returns a function that releases it. If another
	// process holds it, TryLock returns false at once. The lock must become free if its
	// holder dies, and only its holder can release it.
	TryLock(ctx context.Context) (release func(context.Context) error, ok bool, err error)
}
