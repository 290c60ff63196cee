// Package filestore keeps the token of a fleet.TokenSource in a file, for
// processes of one user on one machine: command-line tools, cron jobs, workers.
//
// It needs the file locks of Windows or of a Unix with flock, and a local file system.
package filestore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/frontegg-go/frontegg/fleet"
)

const (
	fileMode = 0o600
	dirMode  = 0o700
	// longest is more than a sealed token needs. A longer file is not read to its end.
	longest = 1 << 20
)

// Store is a [fleet.TokenStore] that keeps a sealed token in a file with mode 0600. It
// is safe for concurrent use.
type Store struct{ path, lock string }

var _ fleet.TokenStore = (*Store)(nil)

// New returns a store that keeps the token at path, for example below
// [os.UserCacheDir]. A missing directory is created with mode 0700. The lock is an empty
// file at path+".lock", which is not removed.
func New(path string) *Store { return &Store{path: path, lock: path + ".lock"} }

// Load returns what was saved last.
func (s *Store) Load(context.Context) ([]byte, error) {
	f, err := os.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, longest))
}

// Save replaces the file by a new one. The expiry is not needed: the sealed value has it.
func (s *Store) Save(_ context.Context, sealed []byte, _ time.Time) (err error) {
	if err := s.makeDir(); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(s.path), filepath.Base(s.path)+".*") // with fileMode
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(sealed)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), s.path)
}

// TryLock takes a file lock. The operating system releases it when the process ends.
func (s *Store) TryLock(context.Context) (func(context.Context) error, bool, error) {
	if err := s.makeDir(); err != nil {
		return nil, false, err
	}
	f, err := os.OpenFile(s.lock, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, false, err
	}
	free, err := tryLock(f)
	if err != nil || !free {
		_ = f.Close()
		if err != nil {
			err = fmt.Errorf("lock %s: %w", s.lock, err)
		}
		return nil, false, err
	}
	return func(context.Context) error { return f.Close() }, true, nil
}

func (s *Store) makeDir() error { return os.MkdirAll(filepath.Dir(s.path), dirMode) }
