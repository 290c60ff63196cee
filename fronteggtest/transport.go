package fronteggtest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"
	"time"
)

// Transport returns a RoundTripper that passes requests to the server in memory,
// whatever their host. No connection is involved, so it can be used in a
// testing/synctest bubble; create the server in the same bubble. It ends with the
// request's context, and fails once the server is closed.
//
// If a [Fault] drops the connection, errors.Is(err, [syscall.ECONNRESET]) is true;
// within a body the error is [io.ErrUnexpectedEOF].
func (s *Server) Transport() http.RoundTripper { return memory{s} }

// memory is a RoundTripper that calls the server.
type memory struct{ server *Server }

func (m memory) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(req.Context())
	r, err := serverRequest(ctx, req)
	if err != nil {
		cancel()
		return nil, err
	}
	if m.server.closed() {
		cancel()
		return nil, netError("dial", "connect", syscall.ECONNREFUSED)
	}
	w := newMemoryWriter(ctx)
	go func() {
		defer w.finish()
		m.server.serve(w, r)
	}()
	select {
	case <-w.started:
	case <-ctx.Done():
	}
	if ctx.Err() != nil {
		cancel()
		return nil, context.Cause(ctx)
	}
	if w.err != nil {
		cancel()
		return nil, w.err
	}
	return w.response(cancel, req), nil
}

// serverRequest returns req as a server sees it, with its body read.
func serverRequest(ctx context.Context, req *http.Request) (*http.Request, error) {
	var body []byte
	if req.Body != nil {
		var err error
		body, err = io.ReadAll(req.Body)
		_ = req.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	r := req.Clone(ctx)
	r.Method = cmp.Or(req.Method, http.MethodGet)
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.URL = &url.URL{Path: req.URL.Path, RawPath: req.URL.RawPath, RawQuery: req.URL.RawQuery}
	r.RequestURI = req.URL.RequestURI()
	r.RemoteAddr = "127.0.0.1:0"
	return r, nil
}

func netError(op, call string, errno syscall.Errno) error {
	return &net.OpError{Op: op, Net: "tcp", Err: os.NewSyscallError(call, errno)}
}

// memoryWriter receives a response from a handler: as a whole, or as it is written
// once the handler has flushed it.
type memoryWriter struct {
	ctx     context.Context // of the request
	header  http.Header
	status  int
	sent    http.Header // a copy of header, made when the status was written
	buffer  bytes.Buffer
	flushed bool
	err     error         // there is no response
	started chan struct{} // closed when there is a response to read, or err is set
	reader  *io.PipeReader
	writer  *io.PipeWriter
}

func newMemoryWriter(ctx context.Context) *memoryWriter {
	w := &memoryWriter{ctx: ctx, header: http.Header{}, started: make(chan struct{})}
	w.reader, w.writer = io.Pipe()
	return w
}

func (w *memoryWriter) Header() http.Header { return w.header }

func (w *memoryWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *memoryWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.flushed {
		return w.writer.Write(b)
	}
	return w.buffer.Write(b)
}

// Flush starts the response.
func (w *memoryWriter) Flush() {
	w.WriteHeader(http.StatusOK)
	if !w.flushed {
		w.flushed = true
		close(w.started)
	}
}

// finish is called when the handler returns or panics. It ends the response or the
// connection.
func (w *memoryWriter) finish() {
	problem := recover()
	err, _ := problem.(error)
	switch {
	case problem != nil && !errors.Is(err, http.ErrAbortHandler):
		panic(problem) // of a Fault's Respond; it fails the test
	case w.flushed && w.ctx.Err() != nil:
		_ = w.writer.CloseWithError(context.Cause(w.ctx))
	case w.flushed && problem != nil:
		_ = w.writer.CloseWithError(io.ErrUnexpectedEOF)
	case w.flushed:
		_ = w.writer.Close()
	case problem != nil:
		w.err = netError("read", "read", syscall.ECONNRESET)
		close(w.started)
	default:
		w.WriteHeader(http.StatusOK)
		close(w.started)
	}
}

// response returns the response. Closing its body calls cancel.
func (w *memoryWriter) response(cancel context.CancelFunc, req *http.Request) *http.Response {
	resp := &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, ContentLength: int64(w.buffer.Len()), Request: req,
	}
	resp.Header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	if !w.flushed {
		cancel() // the handler has returned
		resp.Body = io.NopCloser(&w.buffer)
		return resp
	}
	resp.ContentLength = -1
	stop := context.AfterFunc(w.ctx, func() { _ = w.writer.CloseWithError(context.Cause(w.ctx)) })
	resp.Body = &stream{io.MultiReader(&w.buffer, w.reader), func() {
		stop()
		_ = w.reader.Close()
		cancel()
	}}
	return resp
}

// stream is the body of a response that is still being written.
type stream struct {
	io.Reader
	end func()
}

func (s *stream) Close() error {
	s.end()
	return nil
}
