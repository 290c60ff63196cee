package fleet

import (
	"context"
	"time"
)

// TokenStore keeps one sealed token for several programs, and a lock that one of
// them holds at a time. It is safe for concurrent use.
//
// A TokenStore does not look into what it keeps. Its operations end soon after their
// context, and within a few seconds without that, for a caller waits for them.
type TokenStore interface {
	// Load returns what was saved last, nil where there is nothing.
	Load(ctx context.Context) ([]byte, error)
	// Save replaces what was saved. It may be forgotten from expiry on; zero
	// means never. A Load at the same time returns the old or the new, whole.
	Save(ctx context.Context, sealed []byte, expiry time.Time) error
	// TryLock takes the lock and returns what releases it, or returns false at
	// once where another holds it. The lock must come free again if its holder
	// dies, and only its holder may release it.
	TryLock(ctx context.Context) (release func(context.Context) error, ok bool, err error)
}
