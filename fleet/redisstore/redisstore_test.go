package redisstore_test

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet"
	"github.com/frontegg-go/frontegg/fleet/internal/fleettest"
	"github.com/frontegg-go/frontegg/fleet/internal/redistest"
	"github.com/frontegg-go/frontegg/fleet/redisstore"
)

func TestStore_ThousandSources(t *testing.T) {
	inBubble(t, func(t *testing.T, client client) {
		fleettest.Sources(t, 1000, func() fleet.TokenStore { return redisstore.New(client, key) })
	})
}

func TestStore_Processes(t *testing.T) {
	fleettest.Processes(t, 16, func() string { return redistest.Start(t).Socket })
}

func TestStore_Load(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, client client) {
		store := redisstore.New(client, key)
		got, err := store.Load(t.Context())
		require.NoError(t, err)
		assert.Nil(t, got, "nothing yet")

		sealed := []byte{1, 0, 255, '\n'}
		require.NoError(t, store.Save(t.Context(), sealed, time.Now().Add(time.Hour)))
		got, err = store.Load(t.Context())
		require.NoError(t, err)
		assert.Equal(t, sealed, got)
		assert.InDelta(t, time.Hour.Seconds(), client.PTTL(t.Context(), key).Val().Seconds(), 60)

		require.NoError(t, store.Save(t.Context(), []byte("ended"), time.Now().Add(-time.Second)))
		got, err = store.Load(t.Context())
		require.NoError(t, err)
		assert.Equal(t, sealed, got, "what has ended is not stored")

		require.NoError(t, store.Save(t.Context(), sealed, time.Time{}))
		assert.Negative(t, client.TTL(t.Context(), key).Val(), "no end: it stays")

		other := redisstore.New(client, "another")
		got, err = other.Load(t.Context())
		require.NoError(t, err)
		assert.Nil(t, got)
	})
}

func TestStore_Lock(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, client client) {
		ctx := t.Context()
		store := redisstore.New(client, key)
		release, ok, err := store.TryLock(ctx)
		require.NoError(t, err)
		require.True(t, ok)
		_, ok, err = redisstore.New(client, key).TryLock(ctx)
		require.NoError(t, err)
		assert.False(t, ok, "it is held")

		require.NoError(t, release(ctx))
		release, ok, err = store.TryLock(ctx)
		require.NoError(t, err)
		require.True(t, ok, "it is free again")

		// The lock lapses and another takes it: the first must leave it alone.
		require.NoError(t, client.Set(ctx, key+":lock", "someone else", time.Minute).Err())
		require.NoError(t, release(ctx))
		assert.Equal(t, "someone else", client.Get(ctx, key+":lock").Val())
	})
}

func TestStore_LockExpires(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, client client) {
		require.NoError(t, client.Set(t.Context(), key+":lock", "one that died", 0).Err())
		time.AfterFunc(5*time.Second, func() { client.Del(t.Context(), key+":lock") })
		server := fleettest.NewServer(t)
		c := fleettest.NewClient(t, server, redisstore.New(client, key), fleet.TokenOptions{})
		_, err := c.Groups.Config(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 1, server.Count("auth.vendor"))
		assert.NotZero(t, client.Exists(t.Context(), key).Val(), "it got the lock, so the token is stored")
	})
}

// A lock comes free if its holder dies.
func TestStore_LockHasAnEnd(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, client client) {
		_, ok, err := redisstore.New(client.Client, key).TryLock(t.Context())
		require.NoError(t, err)
		require.True(t, ok)
		life := client.PTTL(t.Context(), key+":lock").Val()
		assert.NotEqual(t, time.Duration(-1), life, "no end")
		assert.LessOrEqual(t, life, 10*time.Second)
	})
}

func TestStore_RevokedToken(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, client client) {
		server := fleettest.NewServer(t)
		var clients []*frontegg.Client
		for range 20 {
			clients = append(clients, fleettest.NewClient(t, server, redisstore.New(client, key), fleet.TokenOptions{}))
		}
		everyone := func() {
			var wg sync.WaitGroup
			for _, c := range clients {
				wg.Go(func() {
					_, err := c.Groups.Config(t.Context())
					assert.NoError(t, err)
				})
			}
			wg.Wait()
		}
		everyone()
		require.Equal(t, 1, server.Count("auth.vendor"))
		server.RevokeTokens()
		everyone()
		assert.Equal(t, 2, server.Count("auth.vendor"))
	})
}

func TestStore_RedisUnusable(t *testing.T) {
	t.Parallel()
	for name, socketOf := range map[string]func(t testing.TB) string{
		"it is not there": redistest.Socket,
		"it went away": func(t testing.TB) string {
			server := redistest.Start(t)
			socket := server.Socket
			store := redisstore.New(redistest.Client(t, socket), key)
			require.NoError(t, store.Save(t.Context(), []byte("x"), time.Time{}))
			server.Stop()
			return socket
		},
		"it does not respond": silent,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			server := fleettest.NewServer(t)
			c := fleettest.NewClient(t, server, redisstore.New(redistest.Client(t, socketOf(t)), key),
				fleet.TokenOptions{Logger: slog.New(slog.NewTextHandler(&log, nil))})
			_, err := c.Groups.Config(t.Context())
			require.NoError(t, err)
			assert.Contains(t, log.String(), "token store cannot be read")
		})
	}
}

// silent listens and never says a word.
func silent(t testing.TB) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", redistest.Socket(t))
	require.NoError(t, err)
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				_, _ = io.Copy(io.Discard, conn)
				_ = conn.Close()
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		wg.Wait()
	})
	return listener.Addr().String()
}
