package faults

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

// HTTP/2 frame types, flags and error codes.
const (
	frameData, frameHeaders, frameReset, frameSettings, frameGoAway = 0, 1, 3, 4, 7

	flagAck, flagEndStream, flagEndHeaders = 1, 1, 4

	codeNone, codeInternal, codeRefused, codeEnhanceCalm = 0, 2, 7, 11
)

// h2Conn is the server's side of an HTTP/2 connection, frame by frame.
type h2Conn struct {
	net.Conn
	reader *bufio.Reader
	drips  sync.WaitGroup
}

func (c *h2Conn) send(kind, flags byte, stream uint32, payload ...byte) (sent bool) {
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(payload))<<8|uint32(kind))
	frame = binary.BigEndian.AppendUint32(append(frame, flags), stream)
	_, err := c.Write(append(frame, payload...))
	return err == nil
}

func (c *h2Conn) next() (kind, flags byte, stream uint32, err error) {
	var header [9]byte
	if _, err = io.ReadFull(c.reader, header[:]); err != nil {
		return 0, 0, 0, err
	}
	_, err = io.CopyN(io.Discard, c.reader, int64(binary.BigEndian.Uint32(header[:4])>>8))
	return header[3], header[4], binary.BigEndian.Uint32(header[5:]), err
}

func (c *h2Conn) goAway(last, code uint32) {
	c.send(frameGoAway, 0, 0, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, last), code)...)
}

func (c *h2Conn) resetStream(stream, code uint32) {
	c.send(frameReset, 0, stream, binary.BigEndian.AppendUint32(nil, code)...)
}

// status200 is ":status: 200" in HPACK.
const status200 = 0x88

func (c *h2Conn) respond(stream uint32, body string) {
	c.send(frameHeaders, flagEndHeaders, stream, status200)
	c.send(frameData, flagEndStream, stream, []byte(body)...)
}

// drip sends the same frame every dripInterval until the connection is closed.
func (c *h2Conn) drip(kind byte, stream uint32, payload ...byte) {
	c.drips.Go(func() {
		drops := time.NewTicker(dripInterval)
		defer drops.Stop()
		for range drops.C {
			if !c.send(kind, 0, stream, payload...) {
				return
			}
		}
	})
}

// h2Fault is applied to the first request: after its headers, or in place of a
// response.
type h2Fault struct {
	onHeader, onEnd func(c *h2Conn, stream uint32)
	notProcessed    bool // provably
	silent          bool // the client notices it by the attempt timeout only
}

var h2Faults = map[string]h2Fault{
	"RST_STREAM on the header":      {onHeader: func(c *h2Conn, s uint32) { c.resetStream(s, codeInternal) }},
	"refused on the header":         {onHeader: func(c *h2Conn, s uint32) { c.resetStream(s, codeRefused) }, notProcessed: true},
	"GOAWAY on the header":          {onHeader: func(c *h2Conn, _ uint32) { c.goAway(0, codeNone) }, notProcessed: true},
	"closed on the header":          {onHeader: func(c *h2Conn, _ uint32) { _ = c.Close() }},
	"RST_STREAM on the end":         {onEnd: func(c *h2Conn, s uint32) { c.resetStream(s, codeInternal) }},
	"refused on the end":            {onEnd: func(c *h2Conn, s uint32) { c.resetStream(s, codeRefused) }, notProcessed: true},
	"ENHANCE_YOUR_CALM on the end":  {onEnd: func(c *h2Conn, s uint32) { c.resetStream(s, codeEnhanceCalm) }},
	"GOAWAY before the request":     {onEnd: func(c *h2Conn, _ uint32) { c.goAway(0, codeNone) }, notProcessed: true},
	"GOAWAY with an error":          {onEnd: func(c *h2Conn, _ uint32) { c.goAway(0, codeInternal) }, notProcessed: true},
	"GOAWAY that counts the stream": {onEnd: func(c *h2Conn, s uint32) { c.goAway(s, codeNone); _ = c.Close() }},
	"closed on the end":             {onEnd: func(c *h2Conn, _ uint32) { _ = c.Close() }},
	"RST_STREAM in the response": {onEnd: func(c *h2Conn, s uint32) {
		c.send(frameHeaders, flagEndHeaders, s, status200)
		c.send(frameData, 0, s, '{')
		c.resetStream(s, codeInternal)
	}},
	"closed in the response": {onEnd: func(c *h2Conn, s uint32) {
		c.send(frameHeaders, flagEndHeaders, s, status200)
		c.send(frameData, 0, s, '{')
		_ = c.Close()
	}},
	"no response":          {onEnd: func(*h2Conn, uint32) {}, silent: true},
	"no end of the header": {onEnd: func(c *h2Conn, s uint32) { c.send(frameHeaders, 0, s, status200) }, silent: true},
	"no body":              {onEnd: func(c *h2Conn, s uint32) { c.send(frameHeaders, flagEndHeaders, s, status200) }, silent: true},
	"a slow body": {onEnd: func(c *h2Conn, s uint32) {
		c.send(frameHeaders, flagEndHeaders, s, status200)
		c.drip(frameData, s, ' ')
	}, silent: true},
	"a header that cannot be read": {onEnd: func(c *h2Conn, s uint32) { c.send(frameHeaders, flagEndHeaders, s, 0xff, 0xff, 0xff, 0xff, 0xff) }},
}

