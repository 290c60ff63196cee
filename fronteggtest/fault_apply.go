package fronteggtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"time"
)

// play answers a call as a fault says.
func (s *Server) applyFault(w http.ResponseWriter, c *call, f *Fault) {
	if !s.pause(c.Context(), f.Delay) {
		panic(http.ErrAbortHandler)
	}
	if f.Drop == DropBeforeApply && f.Respond == nil {
		s.drop(c, f)
	}
	var a response
	if f.executes() {
		a = s.respond(c)
	}
	if f.Respond != nil {
		s.callRespond(w, c, f)
		return
	}
	switch {
	case f.Status != 0:
		a = response{status: f.Status, body: f.body()}
	case f.Body != "":
		a.body = []byte(f.Body)
	}
	a.header = merge(a.header, f.Header)
	switch f.Drop {
	case DropNone:
		s.recordStatus(c, a.status)
		a.writeHeader(w, len(a.body))
		if !s.writeBody(w, c, f, a.body) {
			panic(http.ErrAbortHandler)
		}
	case DropMidHeader:
		s.writePartialHeader(w, c, f, a.status)
	case DropMidBody:
		a.writeHeader(w, len(a.body))
		s.writeBody(w, c, f, a.body[:len(a.body)/2])
		_ = http.NewResponseController(w).Flush()
		s.drop(c, f)
	default:
		s.drop(c, f)
	}
}

// merge returns the values of both; those of over take the place of others.
func merge(under, over http.Header) http.Header {
	out := http.Header{}
	maps.Copy(out, under)
	for key, values := range over {
		out[http.CanonicalHeaderKey(key)] = values
	}
	return out
}

// writeBody writes body, slowly if the fault says so. It is false where the client or
// the server did not last.
func (s *Server) writeBody(w http.ResponseWriter, c *call, f *Fault, body []byte) bool {
	if f.ByteDelay <= 0 {
		_, err := w.Write(body)                                     //nolint:gosec // the test says what is written
		return err == nil || errors.Is(err, http.ErrBodyNotAllowed) // as with a 204
	}
	flush := http.NewResponseController(w).Flush
	if flush() != nil {
		return false
	}
	for i := range body {
		if !s.pause(c.Context(), f.ByteDelay) {
			return false
		}
		if _, err := w.Write(body[i : i+1]); err != nil || flush() != nil { //nolint:gosec // as above
			return false
		}
	}
	return true
}

// drop ends the connection, or lets it fall silent until it ends by itself.
func (s *Server) drop(c *call, f *Fault) {
	if f.Hang {
		select {
		case <-c.Context().Done():
		case <-s.stopping:
		}
	}
	panic(http.ErrAbortHandler)
}

// cutHeader sends half of the head of an answer.
func (s *Server) writePartialHeader(w http.ResponseWriter, c *call, f *Fault, status int) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil { // HTTP/2, or no connection at all
		s.drop(c, f)
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 %d %s\r\nContent-Type: applica", status, http.StatusText(status))
	if f.Hang {
		// The server no longer watches a hijacked connection: read until it ends.
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			_, _ = io.Copy(io.Discard, conn)
		}()
		select {
		case <-gone:
		case <-s.stopping:
		}
	}
}

// respond lets the fault's own function answer.
func (s *Server) callRespond(w http.ResponseWriter, c *call, f *Fault) {
	c.Body = io.NopCloser(bytes.NewReader(c.body))
	f.Respond(&statusRecorder{ResponseWriter: w, record: func(status int) { s.recordStatus(c, status) }}, c.Request)
}

// statusWatcher tells the status that is written through it.
type statusRecorder struct {
	http.ResponseWriter
	record func(int)
	told   bool
}

func (w *statusRecorder) WriteHeader(status int) {
	if !w.told {
		w.told = true
		w.record(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusRecorder) Write(b []byte) (int, error) {
	if !w.told {
		w.told = true
		w.record(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController find what the writer can do.
func (w *statusRecorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// pause waits. It is false where the client gave up or the server closed first.
func (s *Server) pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-s.stopping:
	}
	return false
}
