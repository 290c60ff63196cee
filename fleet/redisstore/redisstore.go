// Package redisstore keeps the token of a fleet.TokenSource in Redis, for
// processes on many machines.
//
// It needs the commands GET, SET and EVAL, and a Redis of version 2.6.12 or
// newer.
package redisstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/frontegg-go/frontegg/fleet"
	"github.com/frontegg-go/frontegg/fleet/internal/rediscall"
)

const (
	// lockLife is when the lock of a process that died is released. A process whose
	// token request takes longer loses the lock; then two requests are sent.
	lockLife = 10 * time.Second
	// commandTimeout bounds a command, whatever the timeouts of the Redis client. A
	// process does without the store if Redis does not reply.
	commandTimeout = 2 * time.Second
)

// release deletes the lock if the caller still holds it.
var release = redis.NewScript(`
if redis.call("GET", KEYS[1]) == ARGV[1] then
	return redis.call("DEL", KEYS[1])
end
return 0`)

// Store is a [fleet.TokenStore] that keeps a sealed token in Redis. It is safe for
// concurrent use.
type Store struct {
	client redis.UniversalClient
	key    string
	lock   string
}

var _ fleet.TokenStore = (*Store)(nil)

// New returns a store with two keys: key holds the token and expires with it,
// key+":lock" is the lock. The client is not closed.
func New(client redis.UniversalClient, key string) *Store {
	return &Store{client: client, key: key, lock: key + ":lock"}
}

// Load returns what was saved last and has not expired.
func (s *Store) Load(ctx context.Context) ([]byte, error) {
	sealed, err := rediscall.Do(ctx, commandTimeout, func(ctx context.Context) ([]byte, error) { return s.client.Get(ctx, s.key).Bytes() })
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("redis: get %s: %w", s.key, err)
	}
	return sealed, nil
}

// Save replaces what was saved. Redis drops it at expiry.
func (s *Store) Save(ctx context.Context, sealed []byte, expiry time.Time) error {
	var life time.Duration // none
	if !expiry.IsZero() {
		if life = time.Until(expiry); life < time.Millisecond {
			return nil
		}
	}
	_, err := rediscall.Do(ctx, commandTimeout, func(ctx context.Context) (string, error) { return s.client.Set(ctx, s.key, sealed, life).Result() })
	if err != nil {
		return fmt.Errorf("redis: set %s: %w", s.key, err)
	}
	return nil
}

// TryLock takes the lock for at most 10 seconds.
func (s *Store) TryLock(ctx context.Context) (func(context.Context) error, bool, error) {
	owner := rand.Text()
	free, err := rediscall.Do(ctx, commandTimeout, func(ctx context.Context) (bool, error) {
		err := s.client.SetArgs(ctx, s.lock, owner, redis.SetArgs{Mode: "NX", TTL: lockLife}).Err()
		if errors.Is(err, redis.Nil) {
			return false, nil
		}
		return err == nil, err
	})
	if err != nil {
		return nil, false, fmt.Errorf("redis: set %s: %w", s.lock, err)
	}
	return func(ctx context.Context) error { return s.release(ctx, owner) }, free, nil
}

func (s *Store) release(ctx context.Context, owner string) error {
	_, err := rediscall.Do(ctx, commandTimeout, func(ctx context.Context) (any, error) {
		return release.Eval(ctx, s.client, []string{s.lock}, owner).Result()
	})
	if err != nil {
		return fmt.Errorf("redis: release %s: %w", s.lock, err)
	}
	return nil
}
