package faults

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/retry"
)

// Misbehaving servers, transports and token sources.

func TestBody_CannotBeDecompressed(t *testing.T) {
	t.Parallel()
	zipped := compressed(`{"id":"g1","name":"Admins"}`)
	wrong := []byte(zipped)
	wrong[len(wrong)-8]++
	bodies := map[string]string{
		"plain JSON that calls itself gzip": `{"id":"g1","name":"Admins"}`,
		"a stream that is corrupt":          "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff",
		"a wrong checksum":                  string(wrong),
		"a stream that is cut":              zipped[:len(zipped)-4],
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				requests++
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = io.WriteString(w, body)
			}))
			defer srv.Close()
			c, err := frontegg.NewClient(frontegg.WithBaseURL(srv.URL), frontegg.WithToken("token-of-the-test"))
			require.NoError(t, err)
			defer func() { _ = c.Close() }()
			require.NoError(t, c.Groups.Delete(t.Context(), "g1"), "operations without a result accept any body")
			assert.Equal(t, 1, requests)
			if name == "a stream that is cut" { // is like a response that is cut: retried
				return
			}
			_, err = c.Groups.Get(t.Context(), "g1")
			var broken *frontegg.DecodeError
			require.ErrorAs(t, err, &broken)
			assert.Equal(t, 200, broken.StatusCode)
			assert.Equal(t, 2, requests)
		})
	}
}

func compressed(s string) string {
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	_, _ = io.WriteString(zip, s)
	_ = zip.Close()
	return b.String()
}

func TestTransport_ProxyError(t *testing.T) {
	t.Parallel()
	inParallel(operations(), func(o *op.Operation) {
		proxyErr := errors.New("no proxy for this host")
		transport := &http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return nil, proxyErr }}
		err := operationCalls[o](t.Context(), newClient(t, transport))
		assert.ErrorIs(t, err, proxyErr, o.Name)
		assert.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown, o.Name)
	})
}

func TestCreate_ProxyFailsAfterRequest(t *testing.T) {
	t.Parallel()
	asked := 0
	transport := &http.Transport{
		Proxy: func(*http.Request) (*url.URL, error) {
			if asked++; asked == 1 {
				return nil, nil
			}
			return nil, errors.New("no proxy any more")
		},
		DialTLSContext: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go func() {
				_, _ = http.ReadRequest(bufio.NewReader(server))
				_ = server.Close()
			}()
			return client, nil
		},
	}
	_, err := newClient(t, transport).Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "Admins"})
	require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
	assert.Equal(t, 2, asked)
}

func TestCreate_DialErrorAfterConnection(t *testing.T) {
	t.Parallel()
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	for name, lost := range map[string]responder{
		"in the error": failWith(errors.Join(io.ErrUnexpectedEOF, dial)),
		"in the trace": func(r *http.Request) (*http.Response, error) {
			httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
			return nil, dial
		},
	} {
		s := &fakeTransport{Respond: lost}
		_, err := newClient(t, s).Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "Admins"})
		require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown, name)
		assert.Equal(t, 1, s.Requests(), name)
	}
}

// redirectFollower is a transport that wraps an http.Client, which follows redirects.
type redirectFollower struct{ client *http.Client }

func (f redirectFollower) RoundTrip(r *http.Request) (*http.Response, error) { return f.client.Do(r) }

func TestRedirect_FollowedByTransport(t *testing.T) {
	t.Parallel()
	inParallel(operations(), func(o *op.Operation) {
		s := &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) {
			if !strings.HasPrefix(r.URL.Path, "/moved") {
				return reply(302, "", "Location", "/moved"+r.URL.Path)(r)
			}
			return success(r)
		}}
		c := newClient(t, redirectFollower{&http.Client{Transport: s}})
		err := operationCalls[o](t.Context(), c)
		if assert.Error(t, err, o.Name) {
			assert.Contains(t, err.Error(), "redirect", o.Name)
			assert.Equal(t, o == op.Create, errors.Is(err, frontegg.ErrOutcomeUnknown), o.Name)
			assert.Equal(t, 2, s.Requests(), o.Name)
		}
	})
}

