package fleet

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/frontegg-go/frontegg"
)

const (
	// waitLimit is how long a source waits for another to refresh the token. A client
	// gives its source 30 seconds, so there is time left for a request.
	waitLimit = 20 * time.Second
	// releaseTimeout bounds the release of the lock. The lock is released even if the
	// caller's context has ended.
	releaseTimeout = 2 * time.Second
	// A store that another source has locked is polled after these pauses.
	firstPause   = 20 * time.Millisecond
	longestPause = 250 * time.Millisecond
)

// TokenOptions configures a [TokenSource].
type TokenOptions struct {
	// ClientID is the client ID of the inner source's credentials. Tokens stored for
	// another one are not used. Required.
	ClientID string
	// Key encrypts the stored token with AES-256-GCM: 32 bytes, the same in all
	// processes. See [DeriveKey]. Required.
	Key []byte
	// Logger logs failures of the store at Warn. nil means none. Tokens are never
	// logged.
	Logger *slog.Logger
}

// TokenSource is a [frontegg.TokenSource] that shares the tokens of another one
// through a [TokenStore]. It is safe for concurrent use. Each client needs its own; the
// package documentation says why.
type TokenSource struct {
	inner  frontegg.TokenSource
	store  TokenStore
	seal   *sealer
	logger *slog.Logger

	turn       chan struct{} // full while a call of Token runs
	returned   entry         // by the last call; zero before the first
	returnedAt time.Time
}

// NewTokenSource returns a source of the tokens of inner, shared through store. It sends
// and reads nothing. The error is a [*frontegg.ValidationError].
func NewTokenSource(inner frontegg.TokenSource, store TokenStore, opts TokenOptions) (*TokenSource, error) {
	invalid := func(field, reason string) (*TokenSource, error) {
		return nil, &frontegg.ValidationError{Op: "fleet.NewTokenSource", Field: field, Reason: reason}
	}
	switch {
	case inner == nil:
		return invalid("inner", "must not be nil")
	case store == nil:
		return invalid("store", "must not be nil")
	case opts.ClientID == "":
		return invalid("ClientID", "is required")
	case len(opts.Key) != keySize:
		return invalid("Key", fmt.Sprintf("must have %d bytes, has %d", keySize, len(opts.Key)))
	}
	seal, err := newSealer(opts.Key, opts.ClientID)
	if err != nil {
		return invalid("Key", "is invalid: "+err.Error())
	}
	logger := opts.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &TokenSource{inner: inner, store: store, seal: seal, logger: logger, turn: make(chan struct{}, 1)}, nil
}

// Token returns the stored token, or gets a new one and stores it. It never returns the
// token of its last call: a client that calls again needs another one, because the server
// rejected it or it is about to expire. Concurrent calls share a result.
//
// The error is that of the inner source, or wraps the error of ctx.
func (s *TokenSource) Token(ctx context.Context) (frontegg.Token, error) {
	began := time.Now()
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return frontegg.Token{}, waiting(ctx)
	}
	defer func() { <-s.turn }()
	if s.returnedAt.After(began) { // by a call that this one waited for
		return s.returned.token(), nil
	}
	e, err := s.shared(ctx)
	if err != nil {
		return frontegg.Token{}, err
	}
	s.returned, s.returnedAt = e, time.Now()
	return e.token(), nil
}

// shared returns a usable stored token, refreshes it, or waits for another source that
// does.
func (s *TokenSource) shared(ctx context.Context) (entry, error) {
	giveUp := time.Now().Add(waitLimit)
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		stored, err := s.load(ctx)
		if err != nil {
			return s.alone(ctx, "frontegg: token store cannot be read", err)
		}
		if stored.fresh(time.Now()) && s.usable(stored) {
			return stored, nil
		}
		release, locked, err := s.store.TryLock(ctx)
		switch {
		case err != nil:
			return s.alone(ctx, "frontegg: token store cannot be locked", err)
		case locked:
			defer s.release(ctx, release)
			return s.refresh(ctx)
		case stored.valid(time.Now()) && s.usable(stored):
			return stored, nil // another source refreshes it
		case time.Now().After(giveUp):
			return s.alone(ctx, "frontegg: token store is locked for too long", nil)
		}
		timer := time.NewTimer(pause/2 + rand.N(pause))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return entry{}, waiting(ctx)
		}
	}
}

// refresh stores a new token. It is called with the lock held. Another source may have
// stored one just before.
func (s *TokenSource) refresh(ctx context.Context) (entry, error) {
	stored, err := s.load(ctx)
	if err != nil {
		return s.alone(ctx, "frontegg: token store cannot be read", err)
	}
	if stored.fresh(time.Now()) && s.usable(stored) {
		return stored, nil
	}
	e, err := s.fetch(ctx)
	if err != nil {
		if stored.valid(time.Now()) && s.usable(stored) {
			s.logger.WarnContext(ctx, "frontegg: token cannot be refreshed; the stored one is still valid", "error", err)
			return stored, nil
		}
		return entry{}, err
	}
	if err := s.save(ctx, e); err != nil {
		s.logger.WarnContext(ctx, "frontegg: token cannot be stored", "error", err)
	}
	return e, nil
}

// alone calls the inner source without the store, and logs why.
func (s *TokenSource) alone(ctx context.Context, why string, err error) (entry, error) {
	if ctx.Err() != nil {
		return entry{}, waiting(ctx)
	}
	s.logger.WarnContext(ctx, why+"; sending a token request of its own", "error", err)
	return s.fetch(ctx)
}

// usable reports whether e may be returned: it is not the token of the last call.
func (s *TokenSource) usable(e entry) bool { return e.Value != s.returned.Value }

func (s *TokenSource) fetch(ctx context.Context) (entry, error) {
	issued := time.Now()
	t, err := s.inner.Token(ctx)
	if err != nil {
		return entry{}, err
	}
	return entry{Value: t.Value.Reveal(), Issued: issued, Expiry: t.Expiry}, nil
}

// load returns the stored token. The entry is empty if there is none that can be
// decrypted.
func (s *TokenSource) load(ctx context.Context) (entry, error) {
	sealed, err := s.store.Load(ctx)
	if err != nil || len(sealed) == 0 {
		return entry{}, err
	}
	e, ok := s.seal.open(sealed)
	if !ok {
		s.logger.WarnContext(ctx, "frontegg: stored token cannot be decrypted: it has another key or client ID, or is damaged; it will be replaced")
		return entry{}, nil
	}
	return e, nil
}

func (s *TokenSource) save(ctx context.Context, e entry) error {
	sealed, err := s.seal.seal(e)
	if err != nil {
		return err
	}
	return s.store.Save(ctx, sealed, e.Expiry)
}

func (s *TokenSource) release(ctx context.Context, release func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	if err := release(ctx); err != nil {
		s.logger.WarnContext(ctx, "frontegg: token store cannot be unlocked", "error", err)
	}
}

func waiting(ctx context.Context) error {
	return fmt.Errorf("fleet: waiting for a token: %w", context.Cause(ctx))
}
