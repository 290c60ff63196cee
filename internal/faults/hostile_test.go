package faults

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
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
)

// What the other end, or the caller's own transport or source, can do that no
// well-behaved one does.

func TestAnAnswerThatCannotBeDecompressedIsADecodeErrorAtOnce(t *testing.T) {
	t.Parallel()
	bodies := map[string]string{
		"plain JSON that calls itself gzip": `{"id":"g1","name":"Admins"}`,
		"a stream that is corrupt":          "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff",
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
			c, err := frontegg.NewClient(frontegg.WithBaseURL(srv.URL), frontegg.WithToken("held-token"))
			require.NoError(t, err)
			defer func() { _ = c.Close() }()
			_, err = c.Groups.Get(t.Context(), "g1")
			var broken *frontegg.DecodeError
			require.ErrorAs(t, err, &broken)
			assert.Equal(t, 200, broken.StatusCode)
			assert.Equal(t, 1, requests)
			require.NoError(t, c.Groups.Delete(t.Context(), "g1"), "where nothing is expected any body will do")
		})
	}
}

func TestACreateIsOpenWhereTheTransportMayHaveSentItBeforeItFailedToDial(t *testing.T) {
	t.Parallel()
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	for name, lost := range map[string]answer{
		"which it tells": fails(errors.Join(io.ErrUnexpectedEOF, dial)),
		"which the trace tells": func(r *http.Request) (*http.Response, error) {
			httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{})
			return nil, dial
		},
	} {
		s := &service{answer: lost}
		_, err := newClient(t, s).Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "Admins"})
		require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown, name)
		assert.Equal(t, 1, s.requests(), name)
	}
}

// follower is a transport that has an http.Client inside, which follows redirects.
type follower struct{ client *http.Client }

func (f follower) RoundTrip(r *http.Request) (*http.Response, error) { return f.client.Do(r) }

func TestWhatARedirectLedToIsNoAnswer(t *testing.T) {
	t.Parallel()
	allAtOnce(operations(), func(o *op.Operation) {
		s := &service{answer: func(r *http.Request) (*http.Response, error) {
			if !strings.HasPrefix(r.URL.Path, "/moved") {
				return reply(302, "", "Location", "/moved"+strings.TrimPrefix(r.URL.Path, "/prefix"))(r)
			}
			return good(r)
		}}
		c := build(t, follower{&http.Client{Transport: s}}, []frontegg.ClientOption{frontegg.WithToken("held-token")})
		err := calls[o](t.Context(), c)
		if assert.Error(t, err, o.Name) {
			assert.Contains(t, err.Error(), "redirect", o.Name)
			assert.Equal(t, o == op.Create, errors.Is(err, frontegg.ErrOutcomeUnknown), o.Name)
			assert.Equal(t, 2, s.requests(), o.Name)
		}
	})
}

func TestATransportThatReturnsNoStatusIsATransportError(t *testing.T) {
	t.Parallel()
	for name, resp := range map[string]*http.Response{"zero response": {}, "negative status": {StatusCode: -1}, "no response": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{answer: func(*http.Request) (*http.Response, error) { return resp, nil }}
			err := newClient(t, s, once).Groups.Delete(t.Context(), "g1")
			var broken *frontegg.TransportError
			require.ErrorAs(t, err, &broken)
			require.Error(t, broken.Err)
		})
	}
}

var once = frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1})

func TestABodyThatDoesNotGetOnIsGivenUp(t *testing.T) {
	t.Parallel()
	s := &service{answer: func(r *http.Request) (*http.Response, error) {
		resp, err := good(r)
		resp.Body = io.NopCloser(stuck{})
		return resp, err
	}}
	_, err := newClient(t, s, once).Groups.Get(t.Context(), "g1")
	require.ErrorIs(t, err, io.ErrNoProgress)
}

// stuck is a body without bytes and without an end.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestACauseThatWrapsTheContextsErrorIsKept(t *testing.T) {
	bubble(t, func(t *testing.T) {
		reason := errors.New("the pod is drained")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(10*time.Millisecond, func() { cancel(fmt.Errorf("%w: %w", reason, context.Canceled)) })
		s := &service{answer: reply(503, "")}
		err := newClient(t, s).Groups.Delete(ctx, "g1")
		require.ErrorIs(t, err, reason)
		require.ErrorIs(t, err, context.Canceled)
		assert.Contains(t, err.Error(), "given up after 1 attempt")
	})
}

func TestACallWhoseTimeIsUpBeforeItIsSentIsNotSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &service{answer: slowly(good)}
		c := newClient(t, s)
		ids := make([]string, 600)
		for i := range ids {
			ids[i] = fmt.Sprint("u", i)
		}
		err := c.Groups.AddUsers(t.Context(), "g1", ids, frontegg.WithTimeout(time.Second))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Contains(t, err.Error(), "not sent")
		assert.Contains(t, err.Error(), "timeout")
		assert.Equal(t, 1, s.requests())
	})
}

