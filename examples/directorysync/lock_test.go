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

// untouched makes a lock that was last touched at a time.
func untouched(t *testing.T, at time.Time) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "lock")
	_, err := acquire(path)
	require.NoError(t, err)
	require.NoError(t, os.Chtimes(path, at, at))
	return path
}

func TestLock_HeldByOne(t *testing.T) {
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

func TestLock_IsKeptByTheHeartbeat(t *testing.T) {
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

func TestLock_StaleIsTakenOverByOne(t *testing.T) {
	t.Parallel()
	path := untouched(t, time.Now().Add(-staleAfter))
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
	assert.True(t, (<-got).isOurs())
	assert.NoFileExists(t, path+".takeover")
}

// A clock was wrong when the lock was made: it is stale two minutes after the first
// run that saw it.
func TestLock_InTheFuture(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		path := untouched(t, time.Now().AddDate(1, 0, 0))
		_, err := acquire(path)
		require.ErrorIs(t, err, errHeld)
		<-time.After(staleAfter - time.Second)
		_, err = acquire(path)
		require.ErrorIs(t, err, errHeld)
		<-time.After(time.Second)
		l, err := acquire(path)
		require.NoError(t, err)
		assert.True(t, l.isOurs())
	})
}

func TestLock_TakenOverByAnother(t *testing.T) {
	t.Parallel()
	path := untouched(t, time.Now().Add(-staleAfter))
	require.NoError(t, os.WriteFile(path+".takeover", nil, 0o600))
	_, err := acquire(path)
	require.ErrorIs(t, err, errHeld)
	require.ErrorContains(t, err, "remove "+path+".takeover")

	old := time.Now().Add(-staleAfter)
	require.NoError(t, os.Chtimes(path+".takeover", old, old))
	_, err = acquire(path)
	require.ErrorContains(t, err, "remove "+path+".takeover")
	assert.Equal(t, exitFailed, failed(err).exit, "nobody takes it over: a person must know")
	assert.NotErrorIs(t, err, errHeld)
}

// What is no lock would look like one that is held for ever.
func TestLock_NoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	require.NoError(t, os.Symlink(filepath.Join(dir, "nothing"), link))
	for _, path := range []string{dir, link} {
		_, err := acquire(path)
		require.ErrorContains(t, err, path+": is not a file")
		assert.NotErrorIs(t, err, errHeld)
	}
}

func TestLock_Lost(t *testing.T) {
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

func TestRun_Locked(t *testing.T) {
	s := tenant(t)
	args := syncArgs(t, small, "-apply")
	l, err := acquire(args[3])
	require.NoError(t, err)
	r := runWith(t, args...)
	assert.Equal(t, exitLocked, r.exit)
	assert.Contains(t, r.summary(), "result=locked exit=6")
	assert.Empty(t, s.Requests())
	require.True(t, l.isOurs())
	require.NoError(t, os.Remove(l.path))
	assert.Equal(t, exitOK, runWith(t, args...).exit)
	assert.NoFileExists(t, l.path)
}

func TestDefaultLock(t *testing.T) {
	before := defaultLock("server, tenant a")
	assert.NotEqual(t, before, defaultLock("server, tenant b"))
	assert.Less(t, len(filepath.Base(defaultLock(strings.Repeat("/", 300)))), 100, "with the longest tenant ID too")
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	assert.Equal(t, before, defaultLock("server, tenant a"), "the same for every user")
	f, err := os.CreateTemp(filepath.Dir(before), "directorysync-test-*")
	require.NoError(t, err)
	require.NoError(t, f.Close())
	require.NoError(t, os.Remove(f.Name()))
}
