package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// The lock is a file that its holder touches while it runs. That works on every file
// system with hard links, needs no process IDs, and ends by itself if the holder is
// killed.
const (
	heartbeat  = 10 * time.Second
	staleAfter = 2 * time.Minute // without a heartbeat
)

var (
	errHeld = errors.New("another run is under way")
	errLost = errors.New("the lock was taken over: this run did not touch it for too long")
)

// fileLock is a lock that this process holds.
type fileLock struct {
	path   string
	holder string // the content of the file
}

// defaultLock returns the lock of a tenant on this machine. It does not depend on the
// user or on TMPDIR: cron and a person at a terminal have to meet. The name is a hash,
// as a tenant ID may have characters that a file name must not have.
func defaultLock(target string) string {
	hash := sha256.Sum256([]byte(target))
	return filepath.Join(lockDir(), fmt.Sprintf("directorysync-%x.lock", hash[:12]))
}

// lockDir returns a directory in which every user of the machine can create files.
func lockDir() string {
	if runtime.GOOS == "windows" {
		return os.Getenv("ProgramData")
	}
	const othersMayWrite = 0o002
	for _, dir := range []string{"/run/lock", "/var/lock"} {
		if info, err := os.Stat(dir); err == nil && info.IsDir() && info.Mode()&othersMayWrite != 0 {
			return dir
		}
	}
	return "/tmp"
}

// acquire takes the lock, or takes over one whose holder no longer touches it.
func acquire(path string) (*fileLock, error) {
	host, _ := os.Hostname()
	now := time.Now()
	l := &fileLock{path: path, holder: fmt.Sprintf("process %d on %s since %s\n", os.Getpid(), host, now.Format(time.RFC3339Nano))}
	own, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	defer os.Remove(own.Name())
	_, err = own.WriteString(l.holder)
	// Other users may read who holds the lock.
	err = errors.Join(err, own.Chmod(0o644), own.Close(), os.Chtimes(own.Name(), now, now))
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	// Link fails if the name exists, and the file has its content at once.
	err = os.Link(own.Name(), path)
	if errors.Is(err, fs.ErrExist) {
		err = takeOver(path, own.Name())
	}
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return l, nil
}

// takeOver replaces a stale lock. Only one process at a time may check and replace it:
// otherwise two that saw the same stale lock could both take it.
func takeOver(path, own string) error {
	guard := path + ".takeover"
	if err := os.Link(own, guard); err != nil {
		if info, err := os.Stat(guard); err == nil && time.Since(info.ModTime()) >= staleAfter {
			return fmt.Errorf("another run was killed while it took over a stale lock: remove %s", guard)
		}
		return fmt.Errorf("%w, or was killed while it took over a stale lock: in that case remove %s", errHeld, guard)
	}
	defer os.Remove(guard)
	if err := notStale(path); err != nil {
		return err
	}
	return os.Rename(own, path)
}

// notStale returns an error unless the lock was not touched for long.
func notStale(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: it has just ended", errHeld)
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("is not a file that a run has made")
	}
	now := time.Now()
	silent := now.Sub(info.ModTime())
	if silent >= staleAfter {
		return nil
	}
	if silent < 0 { // a clock was wrong: it counts from now on, as the first time it is seen
		silent = 0
		if err := os.Chtimes(path, now, now); err != nil {
			return fmt.Errorf("%w, or left a lock with a time in the future: in that case remove it: %w", errHeld, err)
		}
	}
	holder, _ := os.ReadFile(path)
	return fmt.Errorf("%w: %.200q, last touched %s ago", errHeld, holder, silent.Round(time.Second))
}

// hold touches the lock until release is called, which removes it. The context is
// canceled if the lock is lost.
func (l *fileLock) hold(ctx context.Context) (held context.Context, release func()) {
	held, cancel := context.WithCancelCause(ctx)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(heartbeat)
		defer ticker.Stop()
		for {
			select {
			case <-stop:
				return
			case now := <-ticker.C:
				if !l.isOurs() || os.Chtimes(l.path, now, now) != nil {
					cancel(errLost)
					return
				}
			}
		}
	}()
	return held, func() {
		close(stop)
		<-stopped
		cancel(nil)
		if l.isOurs() {
			_ = os.Remove(l.path)
		}
	}
}

func (l *fileLock) isOurs() bool {
	content, err := os.ReadFile(l.path)
	return err == nil && string(content) == l.holder
}
