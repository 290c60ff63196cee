package fronteggtest

import (
	"context"
	"errors"
	"fmt"
	"log"
	"slices"
	"strings"
	"time"
)

// closeTimeout is how long Close waits for requests in progress.
const closeTimeout = 10 * time.Second

// lifecycle is what a server needs to close. Server.mu guards it.
type lifecycle struct {
	isClosed   bool
	active     int                 // requests in progress, and the listener
	inProgress map[*call]time.Time // and when they began
	idle       chan struct{}       // closed once the server is closed and active is 0

	// ctx is the parent of every request; Close cancels it.
	ctx    context.Context
	cancel context.CancelCauseFunc
}

// errServerClosed is the cause of requests that Close ends.
var errServerClosed = errors.New("fronteggtest: server closed")

func newLifecycle() lifecycle {
	l := lifecycle{inProgress: map[*call]time.Time{}, idle: make(chan struct{})}
	l.ctx, l.cancel = context.WithCancelCause(context.Background())
	return l
}

// Close ends all connections and frees the port. It waits until no request is in
// progress, at most ten seconds: then it logs the requests that have not ended,
// which are those whose [Fault.Respond] ignores its context. State and requests can
// be read after Close.
func (s *Server) Close() {
	if err := s.close(); err != nil {
		log.Print(err)
	}
}

func (s *Server) close() error {
	s.mu.Lock()
	if !s.isClosed {
		s.isClosed = true
		s.cancel(errServerClosed)
		if s.active == 0 {
			close(s.idle)
		}
	}
	server := s.http
	s.mu.Unlock()
	if server != nil {
		_ = server.Close()
	}
	timer := time.NewTimer(closeTimeout)
	defer timer.Stop()
	select {
	case <-s.idle:
		return nil
	case <-timer.C:
		return s.stuckError()
	}
}

// stuckError names the requests in progress.
func (s *Server) stuckError() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var stuck []string
	for c, began := range s.inProgress {
		stuck = append(stuck, fmt.Sprintf("%s %s (%s, for %v)", c.Method, c.URL.Path, c.op.name, time.Since(began).Round(time.Millisecond)))
	}
	slices.Sort(stuck)
	return fmt.Errorf("fronteggtest: Close: requests still in progress after %v: %s; a Fault.Respond must return when its request's context is done",
		closeTimeout, strings.Join(stuck, ", "))
}

// acquire counts a request in progress. It reports false if the server is closed.
// After true, call release. A sync.WaitGroup would belong to one synctest bubble.
func (s *Server) acquire(c *call) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.isClosed {
		return false
	}
	s.active++
	s.inProgress[c] = time.Now()
	return true
}

func (s *Server) release(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.inProgress, c)
	if s.active--; s.active == 0 && s.isClosed {
		close(s.idle)
	}
}

// closed reports whether Close was called.
func (s *Server) closed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.isClosed
}
