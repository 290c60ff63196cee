package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// The lock is a file that its holder touches while it lives. That works on every
// system and file system that has hard links, needs no process ids to be compared
// across machines or restarts, and ends by itself when the holder is killed.
const (
	beat  = 10 * time.Second
	stale = 2 * time.Minute // without a beat
)

var (
	errHeld = errors.New("another run is under way")
	errLost = errors.New("the lock was taken over: this run was silent for too long")
)

// fileLock is a lock that this process holds.
type fileLock struct {
	path  string
	owner string // what the file says
}

// defaultLock is a file for each owner and account. Its name is a hash: an account's
// id may have more characters than a file's name, and others.
func defaultLock(owner, tenant string) string {
	hash := sha256.Sum256(fmt.Appendf(nil, "%q %q", owner, tenant))
	return filepath.Join(os.TempDir(), fmt.Sprintf("directorysync-%x.lock", hash[:12]))
}

// acquire takes the lock, or one whose holder has been silent for too long.
func acquire(path string) (*fileLock, error) {
	host, _ := os.Hostname()
	now := time.Now()
	l := &fileLock{path: path, owner: fmt.Sprintf("process %d on %s since %s\n", os.Getpid(), host, now.Format(time.RFC3339Nano))}
	mine, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	defer os.Remove(mine.Name())
	_, err = mine.WriteString(l.owner)
	if err = errors.Join(err, mine.Close(), os.Chtimes(mine.Name(), now, now)); err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	// A link fails where the name exists, and the file has its content at once.
	err = os.Link(mine.Name(), path)
	if errors.Is(err, fs.ErrExist) {
		err = takeOver(path, mine.Name())
	}
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return l, nil
}

// takeOver replaces a lock that is stale. Only one process at a time may look and
// replace: else two that saw the same stale lock could both take it.
func takeOver(path, mine string) error {
	gate := path + ".takeover"
	if err := os.Link(mine, gate); err != nil {
		return fmt.Errorf("%w, or one was killed while it took over a stale lock: in that case remove %s", errHeld, gate)
	}
	defer os.Remove(gate)
	if err := checkStale(path); err != nil {
		return err
	}
	return os.Rename(mine, path)
}

// checkStale returns an error unless the lock has not been touched for long.
func checkStale(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: it has just ended", errHeld)
	}
	if err != nil {
		return err
	}
	if silent := time.Since(info.ModTime()); silent < stale {
		holder, _ := os.ReadFile(path)
		return fmt.Errorf("%w: %.200q, last sign of life %s ago", errHeld, holder, silent.Round(time.Second))
	}
	return nil
}

// hold touches the lock until release is called, which gives it back. The context
// ends when the lock is lost.
func (l *fileLock) hold(ctx context.Context) (held context.Context, release func()) {
	held, cancel := context.WithCancelCause(ctx)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(beat)
		defer ticker.Stop()
		for {
			select {
			case <-stop:
				return
			case now := <-ticker.C:
				if !l.isMine() || os.Chtimes(l.path, now, now) != nil {
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
		if l.isMine() {
			_ = os.Remove(l.path)
		}
	}
}

func (l *fileLock) isMine() bool {
	content, err := os.ReadFile(l.path)
	return err == nil && string(content) == l.owner
}
