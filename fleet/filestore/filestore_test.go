package filestore_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/frontegg-go/frontegg/fleet"
	"github.com/frontegg-go/frontegg/fleet/filestore"
	"github.com/frontegg-go/frontegg/fleet/internal/fleettest"
)

func TestMain(m *testing.M) {
	fleettest.Child(func(path string) fleet.TokenStore { return filestore.New(path) })
	goleak.VerifyTestMain(m)
}

func TestStore_ThousandSources(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	synctest.Test(t, func(t *testing.T) {
		fleettest.Sources(t, 1000, func() fleet.TokenStore { return filestore.New(path) })
	})
}

func TestStore_Processes(t *testing.T) {
	fleettest.Processes(t, 16, func() string { return filepath.Join(t.TempDir(), "token") })
}

func TestStore_Load(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "made", "on", "the", "way", "token")
	store := filestore.New(path)
	got, err := store.Load(t.Context())
	require.NoError(t, err)
	assert.Nil(t, got, "nothing yet")

	for _, sealed := range [][]byte{{1, 0, 255, '\n'}, []byte("shorter")} {
		require.NoError(t, store.Save(t.Context(), sealed, time.Time{}))
		got, err = filestore.New(path).Load(t.Context())
		require.NoError(t, err)
		assert.Equal(t, sealed, got)
	}
}

func TestStore_FileModes(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "tokens")
	store := filestore.New(filepath.Join(dir, "token"))
	release, ok, err := store.TryLock(t.Context())
	require.NoError(t, err)
	require.True(t, ok)
	require.NoError(t, store.Save(t.Context(), []byte("sealed"), time.Time{}))
	require.NoError(t, release(t.Context()))

	assert.Equal(t, fs.FileMode(0o700), mode(t, dir))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
		assert.Equal(t, fs.FileMode(0o600), mode(t, filepath.Join(dir, entry.Name())), entry.Name())
	}
	assert.Equal(t, []string{"token", "token.lock"}, names, "no other file stays behind")
}

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Mode().Perm()
}

func TestStore_SaveFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "token")
	require.NoError(t, os.MkdirAll(filepath.Join(path, "full"), 0o700)) // cannot be replaced by a file
	require.Error(t, filestore.New(path).Save(t.Context(), []byte("sealed"), time.Time{}))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	assert.True(t, entries[0].IsDir())
}

func TestStore_Lock(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "token")
	release, ok, err := filestore.New(path).TryLock(t.Context())
	require.NoError(t, err)
	require.True(t, ok)
	_, ok, err = filestore.New(path).TryLock(t.Context())
	require.NoError(t, err)
	assert.False(t, ok, "it is held")
	require.NoError(t, release(t.Context()))
	release, ok, err = filestore.New(path).TryLock(t.Context())
	require.NoError(t, err)
	require.True(t, ok, "it is free again")
	require.NoError(t, release(t.Context()))
}

func TestStore_FileUnusable(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for name, c := range map[string]struct{ path, logged string }{
		"its directory is a file": {filepath.Join(file, "token"), "token store cannot be read"},
		"it is a directory":       {t.TempDir(), "token store cannot be read"},
		"no directory can be made": {
			"/proc/none/token", "token store cannot be locked",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			server := fleettest.NewServer(t)
			client := fleettest.NewClient(t, server, filestore.New(c.path),
				fleet.TokenOptions{Logger: slog.New(slog.NewTextHandler(&log, nil))})
			_, err := client.Groups.Config(t.Context())
			require.NoError(t, err)
			assert.Contains(t, log.String(), c.logged)
		})
	}
}
