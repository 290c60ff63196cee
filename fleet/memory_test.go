package fleet_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet"
)

// memory is a store that can be made to fail.
type memory struct {
	mu                                     sync.Mutex
	sealed                                 []byte
	locked                                 bool
	loadErr, saveErr, lockErr, releasesErr error
	loads, saves                           int
	beforeLock                             func()
}

func (m *memory) Load(context.Context) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.loads++
	return bytes.Clone(m.sealed), m.loadErr
}

func (m *memory) Save(_ context.Context, sealed []byte, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.saveErr != nil {
		return m.saveErr
	}
	m.saves++
	m.sealed = bytes.Clone(sealed)
	return nil
}

func (m *memory) TryLock(context.Context) (func(context.Context) error, bool, error) {
	if hook := m.beforeLock; hook != nil {
		m.beforeLock = nil
		hook()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.locked || m.lockErr != nil {
		return nil, false, m.lockErr
	}
	m.locked = true
	return func(context.Context) error {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.locked = false
		return m.releasesErr
	}, true, nil
}

// logins is an inner source that numbers its tokens: token-1, token-2 …
type logins struct {
	mu    sync.Mutex
	count int
	life  time.Duration // 0: tokens do not expire
	takes time.Duration
	err   error
}

func (l *logins) Token(ctx context.Context) (frontegg.Token, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	if l.takes > 0 {
		select {
		case <-time.After(l.takes):
		case <-ctx.Done():
			return frontegg.Token{}, ctx.Err()
		}
	}
	if l.err != nil {
		return frontegg.Token{}, l.err
	}
	t := frontegg.Token{Value: frontegg.Secret(fmt.Sprintf("token-%d", l.count))}
	if l.life > 0 {
		t.Expiry = time.Now().Add(l.life)
	}
	return t, nil
}

var testKey = bytes.Repeat([]byte{7}, 32)

// newSource returns a source for the client id "client", and what it logs.
func newSource(t *testing.T, inner frontegg.TokenSource, store fleet.TokenStore) (*fleet.TokenSource, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	source, err := fleet.NewTokenSource(inner, store, fleet.TokenOptions{
		ClientID: "client", Key: testKey, Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	require.NoError(t, err)
	return source, &log
}

// take returns the value of the token that source returns.
func take(t *testing.T, source *fleet.TokenSource) string {
	t.Helper()
	token, err := source.Token(t.Context())
	assert.NoError(t, err) // not require: it is called in goroutines too
	return token.Value.Reveal()
}
