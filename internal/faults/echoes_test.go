package faults

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

// record is what a client has logged, returned and told its hook.
type record struct {
	mu     sync.Mutex
	logged bytes.Buffer
	told   []frontegg.CallResult
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.logged.Write(p)
}

// options make a client log and tell everything.
func (r *record) options() []frontegg.ClientOption {
	all := &slog.HandlerOptions{Level: slog.LevelDebug - 10, AddSource: true}
	return []frontegg.ClientOption{
		frontegg.WithLogger(slog.New(slog.NewMultiHandler(slog.NewTextHandler(r, all), slog.NewJSONHandler(r, all)))),
		frontegg.WithHook(func(ctx context.Context, _ frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) {
			return ctx, func(result frontegg.CallResult) {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.told = append(r.told, result)
			}
		}),
	}
}

// check requires that neither the record nor what the call returned shows a
// secret.
func (r *record) check(t testing.TB, what string, err error, response frontegg.Response) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	require.False(t, leaks(r.logged.String()), "%s: the log shows a secret: %s", what, r.logged.String())
	require.NotEmpty(t, r.logged.String(), what)
	for _, result := range r.told {
		requireNoLeak(t, what+": the hook's result", result)
		if result.Err != nil {
			requireNoLeak(t, what+": the hook's error", result.Err)
		}
	}
	requireNoLeak(t, what+": the response", response)
	if err != nil {
		requireNoLeak(t, what+": the error", err)
		showsNothingInside(t, what, err)
	}
}

// showsNothingInside looks into the parts of an error that printing it may skip.
func showsNothingInside(t testing.TB, what string, err error) {
	t.Helper()
	if e, ok := errors.AsType[*frontegg.APIError](err); ok {
		requireNoLeak(t, what+": an APIError", *e)
		require.False(t, leaks(string(e.Body)), "%s: body %s", what, e.Body)
		requireNoLeak(t, what+": context", e.Context)
		requireNoLeak(t, what+": messages", e.Messages)
	}
	if e, ok := errors.AsType[*frontegg.DecodeError](err); ok {
		requireNoLeak(t, what+": a DecodeError", *e)
		require.False(t, leaks(string(e.Body)), "%s: body %s", what, e.Body)
	}
	if e, ok := errors.AsType[*frontegg.TransportError](err); ok {
		requireNoLeak(t, what+": a TransportError", *e)
	}
	if e, ok := errors.AsType[*frontegg.AuthError](err); ok {
		requireNoLeak(t, what+": an AuthError", *e)
	}
}

// echoes are the ways in which a server repeats a secret in a text.
var echoes = map[string]func(secret string) string{
	"as it is": func(s string) string { return "you sent " + s + " to me" },
	"Bearer":   func(s string) string { return "Authorization: Bearer " + s },
	"JSON": func(s string) string {
		return quoted(map[string]any{"errors": []any{"bad " + s}, "errorCode": s, "context": map[string]any{s: []any{s}}})
	},
	"JSON in JSON": func(s string) string { return quoted(map[string]any{"message": quoted(map[string]any{"token": s})}) },
	"JSON escapes": func(s string) string { return `{"errors":["` + escapeAll(s, `\u%04x`) + `"]}` },
	"a group":      func(s string) string { return quoted(map[string]any{"id": "g1", "createdAt": s, "roles": s, s: s}) },
	"a list": func(s string) string {
		return quoted(map[string]any{"groups": []any{map[string]any{"id": "g1", "updatedAt": s}, s}})
	},
	"half of JSON": func(s string) string { return `{"errors":[` + quoted(s) + `,` },
	"an HTML page": func(s string) string { return "<html><body>" + html.EscapeString(s) + "</body></html>" },
	"HTML numbers": func(s string) string { return "<p>" + escapeAll(s, "&#%d;") + "</p>" },
	"a URL":        func(s string) string { return "/login?token=" + url.QueryEscape(s) + "&path=" + url.PathEscape(s) },
	"base64":       func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"at the cut":   func(s string) string { return strings.Repeat("x", 64<<10-len(s)/2) + s },
	"at the end of what is read": func(s string) string {
		return strings.Repeat("eyJ"+strings.Repeat("a", 1000)+" ", 60) + strings.Repeat("x", 80<<10-60*1004-len(s)/2) + s
	},
}

func quoted(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

func escapeAll(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

func TestNothingOfASecretIsLoggedOrReturnedWhereTheServerEchoesIt(t *testing.T) {
	t.Parallel()
	for name, echo := range echoes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, secret := range []string{canaryKey, canaryToken} {
				text := echo(secret)
				operations, statuses := []*op.Operation{op.List, op.Create, op.AddRoles}, []int{200, 307, 400, 401, 429, 503}
				if len(text) > 1<<14 { // what is long is slow to print
					operations, statuses = operations[:1], []int{200, 400}
				}
				for _, o := range operations {
					for _, status := range statuses {
						synctest.Test(t, func(t *testing.T) { echoedIn(t, o, name, secret, text, status) })
					}
				}
			}
		})
	}
}