func TestTransport_InvalidResponse(t *testing.T) {
	t.Parallel()
	for name, resp := range map[string]*http.Response{"zero response": {}, "negative status": {StatusCode: -1}, "no response": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &fakeTransport{Respond: func(*http.Request) (*http.Response, error) { return resp, nil }}
			err := newClient(t, s, once).Groups.Delete(t.Context(), "g1")
			var broken *frontegg.TransportError
			require.ErrorAs(t, err, &broken)
			require.Error(t, broken.Err)
		})
	}
}

var once = frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1})

func TestBody_NoProgress(t *testing.T) {
	t.Parallel()
	s := &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) {
		resp, err := success(r)
		resp.Body = io.NopCloser(noProgressBody{})
		return resp, err
	}}
	_, err := newClient(t, s, once).Groups.Get(t.Context(), "g1")
	require.ErrorIs(t, err, io.ErrNoProgress)
}

// noProgressBody is a reader that returns neither bytes nor an error.
type noProgressBody struct{}

func (noProgressBody) Read([]byte) (int, error) { return 0, nil }

func TestCancel_CauseWrapsContextError(t *testing.T) {
	bubble(t, func(t *testing.T) {
		reason := errors.New("the pod is drained")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(10*time.Millisecond, func() { cancel(fmt.Errorf("%w: %w", reason, context.Canceled)) })
		s := &fakeTransport{Respond: reply(503, "")}
		err := newClient(t, s).Groups.Delete(ctx, "g1")
		require.ErrorIs(t, err, reason)
		require.ErrorIs(t, err, context.Canceled)
		assert.Contains(t, err.Error(), "given up after 1 attempt")
	})
}

func TestTimeout_BeforeNextBatch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: delayed(success)}
		c := newClient(t, s)
		ids := make([]string, 600)
		for i := range ids {
			ids[i] = fmt.Sprint("u", i)
		}
		err := c.Groups.AddUsers(t.Context(), "g1", ids, frontegg.WithTimeout(time.Second))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Contains(t, err.Error(), "not sent")
		assert.Contains(t, err.Error(), "timeout")
		assert.Equal(t, 1, s.Requests())
	})
}

func TestClose_WhileWaiting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: reply(503, "")}
		c := newClient(t, s)
		time.AfterFunc(10*time.Millisecond, func() { _ = c.Close() })
		err := c.Groups.Delete(t.Context(), "g1")
		require.ErrorContains(t, err, "the client is closed")
		assert.Equal(t, 1, s.Requests())
	})
}

func TestTokenSource_MisbehavesOnce(t *testing.T) {
	t.Parallel()
	misbehaviors := map[string]func(release chan struct{}){
		"hangs, whatever its context says": func(release chan struct{}) { <-release },
		"panics":                           func(chan struct{}) { panic("secret-token in a panic") },
		"ends its goroutine":               func(chan struct{}) { runtime.Goexit() },
	}
	for name, misbehave := range misbehaviors {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				release := make(chan struct{})
				defer close(release)
				var operationCalls atomic.Int64
				source := sourceFunc(func(context.Context) (frontegg.Token, error) {
					if operationCalls.Add(1) == 1 {
						misbehave(release)
					}
					return frontegg.Token{Value: "good-token"}, nil
				})
				s := &fakeTransport{Respond: success}
				c := build(t, s, frontegg.WithTokenSource(source))
				began := time.Now()
				require.ErrorIs(t, c.Groups.Delete(t.Context(), "g1"), frontegg.ErrAuthentication)
				assert.LessOrEqual(t, time.Since(began), 30*time.Second)
				<-time.After(2 * time.Second)
				require.NoError(t, c.Groups.Delete(t.Context(), "g1"))
			})
		})
	}
}

