package faults

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

// messages records each call of Write. It fails if calls overlap.
type messages struct {
	t    testing.TB
	busy sync.Mutex
	all  []string
	err  error
}

func (m *messages) Write(p []byte) (int, error) {
	if !m.busy.TryLock() {
		m.t.Error("concurrent calls of Write")
		return 0, nil
	}
	defer m.busy.Unlock()
	for range 100 { // time for another call
		runtime.Gosched()
	}
	m.all = append(m.all, string(p))
	return len(p), m.err
}

func TestDebug_Messages(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		m := &messages{t: t}
		s := &fakeTransport{Respond: script(failWith(dialErrors["no route"]), success), Login: reply(200, `{"token":"opaquetoken","expiresIn":3600}`)}
		require.NoError(t, call(t.Context(), newLoginClient(t, s, frontegg.WithDebug(m), frontegg.WithHeader("X-Gateway-Key", "gateway-secret"))))
		require.Len(t, m.all, 6, "a request and a response each")
		text := strings.Join(m.all, "")
		for _, want := range []string{
			">1 POST https://api.frontegg.com/auth/vendor\n", ">1 Content-Type: application/json\n", `>1 {"clientId":"client-id","secret":"[REDACTED]"}`,
			"<1 200 OK after ", "<1 (the body may have a token)\n", ">2 " + o.Method + " https://api.frontegg.com/", ">2 Authorization: [REDACTED]\n",
			">2 X-Gateway-Key: [REDACTED]\n", "<2 no response after 0s: dial tcp: ", ">3 " + o.Method, "<3 20", "<3 Content-Type: application/json\n",
		} {
			assert.Contains(t, text, want)
		}
		for _, secret := range []string{"opaquetoken", "api-key-secret", "gateway-secret"} {
			assert.NotContains(t, text, secret)
		}
		for _, a := range s.Seen {
			assert.Contains(t, text, ">3 "+a.Method)
			if a.Body != "" {
				assert.Contains(t, text, ">3 "+a.Body+"\n", "the body was sent and written")
			}
		}
		requireSameRequests(t, s.Seen)
	})
}

func TestDebug_EchoedSecrets(t *testing.T) {
	t.Parallel()
	for name, echo := range echoes {
		if len(echo("x")) > 1<<14 {
			continue // see TestDebug_LongBody
		}
		for _, secret := range []string{canaryKey, canaryToken} {
			m := &messages{t: t}
			line := strings.NewReplacer("\n", " ", "\r", " ").Replace(echo(secret))
			s := &fakeTransport{
				Login:   reply(200, quoted(map[string]any{"token": canaryToken, "expiresIn": 3600})),
				Respond: reply(400, echo(secret), "X-Echo", line, secret, "1", "Set-Cookie", "session=abc"),
			}
			c := build(t, s, frontegg.WithCredentials("client-id", canaryKey), frontegg.WithDebug(m))
			require.Error(t, operationCalls[op.Create](t.Context(), c))
			require.NotEmpty(t, m.all)
			text := strings.Join(m.all, "")
			assert.False(t, containsSecret(text), "%s: %s", name, text)
			assert.NotContains(t, text, "session=abc")
		}
	}
}

func TestDebug_LongBody(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"a secret at the cut":        strings.Repeat("x", 4<<10-len(canaryToken)/2) + canaryToken + strings.Repeat("y", 100),
		"a secret at the end":        strings.Repeat("x", 80<<10-len(canaryToken)/2) + canaryToken,
		"control characters":         "\x1b[31m\r\n<9 200 OK\n" + strings.Repeat("\x00", 100<<10),
		"many secrets before a long": strings.Repeat(canaryToken+" ", 2000) + strings.Repeat("z", 100<<10),
	} {
		m := &messages{t: t}
		s := &fakeTransport{Respond: reply(400, body)}
		c := build(t, s, frontegg.WithToken(canaryToken), frontegg.WithDebug(m))
		require.Error(t, operationCalls[op.List](t.Context(), c))
		require.Len(t, m.all, 2)
		assert.False(t, containsSecret(m.all[1]), name)
		assert.NotContains(t, m.all[1], "\x1b", name)
		assert.Contains(t, m.all[1], "(and more)", name)
		assert.Less(t, len(m.all[1]), 24<<10, name)
		for line := range strings.Lines(m.all[1]) {
			assert.True(t, strings.HasPrefix(line, "<1 "), "%s: %q", name, line)
		}
	}
}

func TestDebug_BodyIsUnchanged(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long ", 200_000)
	s := &fakeTransport{Respond: reply(200, `{"id":"g1","name":"`+long+`"}`)}
	for _, w := range []io.Writer{io.Discard, &messages{t: t, err: errors.New("disk full")}, nil} {
		g, err := newClient(t, s, frontegg.WithDebug(w)).Groups.Get(t.Context(), "g1")
		require.NoError(t, err)
		assert.Equal(t, long, g.Name)
	}
}

func TestDebug_IncompleteBody(t *testing.T) {
	bubble(t, func(t *testing.T) {
		m := &messages{t: t}
		s := &fakeTransport{Respond: script(truncated(io.ErrUnexpectedEOF), hangInBody)}
		c := newClient(t, s, frontegg.WithDebug(m), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 2, AttemptTimeout: time.Second}))
		require.Error(t, operationCalls[op.List](t.Context(), c))
		require.Len(t, m.all, 4)
		assert.Contains(t, m.all[1], "<1 {\"gro\n<1 (the body is incomplete: unexpected EOF)\n")
		assert.Contains(t, m.all[3], "(the body is incomplete: context deadline exceeded)")
	})
}

func TestDebug_Concurrent(t *testing.T) {
	t.Parallel()
	m := &messages{t: t}
	c := newClient(t, &fakeTransport{Respond: success}, frontegg.WithDebug(m))
	var callers sync.WaitGroup
	for i := range 200 {
		callers.Go(func() {
			_, err := c.Groups.Get(t.Context(), fmt.Sprint("g", i))
			assert.NoError(t, err)
		})
	}
	callers.Wait()
	require.Len(t, m.all, 400)
	for _, message := range m.all {
		_, end, _ := strings.Cut(message[1:], " ")
		prefix := message[:len(message)-len(end)]
		for line := range strings.Lines(message) {
			assert.True(t, strings.HasPrefix(line, prefix), message)
		}
	}
}

func TestDebug_OverHTTP(t *testing.T) {
	t.Parallel()
	l := listen(t, nil, func(_ int64, conn net.Conn, next func() (*http.Request, bool)) {
		for r, ok := next(); ok; r, ok = next() {
			writeSuccess(conn, r)
		}
	})
	var w bytes.Buffer
	c := l.client(t, frontegg.WithDebug(&w))
	require.NoError(t, operationCalls[op.Create](t.Context(), c))
	assert.Contains(t, w.String(), `>1 {"name":"Admins"}`)
	assert.Contains(t, w.String(), "<1 201 Created after ")
	assert.False(t, containsSecret(w.String()))
}