// echoedIn makes calls of a server that answers with a text that holds a secret,
// in its body and in its header.
func echoedIn(t *testing.T, o *op.Operation, name, secret, text string, status int) {
	t.Helper()
	line := strings.NewReplacer("\n", " ", "\r", " ").Replace(text[max(0, len(text)-2000):])
	header := []string{
		"X-Echo", line, "Content-Type", line, "Frontegg-Trace-Id", line, "Location", line, "Retry-After", line,
		"X-" + secret, "1", secret, "1",
	}
	login := reply(200, quoted(map[string]any{"token": canaryToken, "expiresIn": 3600}))
	echoed(t, fmt.Sprint(o.Name, " ", status, " ", name), &service{answer: reply(status, text, header...), login: login}, calls[o])
	if secret == canaryKey { // a token request knows no token yet
		echoed(t, fmt.Sprint(o.Name, " login ", status, " ", name), &service{answer: good, login: reply(status, text, header...)}, calls[o])
	}
}

// echoed makes a call of a client with secrets, and looks for them.
func echoed(t testing.TB, what string, s http.RoundTripper, call invoke) {
	t.Helper()
	r := &record{}
	c := build(t, s, append(r.options(), frontegg.WithCredentials("client-id", canaryKey), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 2})))
	var response frontegg.Response
	err := call(t.Context(), c, frontegg.WithResponse(&response))
	r.check(t, what, err, response)
	requireNoLeak(t, what+": the client", c)
}

func TestNothingOfASecretIsLoggedOrReturnedWhereTheTransportEchoesIt(t *testing.T) {
	each(t, func(t *testing.T, o *op.Operation, call invoke) {
		for _, secret := range []string{canaryKey, canaryToken, url.QueryEscape(canaryToken)} {
			s := &service{
				answer: fails(&url.Error{Op: "Get", URL: "https://h/?t=" + secret, Err: fmt.Errorf("malformed HTTP response %q: %w", secret, io.EOF)}),
				login:  reply(200, quoted(map[string]any{"token": canaryToken, "expiresIn": 3600})),
			}
			echoed(t, o.Name, s, call)
			if secret == canaryKey {
				echoed(t, o.Name+" login", &service{answer: good, login: s.answer}, call)
			}
		}
	})
}

func TestNothingOfASecretIsLoggedOrReturnedOfMalformedHTTP(t *testing.T) {
	t.Parallel()
	for name, format := range map[string]string{
		"status line": "HTTP/1.1 %s OK\r\n\r\n", "protocol": "%s\r\n\r\n", "header": "HTTP/1.1 200 OK\r\n%s\r\n\r\n", "length": "HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n",
		"encoding": "HTTP/1.1 200 OK\r\nTransfer-Encoding: %s\r\n\r\n", "chunk": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n",
		"reason": "HTTP/1.1 400 %s\r\nContent-Length: 0\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listen(t, nil, func(_ int64, conn net.Conn, next func() (*http.Request, bool)) {
				r, ok := next()
				if ok {
					_, _ = fmt.Fprintf(conn, format, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
				}
			})
			allAtOnce([]*op.Operation{op.List, op.Create, op.AddRoles}, func(o *op.Operation) {
				r := &record{}
				c := l.client(t, append(r.options(), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 2}))...)
				err := calls[o](t.Context(), c)
				assert.Error(t, err)
				r.check(t, name, err, frontegg.Response{})
			})
		})
	}
}

func TestAWholeRunLogsAndReturnsNoSecretPathOrBody(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]answer{
		"reset": {fails(brokenConnections["reset"]), good}, "503": {reply(503, "body-text"), good}, "429": {reply(429, "body-text", "Retry-After", "3"), good},
		"401": {reply(401, "body-text"), good}, "HTML": {reply(200, "<html>body-text")}, "500": {reply(500, `{"errors":["body-text"]}`)},
		"a transport that tells the URL": {fails(&url.Error{Op: "Get", URL: baseURL + "/g1", Err: io.EOF}), good}, "silence": {hangs, good}, "an hour": {reply(429, "body-text", "Retry-After", "3600")}, "half": {breaksOff(io.ErrUnexpectedEOF), good},
	} {
		each2(t, name, func(t *testing.T, o *op.Operation, call invoke) {
			s := &service{answer: script(steps...), login: reply(200, quoted(map[string]any{"token": canaryToken, "expiresIn": 3600}))}
			r := &record{}
			c := build(t, s, append(r.options(), frontegg.WithCredentials("client-id", canaryKey)))
			err := call(t.Context(), c)
			r.check(t, name, err, frontegg.Response{})
			for _, part := range []string{"body-text", "/g1", "api.test", "tenant-1"} {
				assert.NotContains(t, r.logged.String(), part, "the log of %s", o.Name)
			}
			assert.Contains(t, r.logged.String(), o.Route)
		})
	}
}

// each2 is each inside of another table.
func each2(t *testing.T, name string, test func(t *testing.T, o *op.Operation, call invoke)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		for _, o := range operations() {
			synctest.Test(t, func(t *testing.T) { test(t, o, calls[o]) })
		}
	})
}
