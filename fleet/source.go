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
	// waitLimit is how long a source waits for another to renew the token. A
	// client gives its source 30 seconds, so there is time left for a request.
	waitLimit = 20 * time.Second
	// releaseTimeout bounds the release of the lock, which is also done where
	// the caller's context has ended.
	releaseTimeout = 2 * time.Second
	// The pauses between looks at a store that another source has locked.
	firstPause   = 20 * time.Millisecond
	longestPause = 250 * time.Millisecond
)

// TokenOptions configures a [TokenSource].
type TokenOptions struct {
	// ClientID is the client id of the inner source's credentials. A token that
	// was stored for another one is not used. Required.
	ClientID string
	// Key seals the stored token by AES-256-GCM: 32 bytes, the same in all the
	// programs that share it. See [DeriveKey]. Required.
	Key []byte
	// Logger is told at Warn what is wrong with the store. nil: silence. No
	// token is ever logged.
	Logger *slog.Logger
}

// TokenSource is a [frontegg.TokenSource] that shares the tokens of another one
// through a [TokenStore]. It is safe for concurrent use; give each client its own,
// for the reason that the package documentation tells.
type TokenSource struct {
	inner  frontegg.TokenSource
	store  TokenStore
	seal   *sealer
	logger *slog.Logger

	turn     chan struct{} // full while a call of Token runs
	handed   entry         // out last; no Value: none yet
	handedAt time.Time
}

// NewTokenSource returns a source that hands out the tokens of inner, shared through store.
// Nothing is sent and nothing is read. The error, a [*frontegg.ValidationError],
// says what is wrong with the arguments.
func NewTokenSource(inner frontegg.TokenSource, store TokenStore, opts TokenOptions) (*TokenSource, error) {
	refuse := func(field, reason string) (*TokenSource, error) {
		return nil, &frontegg.ValidationError{Op: "fleet.NewTokenSource", Field: field, Reason: reason}
	}
	switch {
	case inner == nil:
		return refuse("inner", "is nil")
	case store == nil:
		return refuse("store", "is nil")
	case opts.ClientID == "":
		return refuse("ClientID", "is empty")
	case len(opts.Key) != keySize:
		return refuse("Key", fmt.Sprintf("has %d bytes instead of %d", len(opts.Key), keySize))
	}
	seal, err := newSealer(opts.Key, opts.ClientID)
	if err != nil {
		return refuse("Key", "cannot be used: "+err.Error())
	}
	logger := opts.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &TokenSource{inner: inner, store: store, seal: seal, logger: logger, turn: make(chan struct{}, 1)}, nil
}

// Token returns the stored token, or a new one that it stores. It never returns
// the token that it returned last: to be asked again means that the server
// refused it, or that it is time for a new one. Calls at the same time share
// one answer.
//
// The error is that of the inner source, or says that ctx ended.
func (s *TokenSource) Token(ctx context.Context) (frontegg.Token, error) {
	began := time.Now()
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return frontegg.Token{}, waiting(ctx)
	}
	defer func() { <-s.turn }()
	if s.handedAt.After(began) { // by a call that this one waited for
		return s.handed.token(), nil
	}
	e, err := s.shared(ctx)
	if err != nil {
		return frontegg.Token{}, err
	}
	s.handed, s.handedAt = e, time.Now()
	return e.token(), nil
}

// shared returns a usable stored token, or renews it, or waits for another
// source that does.
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
			return s.renew(ctx)
		case stored.live(time.Now()) && s.usable(stored):
			return stored, nil // another source is renewing it
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

// renew stores a new token, with the lock held. Another source may have done so
// just before.
func (s *TokenSource) renew(ctx context.Context) (entry, error) {
	stored, err := s.load(ctx)
	if err != nil {
		return s.alone(ctx, "frontegg: token store cannot be read", err)
	}
	if stored.fresh(time.Now()) && s.usable(stored) {
		return stored, nil
	}
	e, err := s.fetch(ctx)
	if err != nil {
		if stored.live(time.Now()) && s.usable(stored) {
			s.logger.WarnContext(ctx, "frontegg: token cannot be renewed; the stored one still lives", "error", err)
			return stored, nil
		}
		return entry{}, err
	}
	if err := s.save(ctx, e); err != nil {
		s.logger.WarnContext(ctx, "frontegg: token cannot be stored", "error", err)
	}
	return e, nil
}

// alone asks the inner source without the store, and says why.
func (s *TokenSource) alone(ctx context.Context, why string, err error) (entry, error) {
	if ctx.Err() != nil {
		return entry{}, waiting(ctx)
	}
	s.logger.WarnContext(ctx, why+"; asking for a token of its own", "error", err)
	return s.fetch(ctx)
}

// usable says whether e may be handed out: it is not the token that was handed
// out last.
func (s *TokenSource) usable(e entry) bool { return e.Value != s.handed.Value }

func (s *TokenSource) fetch(ctx context.Context) (entry, error) {
	issued := time.Now()
	t, err := s.inner.Token(ctx)
	if err != nil {
		return entry{}, err
	}
	return entry{Value: t.Value.Reveal(), Issued: issued, Expiry: t.Expiry}, nil
}

// load returns the stored token, or none where there is none that opens.
func (s *TokenSource) load(ctx context.Context) (entry, error) {
	sealed, err := s.store.Load(ctx)
	if err != nil || len(sealed) == 0 {
		return entry{}, err
	}
	e, ok := s.seal.open(sealed)
	if !ok {
		s.logger.WarnContext(ctx, "frontegg: stored token does not open: it was sealed with another key or for another client id, or it is damaged; it will be replaced")
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
