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
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

// recorder records the logs and hook results of a client.
type recorder struct {
	mu      sync.Mutex
	logged  bytes.Buffer
	results []frontegg.CallResult
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.logged.Write(p)
}

// options make a client log everything and call the hook.
func (r *recorder) options() []frontegg.ClientOption {
	all := &slog.HandlerOptions{Level: slog.LevelDebug - 10, AddSource: true}
	return []frontegg.ClientOption{
		frontegg.WithLogger(slog.New(slog.NewMultiHandler(slog.NewTextHandler(r, all), slog.NewJSONHandler(r, all)))),
		frontegg.WithHook(func(ctx context.Context, _ frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) {
			return ctx, func(result frontegg.CallResult) {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.results = append(r.results, result)
			}
		}),
	}
}

// check requires that neither the records nor the results of a call show a secret.
func (r *recorder) check(t testing.TB, what string, err error, response frontegg.Response) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	require.False(t, containsSecret(r.logged.String()), "%s: the log shows a secret: %s", what, r.logged.String())
	require.NotEmpty(t, r.logged.String(), what)
	for _, result := range r.results {
		requireNoLeak(t, what+": the hook's result", result)
		if result.Err != nil {
			requireNoLeak(t, what+": the hook's error", result.Err)
		}
	}
	requireNoLeak(t, what+": the response", response)
	if err != nil {
		requireNoLeak(t, what+": the error", err)
		requireNoLeakInside(t, what, err)
	}
}

// requireNoLeakInside checks fields of errors that formatting may omit.
func requireNoLeakInside(t testing.TB, what string, err error) {
	t.Helper()
	if e, ok := errors.AsType[*frontegg.APIError](err); ok {
		requireNoLeak(t, what+": an APIError", *e)
		require.False(t, containsSecret(string(e.Body)), "%s: body %s", what, e.Body)
		requireNoLeak(t, what+": context", e.Context)
		requireNoLeak(t, what+": messages", e.Messages)
	}
	if e, ok := errors.AsType[*frontegg.DecodeError](err); ok {
		requireNoLeak(t, what+": a DecodeError", *e)
		require.False(t, containsSecret(string(e.Body)), "%s: body %s", what, e.Body)
	}
	if e, ok := errors.AsType[*frontegg.TransportError](err); ok {
		requireNoLeak(t, what+": a TransportError", *e)
	}
	if e, ok := errors.AsType[*frontegg.AuthError](err); ok {
		requireNoLeak(t, what+": an AuthError", *e)
	}
}

// echoes are texts of a server that contain a secret.
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

func TestRedaction_EchoedByServer(t *testing.T) {
	t.Parallel()
	for name, echo := range echoes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, secret := range []string{canaryKey, canaryToken} {
				text := echo(secret)
				operations, statuses := []*op.Operation{op.List, op.Create, op.AddRoles}, []int{200, 307, 400, 401, 429, 503}
				if len(text) > 1<<14 { // long texts are slow to format
					operations, statuses = operations[:1], []int{200, 400}
				}
				for _, o := range operations {
					for _, status := range statuses {
						synctest.Test(t, func(t *testing.T) { checkResponseEcho(t, o, name, secret, text, status) })
					}
				}
			}
		})
	}
}

// checkResponseEcho calls a server whose body and headers contain a secret.
func checkResponseEcho(t *testing.T, o *op.Operation, name, secret, text string, status int) {
	t.Helper()
	line := strings.NewReplacer("\n", " ", "\r", " ").Replace(text[max(0, len(text)-2000):])
	header := []string{
		"X-Echo", line, "Content-Type", line, "Frontegg-Trace-Id", line, "Location", line, "Retry-After", line,
		"X-" + secret, "1", secret, "1",
	}
	login := reply(200, quoted(map[string]any{"token": canaryToken, "expiresIn": 3600}))
	checkEcho(t, fmt.Sprint(o.Name, " ", status, " ", name), &fakeTransport{Respond: reply(status, text, header...), Login: login}, operationCalls[o])
	if secret == canaryKey { // during a token request no token is known
		checkEcho(t, fmt.Sprint(o.Name, " login ", status, " ", name), &fakeTransport{Respond: success, Login: reply(status, text, header...)}, operationCalls[o])
	}
}

// checkEcho makes a call and looks for secrets in all output.
func checkEcho(t testing.TB, what string, s http.RoundTripper, call operationCall) {
	t.Helper()
	r := &recorder{}
	c := build(t, s, append(r.options(), frontegg.WithCredentials("client-id", canaryKey), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 2}))...)
	var response frontegg.Response
	err := call(t.Context(), c, frontegg.WithResponse(&response))
	r.check(t, what, err, response)
	requireNoLeak(t, what+": the client", c)
}

// badBody cannot be encoded.
type badBody struct{ text string }

func (b badBody) MarshalJSON() ([]byte, error) { return nil, errors.New(b.text) }

