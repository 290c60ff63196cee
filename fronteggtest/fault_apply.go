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

// applyFault handles a call as f describes.
func (s *Server) applyFault(w http.ResponseWriter, c *call, f *Fault) {
	if !sleep(c.Context(), f.Delay) {
		panic(http.ErrAbortHandler)
	}
	if f.Drop == DropBeforeApply && f.Respond == nil {
		drop(c, f)
	}
	var r response
	if f.executes() {
		r = s.respond(c)
	}
	if f.Respond != nil {
		s.callRespond(w, c, f)
		return
	}
	switch {
	case f.Status != 0:
		r = response{status: f.Status, body: f.body()}
	case f.Body != "":
		r.body = []byte(f.Body)
	}
	r.header = merge(r.header, f.Header)
	switch f.Drop {
	case DropNone:
		s.recordStatus(c, r.status)
		r.writeHeader(w, len(r.body))
		if !writeBody(w, c, f, r.body) {
			panic(http.ErrAbortHandler)
		}
	case DropMidHeader:
		writePartialHeader(w, c, f, r.status)
	case DropMidBody:
		r.writeHeader(w, len(r.body))
		writeBody(w, c, f, r.body[:len(r.body)/2])
		_ = http.NewResponseController(w).Flush()
		drop(c, f)
	default:
		drop(c, f)
	}
}

// merge returns the values of both headers; those of over take precedence.
func merge(under, over http.Header) http.Header {
	out := http.Header{}
	maps.Copy(out, under)
	for key, values := range over {
		out[http.CanonicalHeaderKey(key)] = values
	}
	return out
}

// writeBody writes a body, byte by byte if f says so. It reports false if the
// client went away or the server closed.
func writeBody(w http.ResponseWriter, c *call, f *Fault, body []byte) bool {
	if f.ByteDelay <= 0 {
		_, err := w.Write(body)
		return err == nil || errors.Is(err, http.ErrBodyNotAllowed) // as with a 204
	}
	flush := http.NewResponseController(w).Flush
	if flush() != nil {
		return false
	}
	for i := range body {
		if !sleep(c.Context(), f.ByteDelay) {
			return false
		}
		if _, err := w.Write(body[i : i+1]); err != nil || flush() != nil {
			return false
		}
	}
	return true
}

// drop ends the connection. If the fault hangs, it first waits until the client
// gives up or the server closes.
func drop(c *call, f *Fault) {
	if f.Hang {
		<-c.Context().Done()
	}
	panic(http.ErrAbortHandler)
}

// writePartialHeader sends half of a response header.
func writePartialHeader(w http.ResponseWriter, c *call, f *Fault, status int) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil { // HTTP/2, or no connection at all
		drop(c, f)
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 %d %s\r\nContent-Type: applica", status, http.StatusText(status))
	if f.Hang {
		// net/http does not watch a hijacked connection: read until it ends.
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			_, _ = io.Copy(io.Discard, conn)
		}()
		select {
		case <-gone:
		case <-c.Context().Done():
		}
	}
}

// callRespond lets the fault's own function write the response.
func (s *Server) callRespond(w http.ResponseWriter, c *call, f *Fault) {
	c.Body = io.NopCloser(bytes.NewReader(c.body))
	f.Respond(&statusRecorder{ResponseWriter: w, record: func(status int) { s.recordStatus(c, status) }}, c.Request)
}

// statusRecorder records the status that is written through it.
type statusRecorder struct {
	http.ResponseWriter
	record   func(int)
	recorded bool
}

func (w *statusRecorder) WriteHeader(status int) {
	if !w.recorded {
		w.recorded = true
		w.record(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusRecorder) Write(b []byte) (int, error) {
	if !w.recorded {
		w.recorded = true
		w.record(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is used by http.ResponseController.
func (w *statusRecorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// sleep waits for d. It reports false if ctx ends first: the client gave up or the
// server closed.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
