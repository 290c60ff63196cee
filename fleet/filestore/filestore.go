// Package filestore keeps the token of a [fleet.TokenSource] in a file, for
// programs of one user on one machine: command-line tools, jobs that cron starts
// together, workers of one host.
//
// It needs the file locks of Windows or of a Unix with flock, and a local file
// system.
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
	// longest is more than a sealed token can have. Whatever else lies at the
	// path is not read to its end.
	longest = 1 << 20
)

// Store keeps a sealed token in a file that only its owner can read. It is safe
// for concurrent use.
type Store struct{ path, lock string }

var _ fleet.TokenStore = (*Store)(nil)

// New returns a store that keeps the token at path, below [os.UserCacheDir] for
// example. A directory that is not there is made, for the owner only. Beside the
// file lies path+".lock", which is empty and stays.
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

// Save writes a new file and puts it in the place of the old one. The expiry is
// not needed: it is in what is sealed.
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

// TryLock takes a lock that the operating system gives back when the program
// ends, however it ends.
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
