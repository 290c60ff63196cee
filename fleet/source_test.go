package fleet_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet"
)

func TestTokenSource_SharedUntilRefresh(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner, store := &logins{life: 100 * time.Minute}, &memory{}
		first, log := newSource(t, inner, store)
		assert.Equal(t, "token-1", take(t, first))
		expiry := time.Now().Add(100 * time.Minute)

		<-time.After(79 * time.Minute)
		second, _ := newSource(t, inner, store)
		token, err := second.Token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "token-1", token.Value.Reveal())
		assert.WithinDuration(t, expiry, token.Expiry, time.Second, "the stored token keeps its end")

		<-time.After(2 * time.Minute)
		third, _ := newSource(t, inner, store)
		assert.Equal(t, "token-2", take(t, third), "the first that comes after four fifths renews it")
		assert.Equal(t, "token-2", take(t, first), "the others get the new one when they ask again")
		assert.Equal(t, "token-2", take(t, second))
		assert.Equal(t, 2, inner.count)
		assert.Empty(t, log.String())
		assert.False(t, store.locked)
	})
}

func TestTokenSource_NoExpiry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner, store := &logins{}, &memory{}
		first, _ := newSource(t, inner, store)
		second, _ := newSource(t, inner, store)
		take(t, first)
		<-time.After(1000 * time.Hour)
		token, err := second.Token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, frontegg.Token{Value: "token-1"}, token)
	})
}

func TestTokenSource_ThousandSources(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner, store := &logins{life: time.Hour, takes: time.Second}, &memory{}
		var wg sync.WaitGroup
		for range 1000 {
			source, _ := newSource(t, inner, store)
			wg.Go(func() { assert.Equal(t, "token-1", take(t, source)) })
		}
		wg.Wait()
		assert.Equal(t, 1, inner.count)
	})
}

func TestTokenSource_StoredBeforeLock(t *testing.T) {
	t.Parallel()
	inner, store := &logins{life: time.Hour}, &memory{}
	first, _ := newSource(t, inner, store)
	second, _ := newSource(t, inner, store)
	store.beforeLock = func() { take(t, first) } // between the second's look and its lock
	assert.Equal(t, "token-1", take(t, second))
	assert.Equal(t, 1, inner.count)
}

func TestTokenSource_RejectedToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner, store := &logins{life: time.Hour}, &memory{}
		first, _ := newSource(t, inner, store)
		second, _ := newSource(t, inner, store)
		require.Equal(t, "token-1", take(t, first))
		require.Equal(t, "token-1", take(t, second))

		assert.Equal(t, "token-2", take(t, first), "asked again before its end: a new one")
		assert.Equal(t, "token-2", take(t, second), "and the others take that one from the store")
		assert.Equal(t, 2, inner.count)
		third, _ := newSource(t, inner, store)
		assert.Equal(t, "token-2", take(t, third))
	})
}

func TestTokenSource_ConcurrentCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner := &logins{life: time.Hour, takes: time.Second}
		source, _ := newSource(t, inner, &memory{})
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() { assert.Equal(t, "token-1", take(t, source)) })
		}
		wg.Wait()
		assert.Equal(t, 1, inner.count)
	})
}

func TestTokenSource_DuringRefresh(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner, store := &logins{life: 100 * time.Minute}, &memory{}
		holder, _ := newSource(t, inner, store)
		take(t, holder)
		<-time.After(90 * time.Minute)
		store.locked = true

		newcomer, _ := newSource(t, inner, store)
		assert.Equal(t, "token-1", take(t, newcomer))
		assert.Equal(t, 1, inner.count)

		// One that has had the token wants another, so it waits.
		got := make(chan string, 1)
		go func() { got <- take(t, holder) }()
		<-time.After(5 * time.Second)
		assert.Empty(t, got)
		store.mu.Lock()
		store.locked = false
		store.mu.Unlock()
		assert.Equal(t, "token-2", <-got)
	})
}

func TestTokenSource_LockNeverReleased(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner, store := &logins{life: time.Hour}, &memory{locked: true}
		source, log := newSource(t, inner, store)
		began := time.Now()
		assert.Equal(t, "token-1", take(t, source))
		assert.InDelta(t, 20, time.Since(began).Seconds(), 1)
		assert.Contains(t, log.String(), "locked for too long")
		assert.Less(t, store.loads, 200, "it does not look all the time")
	})
}

func TestTokenSource_ContextEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source, _ := newSource(t, &logins{}, &memory{locked: true})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		for range 2 { // one waits for the lock, the other for the one
			wg.Go(func() {
				_, err := source.Token(ctx)
				assert.ErrorIs(t, err, context.DeadlineExceeded)
			})
		}
		began := time.Now()
		wg.Wait()
		assert.InDelta(t, 1, time.Since(began).Seconds(), 0.01)
	})
}