// h2Server applies the fault to the first request and serves all others.
type h2Server struct {
	*listener
	headers, processed atomic.Int64 // requests whose headers, whose bodies were received
}

func serveH2(t testing.TB, secure *tls.Config, fault h2Fault, body string) *h2Server {
	t.Helper()
	s := &h2Server{}
	s.listener = listen(t, secure, func(_ int64, conn net.Conn, _ func() (*http.Request, bool)) { s.serve(conn, fault, body) })
	return s
}

func (s *h2Server) serve(conn net.Conn, fault h2Fault, body string) {
	c := &h2Conn{Conn: conn, reader: bufio.NewReader(conn)}
	defer c.drips.Wait()
	defer func() { _ = c.Close() }()
	preface := make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
	if _, err := io.ReadFull(c.reader, preface); err != nil {
		return
	}
	c.send(frameSettings, 0, 0)
	faulty := map[uint32]bool{}
	for {
		kind, flags, stream, err := c.next()
		if err != nil {
			return
		}
		switch {
		case kind == frameSettings && flags&flagAck == 0:
			c.send(frameSettings, flagAck, 0)
			continue
		case kind == frameHeaders:
			faulty[stream] = s.headers.Add(1) == 1
			if faulty[stream] && fault.onHeader != nil {
				fault.onHeader(c, stream)
			}
		}
		if (kind != frameHeaders && kind != frameData) || flags&flagEndStream == 0 || (faulty[stream] && fault.onHeader != nil) {
			continue
		}
		s.processed.Add(1)
		if faulty[stream] {
			fault.onEnd(c, stream)
		} else {
			c.respond(stream, body)
		}
	}
}

// bodyFor returns the body of a success of the operation.
func bodyFor(o *op.Operation) string {
	path := strings.NewReplacer("{id}", "g1", "{groupId}", "g1").Replace(o.Route)
	resp, _ := success(httptest.NewRequest(o.Method, path, nil))
	body, _ := io.ReadAll(resp.Body)
	return string(body)
}

func TestHTTP2_Faults(t *testing.T) {
	t.Parallel()
	secure := tlsConfig(t, "h2")
	for name, fault := range h2Faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inParallel(operations(), func(o *op.Operation) {
				s := serveH2(t, secure, fault, bodyFor(o))
				policy := frontegg.RetryPolicy{}
				if fault.silent { // on a slow machine more than one attempt may end this way
					policy = frontegg.RetryPolicy{MaxAttempts: 10, AttemptTimeout: 2 * time.Second}
				}
				c := s.client(t, frontegg.WithRetry(policy))
				err := operationCalls[o](t.Context(), c)
				if o == op.Create && !fault.notProcessed {
					assert.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
					// A slow server may read them after the call has ended.
					assert.Eventually(t, func() bool { return s.headers.Load() > 0 }, realTimeout, time.Millisecond)
					assert.EqualValues(t, 1, s.headers.Load(), "a create whose headers were sent is not retried")
					assert.LessOrEqual(t, s.processed.Load(), int64(1))
					return
				}
				assert.NoError(t, err, o.Name)
				assert.GreaterOrEqual(t, s.headers.Load(), int64(2), o.Name)
			})
		})
	}
}

func TestHTTP2_ClosedBeforeFirstRequest(t *testing.T) {
	t.Parallel()
	secure := tlsConfig(t, "h2")
	inParallel(operations(), func(o *op.Operation) {
		server := &h2Server{}
		server.listener = listen(t, secure, func(n int64, conn net.Conn, _ func() (*http.Request, bool)) {
			if n > 1 {
				server.headers.Add(1) // no request is the first: no fault
				server.serve(conn, h2Fault{}, bodyFor(o))
				return
			}
			_ = conn.(*tls.Conn).Handshake()
			_ = conn.Close()
		})
		err := operationCalls[o](t.Context(), server.client(t))
		if o == op.Create { // retried or unknown, depending on when the close is noticed
			assert.True(t, err == nil || errors.Is(err, frontegg.ErrOutcomeUnknown), "%v", err)
			assert.LessOrEqual(t, server.processed.Load(), int64(1))
			return
		}
		assert.NoError(t, err, o.Name)
	})
}

func TestHTTP2_SharedConnection(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		resp, err := success(r)
		assert.NoError(t, err)
		assert.Equal(t, 2, r.ProtoMajor)
		w.WriteHeader(resp.StatusCode)
		_, _ = io.Copy(w, resp.Body)
	}))
	srv.EnableHTTP2 = true
	var connections atomic.Int64
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	srv.StartTLS()
	defer srv.Close()
	c := socketClient(t, srv.URL, srv.Client().Transport.(*http.Transport))
	assert.NoError(t, operationCalls[op.List](t.Context(), c))
	inParallel(operations(), func(o *op.Operation) { assert.NoError(t, operationCalls[o](t.Context(), c)) })
	assert.EqualValues(t, 1, connections.Load())
}