func TestRedaction_Arguments(t *testing.T) {
	t.Parallel()
	const key = "canary-key-0123456789" // valid in a path
	do := func(request frontegg.Request) operationCall {
		return func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
			return c.Do(ctx, request, nil, opts...)
		}
	}
	long := strings.Repeat("x", 90) + key // longer than an error shows
	for name, call := range map[string]operationCall{
		"body": do(frontegg.Request{Method: "PUT", Path: "/x", Body: badBody{"cannot encode " + key}}),
		"path": do(frontegg.Request{Method: "GET", Path: "/x/" + key}),
		"name": do(frontegg.Request{Method: "GET", Path: "/x", PathParams: map[string]string{key: "x"}}),
		"address": func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
			_, err := c.Users.FindByEmail(ctx, key, opts...)
			return err
		},
		"long address": func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
			_, err := c.Users.FindByEmails(ctx, []string{long}, opts...)
			return err
		},
		"unknown address": func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
			_, err := c.Users.FindByEmail(ctx, "x@"+key, opts...)
			return err
		},
		"group": func(ctx context.Context, c *frontegg.Client, _ ...frontegg.RequestOption) error {
			_, err := c.Groups.FindByName(ctx, long)
			return err
		},
		"role": func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
			return c.Groups.AddRoles(ctx, "g1", []string{key}, opts...)
		},
		"ambiguous": func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
			_, err := c.Roles.FindByKeys(ctx, []string{key}, opts...)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &fakeTransport{Login: reply(200, `{"token":"token-of-the-test","expiresIn":60}`), Respond: func(r *http.Request) (*http.Response, error) {
				switch {
				case strings.HasSuffix(r.URL.Path, "/roles/v2"):
					row := map[string]any{"key": key, "id": key}
					return reply(200, quoted(map[string]any{"items": []any{row, map[string]any{"key": key, "id": "r2"}}, "_metadata": map[string]any{"totalPages": 1}}))(r)
				case r.Method == http.MethodGet:
					return reply(200, `{"items":[]}`)(r)
				}
				return reply(404, "")(r)
			}}
			c := build(t, s, frontegg.WithCredentials("client-id", key), frontegg.WithTenant("acme"))
			err := call(t.Context(), c)
			require.Error(t, err)
			requireNoLeak(t, name, err)
		})
	}
}

func TestRedaction_EchoedByTransport(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		for _, secret := range []string{canaryKey, canaryToken, url.QueryEscape(canaryToken)} {
			s := &fakeTransport{
				Respond: failWith(&url.Error{Op: "Get", URL: "https://h/?t=" + secret, Err: fmt.Errorf("malformed HTTP response %q: %w", secret, io.EOF)}),
				Login:   reply(200, quoted(map[string]any{"token": canaryToken, "expiresIn": 3600})),
			}
			checkEcho(t, o.Name, s, call)
			if secret == canaryKey {
				checkEcho(t, o.Name+" login", &fakeTransport{Respond: success, Login: s.Respond}, call)
			}
		}
	})
}

func TestRedaction_MalformedHTTP(t *testing.T) {
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
			inParallel([]*op.Operation{op.List, op.Create, op.AddRoles}, func(o *op.Operation) {
				r := &recorder{}
				c := l.client(t, append(r.options(), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 2}))...)
				err := operationCalls[o](t.Context(), c)
				assert.Error(t, err)
				r.check(t, name, err, frontegg.Response{})
			})
		})
	}
}

func TestRedaction_LogsOfACall(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]responder{
		"reset": {failWith(connectionErrors["reset"]), success}, "503": {reply(503, "body-text"), success}, "429": {reply(429, "body-text", "Retry-After", "3"), success},
		"401": {reply(401, "body-text"), success}, "HTML": {reply(200, "<html>body-text")}, "500": {reply(500, `{"errors":["body-text"]}`)},
		"url.Error": {failWith(&url.Error{Op: "Get", URL: baseURL + "/g1", Err: io.EOF}), success}, "no response": {hang, success}, "an hour": {reply(429, "body-text", "Retry-After", "3600")}, "half": {truncated(io.ErrUnexpectedEOF), success},
	} {
		forEachOperationIn(t, name, func(t *testing.T, o *op.Operation, call operationCall) {
			s := &fakeTransport{Respond: script(steps...), Login: reply(200, quoted(map[string]any{"token": canaryToken, "expiresIn": 3600}))}
			r := &recorder{}
			c := build(t, s, append(r.options(), frontegg.WithCredentials("client-id", canaryKey))...)
			err := call(t.Context(), c)
			r.check(t, name, err, frontegg.Response{})
			for _, part := range []string{"body-text", "/g1", "api.frontegg.com"} {
				assert.NotContains(t, r.logged.String(), part, "the log of %s", o.Name)
			}
			assert.Contains(t, r.logged.String(), o.Route)
			assert.Equal(t, o.Scope == op.Tenant, strings.Contains(r.logged.String(), " tenant=acme "), "%s: only operations of a tenant log it", o.Name)
		})
	}
}

// forEachOperationIn is forEachOperation as a subtest.
func forEachOperationIn(t *testing.T, name string, test func(t *testing.T, o *op.Operation, call operationCall)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		for _, o := range operations() {
			synctest.Test(t, func(t *testing.T) { test(t, o, operationCalls[o]) })
		}
	})
}

func TestRedaction_KeepsWords(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		messages := []string{
			`property "secret" should not be empty`, `"token" must be a string`, `{"token":"should be a string"}`,
			"Bearer authentication is required", "surveyJobId must be a UUID",
		}
		for name, s := range map[string]*fakeTransport{
			"operation":     {Respond: reply(400, quoted(map[string]any{"errors": messages})), Login: issueTokens(time.Hour)},
			"token request": {Respond: success, Login: reply(400, quoted(map[string]any{"errors": messages}))},
		} {
			err := call(t.Context(), newLoginClient(t, s))
			assert.Equal(t, messages, as[*frontegg.APIError](t, err).Messages, name)
			assert.NotContains(t, err.Error(), "REDACTED", name)
		}
	})
}