func TestTokenSource_StoreFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("store is broken")
	for name, c := range map[string]struct {
		store  *memory
		logged string
	}{
		"load":    {&memory{loadErr: broken}, "token store cannot be read"},
		"lock":    {&memory{lockErr: broken}, "token store cannot be locked"},
		"save":    {&memory{saveErr: broken}, "token cannot be stored"},
		"release": {&memory{releasesErr: broken}, "token store cannot be unlocked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source, log := newSource(t, &logins{life: time.Hour}, c.store)
			assert.Equal(t, "token-1", take(t, source))
			assert.Contains(t, log.String(), "level=WARN")
			assert.Contains(t, log.String(), c.logged)
			assert.Contains(t, log.String(), broken.Error())
			assert.NotContains(t, log.String(), "token-1")
		})
	}
}

func TestTokenSource_DamagedEntry(t *testing.T) {
	t.Parallel()
	sealedFor := func(clientID string, key []byte) []byte {
		store := &memory{}
		source, err := fleet.NewTokenSource(&logins{}, store, fleet.TokenOptions{ClientID: clientID, Key: key})
		require.NoError(t, err)
		take(t, source)
		return store.sealed
	}
	good := sealedFor("client", testKey)
	for name, sealed := range map[string][]byte{
		"another key":       sealedFor("client", bytes.Repeat([]byte{8}, 32)),
		"another client id": sealedFor("someone else", testKey),
		"another format":    append([]byte{2}, good[1:]...),
		"a changed byte":    append(bytes.Clone(good[:len(good)-1]), good[len(good)-1]^1),
		"cut short":         good[:5],
		"one byte":          {1},
		"text":              []byte("token-1"),
		"far too long":      append([]byte{1}, make([]byte, 1<<20)...),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inner, store := &logins{count: 10, life: time.Hour}, &memory{sealed: sealed}
			source, log := newSource(t, inner, store)
			assert.Equal(t, "token-11", take(t, source))
			assert.Contains(t, log.String(), "cannot be decrypted")
			next, _ := newSource(t, inner, store)
			assert.Equal(t, "token-11", take(t, next), "from the store")
		})
	}
}

func TestTokenSource_LoginFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		down := errors.New("login is down")
		inner, store := &logins{life: 100 * time.Minute}, &memory{}
		first, _ := newSource(t, inner, store)
		take(t, first)
		inner.err = down

		<-time.After(90 * time.Minute)
		second, log := newSource(t, inner, store)
		assert.Equal(t, "token-1", take(t, second), "it has ten minutes left")
		assert.Contains(t, log.String(), down.Error())
		_, err := first.Token(t.Context())
		assert.ErrorIs(t, err, down, "it was handed out before, so it is no longer good")

		<-time.After(10 * time.Minute)
		third, _ := newSource(t, inner, store)
		_, err = third.Token(t.Context())
		assert.ErrorIs(t, err, down, "it has ended")
		assert.False(t, store.locked)

		inner.err = nil
		assert.Equal(t, "token-5", take(t, third))
	})
}

func TestNewTokenSource_Invalid(t *testing.T) {
	t.Parallel()
	inner, store := &logins{}, &memory{}
	for name, c := range map[string]struct {
		inner frontegg.TokenSource
		store fleet.TokenStore
		opts  fleet.TokenOptions
		field string
	}{
		"no source":    {nil, store, fleet.TokenOptions{ClientID: "c", Key: testKey}, "inner"},
		"no store":     {inner, nil, fleet.TokenOptions{ClientID: "c", Key: testKey}, "store"},
		"no client id": {inner, store, fleet.TokenOptions{Key: testKey}, "ClientID"},
		"no key":       {inner, store, fleet.TokenOptions{ClientID: "c"}, "Key"},
		"short key":    {inner, store, fleet.TokenOptions{ClientID: "c", Key: testKey[:16]}, "Key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := fleet.NewTokenSource(c.inner, c.store, c.opts)
			var invalid *frontegg.ValidationError
			require.ErrorAs(t, err, &invalid)
			assert.Equal(t, c.field, invalid.Field)
		})
	}
}

func TestTokenSource_Encryption(t *testing.T) {
	t.Parallel()
	inner, store := &logins{}, &memory{}
	source, _ := newSource(t, inner, store)
	take(t, source)
	before := store.sealed
	assert.NotContains(t, string(before), "token-1")
	assert.NotContains(t, string(before), "expiry")

	inner.count = 0
	store.sealed = nil
	again, _ := newSource(t, inner, store)
	take(t, again)
	assert.NotEqual(t, before[1:13], store.sealed[1:13], "the nonce")
}

func TestDeriveKey(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, pair := range [][2]string{{"id", "secret"}, {"id", "secret2"}, {"id2", "secret"}, {"", "idsecret"}} {
		key, err := fleet.DeriveKey(pair[0], pair[1])
		require.NoError(t, err)
		assert.Len(t, key, 32)
		assert.False(t, seen[string(key)])
		seen[string(key)] = true
	}
	again, err := fleet.DeriveKey("id", "secret")
	require.NoError(t, err)
	assert.True(t, seen[string(again)], "the same for the same")
}