func TestTransport_PanicInWalk(t *testing.T) {
	t.Parallel()
	s := &fakeTransport{Respond: func(*http.Request) (*http.Response, error) { panic("broken transport") }}
	c := newClient(t, s)
	assert.PanicsWithValue(t, "broken transport", func() {
		for g, err := range c.Groups.All(t.Context(), frontegg.WalkOptions{Concurrency: 4}) {
			t.Error(g, err)
		}
	})
}

func TestTransport_LongError(t *testing.T) {
	t.Parallel()
	s := &fakeTransport{Respond: failWith(errors.New("malformed: " + strings.Repeat("x\n", 50_000)))}
	err := newClient(t, s, once).Groups.Delete(t.Context(), "g1")
	assert.Less(t, len(err.Error()), 4_000)
	assert.NotContains(t, err.Error(), "\n")
}

func TestTokenRequest_ErrorIsNotAboutGroups(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusNotFound, http.StatusConflict} {
		inParallel(operations(), func(o *op.Operation) {
			s := &fakeTransport{Respond: success, Login: reply(status, "")}
			err := operationCalls[o](t.Context(), newLoginClient(t, s))
			assert.ErrorIs(t, err, frontegg.ErrAuthentication, o.Name)
			assert.NotErrorIs(t, err, frontegg.ErrNotFound, o.Name)
			assert.NotErrorIs(t, err, frontegg.ErrConflict, o.Name)
			assert.Zero(t, s.Requests(), o.Name)
		})
	}
}

func TestTokenRequest_FailureKeepsLastResponse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: reply(401, `{"errors":["expired"]}`, "Frontegg-Trace-Id", "trace-7"), Login: script(issueTokens(time.Hour), reply(400, ""))}
		err := newLoginClient(t, s).Groups.Delete(t.Context(), "g1")
		require.ErrorIs(t, err, frontegg.ErrAuthentication)
		require.ErrorIs(t, err, frontegg.ErrUnauthorized)
		assert.Contains(t, err.Error(), "trace-7")
		assert.Equal(t, 1, strings.Count(err.Error(), "frontegg:"), "a single prefix")
	})
}

func TestWalk_GroupsWithoutIDs(t *testing.T) {
	t.Parallel()
	s := &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) {
		return reply(200, `{"items":[{"name":"on page `+r.URL.Query().Get("_offset")+`"}],"_metadata":{"totalPages":3}}`)(r)
	}}
	var names []string
	for g, err := range newClient(t, s).Groups.All(t.Context(), frontegg.WalkOptions{}) {
		require.NoError(t, err)
		names = append(names, g.Name)
	}
	assert.Equal(t, []string{"on page 0", "on page 1", "on page 2"}, names)
}

func TestHTTP2_EveryStreamRefused(t *testing.T) {
	t.Parallel()
	inParallel(operations(), func(o *op.Operation) {
		var streams atomic.Int64
		l := listen(t, tlsConfig(t, "h2"), func(_ int64, conn net.Conn, _ func() (*http.Request, bool)) {
			c := &h2Conn{Conn: conn, reader: bufio.NewReader(conn)}
			defer func() { _ = c.Close() }()
			_, _ = io.CopyN(io.Discard, c.reader, int64(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")))
			c.send(frameSettings, 0, 0)
			for {
				kind, flags, stream, err := c.next()
				switch {
				case err != nil:
					return
				case kind == frameSettings && flags&flagAck == 0:
					c.send(frameSettings, flagAck, 0)
				case kind == frameHeaders:
					streams.Add(1)
					c.resetStream(stream, codeRefused)
				}
			}
		})
		err := operationCalls[o](t.Context(), l.client(t, frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 2})))
		assert.Error(t, err, o.Name)
		assert.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown, o.Name)
		assert.NotContains(t, err.Error(), "GetBody", "no advice for users of an http.Client")
		assert.EqualValues(t, retry.MaxRefused+2, streams.Load(), "%s: some do not count as attempts", o.Name)
	})
}