func TestACallThatWaitsSendsNothingAfterClose(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &service{answer: reply(503, "")}
		c := newClient(t, s)
		time.AfterFunc(10*time.Millisecond, func() { _ = c.Close() })
		err := c.Groups.Delete(t.Context(), "g1")
		require.ErrorContains(t, err, "the client is closed")
		assert.Equal(t, 1, s.requests())
	})
}

func TestATokenSourceThatMisbehavesOnceDoesNotEndTheClient(t *testing.T) {
	t.Parallel()
	misdeeds := map[string]func(release chan struct{}){
		"hangs, whatever its context says": func(release chan struct{}) { <-release },
		"panics":                           func(chan struct{}) { panic("secret-token in a panic") },
		"ends its goroutine":               func(chan struct{}) { runtime.Goexit() },
	}
	for name, misdeed := range misdeeds {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				release := make(chan struct{})
				defer close(release)
				var calls atomic.Int64
				source := sourceFunc(func(context.Context) (frontegg.Token, error) {
					if calls.Add(1) == 1 {
						misdeed(release)
					}
					return frontegg.Token{Value: "good-token"}, nil
				})
				s := &service{answer: good}
				c := build(t, s, []frontegg.ClientOption{frontegg.WithTokenSource(source)})
				began := time.Now()
				require.ErrorIs(t, c.Groups.Delete(t.Context(), "g1"), frontegg.ErrAuthentication)
				assert.LessOrEqual(t, time.Since(began), 30*time.Second)
				<-time.After(2 * time.Second)
				require.NoError(t, c.Groups.Delete(t.Context(), "g1"))
			})
		})
	}
}

func TestAPanicOfTheTransportInAWalkIsTheReadersToRecover(t *testing.T) {
	t.Parallel()
	s := &service{answer: func(*http.Request) (*http.Response, error) { panic("broken transport") }}
	c := newClient(t, s)
	assert.PanicsWithValue(t, "broken transport", func() {
		for g, err := range c.Groups.All(t.Context(), frontegg.WalkOptions{Concurrency: 4}) {
			t.Error(g, err)
		}
	})
}

func TestAnErrorOfTheTransportIsCut(t *testing.T) {
	t.Parallel()
	s := &service{answer: fails(errors.New("malformed: " + strings.Repeat("x\n", 50_000)))}
	err := newClient(t, s, once).Groups.Delete(t.Context(), "g1")
	assert.Less(t, len(err.Error()), 4_000)
	assert.NotContains(t, err.Error(), "\n")
}

func TestAnAnswerToATokenRequestSaysNothingOfGroups(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusNotFound, http.StatusConflict} {
		allAtOnce(operations(), func(o *op.Operation) {
			s := &service{answer: good, login: reply(status, "")}
			err := calls[o](t.Context(), newLoginClient(t, s))
			assert.ErrorIs(t, err, frontegg.ErrAuthentication, o.Name)
			assert.NotErrorIs(t, err, frontegg.ErrNotFound, o.Name)
			assert.NotErrorIs(t, err, frontegg.ErrConflict, o.Name)
			assert.Zero(t, s.requests(), o.Name)
		})
	}
}

func TestALostTokenKeepsTheAnswerBeforeIt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &service{answer: reply(401, `{"errors":["expired"]}`, "Frontegg-Trace-Id", "trace-7"), login: script(mint(time.Hour), reply(400, ""))}
		err := newLoginClient(t, s).Groups.Delete(t.Context(), "g1")
		require.ErrorIs(t, err, frontegg.ErrAuthentication)
		require.ErrorIs(t, err, frontegg.ErrUnauthorized)
		assert.Contains(t, err.Error(), "trace-7")
		assert.Equal(t, 1, strings.Count(err.Error(), "frontegg:"), "one prefix")
	})
}

func TestAWalkOfGroupsWithoutIdsSeesThatPagesDiffer(t *testing.T) {
	t.Parallel()
	s := &service{answer: func(r *http.Request) (*http.Response, error) {
		return reply(200, `{"items":[{"name":"on page `+r.URL.Query().Get("_offset")+`"}],"_metadata":{"totalPages":3}}`)(r)
	}}
	var names []string
	for g, err := range newClient(t, s).Groups.All(t.Context(), frontegg.WalkOptions{}) {
		require.NoError(t, err)
		names = append(names, g.Name)
	}
	assert.Equal(t, []string{"on page 0", "on page 1", "on page 2"}, names)
}

func TestOverHTTP2AServerThatRefusesEveryStreamGetsOneRequestAnAttempt(t *testing.T) {
	t.Parallel()
	allAtOnce(operations(), func(o *op.Operation) {
		var streams atomic.Int64
		l := listen(t, speaks(t, "h2"), func(_ int64, conn net.Conn, _ func() (*http.Request, bool)) {
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
		err := calls[o](t.Context(), l.client(t, frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 2})))
		assert.Error(t, err, o.Name)
		want := int64(2)
		if o == op.Create {
			want = 1
		}
		assert.Equal(t, want, streams.Load(), o.Name)
	})
}
