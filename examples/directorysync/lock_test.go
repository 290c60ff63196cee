package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestALockIsHeldByOne(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	l, err := acquire(path)
	require.NoError(t, err)
	_, release := l.hold(t.Context())
	_, err = acquire(path)
	require.ErrorIs(t, err, errHeld)
	require.ErrorContains(t, err, "process")
	release()
	l, err = acquire(path)
	require.NoError(t, err)
	_, release = l.hold(t.Context())
	release()
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestALockThatIsTouchedStays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "lock")
		l, err := acquire(path)
		require.NoError(t, err)
		ctx, release := l.hold(t.Context())
		<-time.After(time.Hour)
		_, err = acquire(path)
		require.ErrorIs(t, err, errHeld)
		assert.NoError(t, ctx.Err())
		release()
		assert.NoFileExists(t, path)
	})
}

func TestTheLockOfAKilledRunIsTakenOverByOne(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	_, err := acquire(path) // and never touched again
	require.NoError(t, err)
	long := time.Now().Add(-stale)
	require.NoError(t, os.Chtimes(path, long, long))
	var wg sync.WaitGroup
	got := make(chan *fileLock, 50)
	for range cap(got) {
		wg.Go(func() {
			if l, err := acquire(path); assert.True(t, err == nil || assert.ErrorIs(t, err, errHeld)) && err == nil {
				got <- l
			}
		})
	}
	wg.Wait()
	require.Len(t, got, 1)
	assert.True(t, (<-got).isMine())
	assert.NoFileExists(t, path+".takeover")
}

func TestALockThatAnotherRunTakesOverIsLeftToIt(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	_, err := acquire(path)
	require.NoError(t, err)
	long := time.Now().Add(-stale)
	require.NoError(t, os.Chtimes(path, long, long))
	require.NoError(t, os.WriteFile(path+".takeover", nil, 0o600))
	_, err = acquire(path)
	require.ErrorIs(t, err, errHeld)
	require.ErrorContains(t, err, "remove "+path+".takeover")
}

func TestARunThatLostItsLockEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "lock")
		l, err := acquire(path)
		require.NoError(t, err)
		ctx, release := l.hold(t.Context())
		require.NoError(t, os.WriteFile(path, []byte("another"), 0o600))
		<-ctx.Done()
		require.ErrorIs(t, context.Cause(ctx), errLost)
		release()
		assert.FileExists(t, path, "it is another run's now")
	})
}

func TestALockedRunWritesNothing(t *testing.T) {
	s := account(t)
	args := syncArgs(t, small, "-apply")
	l, err := acquire(args[3])
	require.NoError(t, err)
	r := runWith(t, args...)
	assert.Equal(t, exitLocked, r.exit)
	assert.Contains(t, r.summary(), "result=locked exit=6")
	assert.Empty(t, s.Requests())
	require.True(t, l.isMine())
	require.NoError(t, os.Remove(l.path))
	assert.Equal(t, exitDone, runWith(t, args...).exit)
	assert.NoFileExists(t, l.path)
}

func TestEachOwnerAndAccountHasALock(t *testing.T) {
	t.Parallel()
	assert.NotEqual(t, defaultLock("a", "b"), defaultLock("a", "c"))
	assert.NotEqual(t, defaultLock("a", "b"), defaultLock("c", "b"))
	assert.NotEqual(t, defaultLock("a b", "c"), defaultLock("a", "b c"))
	assert.Equal(t, os.TempDir(), filepath.Dir(defaultLock("../a", "/b")))
	assert.Less(t, len(filepath.Base(defaultLock("a", strings.Repeat("/", 256)))), 100, "with the longest tenant id too")
}
