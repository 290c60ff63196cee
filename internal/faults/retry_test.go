package faults

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

// transientStatuses are retried.
var transientStatuses = []int{408, 500, 502, 503, 504, 520, 521, 522, 523, 524}

// permanentStatuses are not.
var permanentStatuses = []int{300, 301, 302, 303, 304, 307, 308, 400, 402, 403, 404, 405, 406, 409, 410, 413, 414, 415, 418, 422, 499, 501, 505, 511, 519, 525}

// connectionErrors are errors after which a request may have been received.
var connectionErrors = map[string]error{
	"reset":               &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET},
	"broken pipe":         &net.OpError{Op: "write", Net: "tcp", Err: syscall.EPIPE},
	"EOF":                 io.EOF,
	"unexpected EOF":      io.ErrUnexpectedEOF,
	"HTTP/2 stream error": errors.New("stream error: stream ID 5; INTERNAL_ERROR; received from peer"),
	"HTTP/2 GOAWAY":       errors.New("http2: server sent GOAWAY and closed the connection; LastStreamID=3, ErrCode=NO_ERROR"),
	"malformed response":  errors.New(`net/http: HTTP/1.x transport connection broken: malformed HTTP status code "x"`),
}

// dialErrors are transient errors that prove that nothing was sent.
var dialErrors = map[string]error{
	"connection refused": &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED},
	"no route":           &net.OpError{Op: "dial", Net: "tcp", Err: syscall.EHOSTUNREACH},
	"temporary DNS":      &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "server misbehaving", Name: "api.frontegg.com", IsTemporary: true}},
	"DNS timeout":        &net.DNSError{Err: "i/o timeout", Name: "api.frontegg.com", IsTimeout: true},
}

// permanentErrors are not retried.
var permanentErrors = map[string]error{
	"NXDOMAIN":              &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "api.frontegg.com", IsNotFound: true}},
	"untrusted certificate": &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}},
	"expired certificate":   x509.CertificateInvalidError{Cert: &x509.Certificate{}, Reason: x509.Expired},
}

func TestRetry_TransientStatus(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		for _, status := range transientStatuses {
			s := &fakeTransport{Respond: script(reply(status, "x"), success)}
			err := call(t.Context(), newClient(t, s))
			if o == op.Create {
				require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown, "status %d", status)
				require.ErrorContains(t, err, "the outcome is unknown")
				assert.Equal(t, status, as[*frontegg.APIError](t, err).StatusCode)
				assert.Equal(t, 1, s.Requests(), "status %d", status)
				continue
			}
			require.NoError(t, err, "status %d", status)
			require.Equal(t, 2, s.Requests(), "status %d", status)
			requireSameRequests(t, s.Seen)
		}
	})
}

func TestRetry_PermanentStatus(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		for _, status := range permanentStatuses {
			s := &fakeTransport{Respond: reply(status, `{"errors":["no"]}`, "Location", "https://elsewhere.test/", "Frontegg-Trace-Id", "trace-1")}
			var err error
			took := elapsed(func() { err = call(t.Context(), newClient(t, s)) })
			apiErr := as[*frontegg.APIError](t, err)
			assert.Equal(t, status, apiErr.StatusCode)
			assert.Equal(t, []string{"no"}, apiErr.Messages)
			assert.Equal(t, "trace-1", apiErr.TraceID)
			assert.Equal(t, 1, apiErr.Attempts)
			assert.Equal(t, 1, s.Requests(), "status %d", status)
			assert.Zero(t, took)
			open := o == op.Create && status >= 500
			assert.Equal(t, open, errors.Is(err, frontegg.ErrOutcomeUnknown), "status %d", status)
			assert.Equal(t, open, strings.Contains(err.Error(), "the outcome is unknown"), "status %d", status)
		}
	})
}

func TestRetry_ConnectionError(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		for name, broken := range connectionErrors {
			for place, fault := range map[string]responder{"before the response": failWith(broken), "in the body": truncated(broken)} {
				if broken == io.EOF && place == "in the body" { // the regular end of a body
					continue
				}
				s := &fakeTransport{Respond: script(fault, success)}
				err := call(t.Context(), newClient(t, s))
				if o == op.Create {
					require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown, name)
					require.ErrorIs(t, err, broken, "the cause is kept")
					require.ErrorContains(t, err, "the outcome is unknown")
					assert.Equal(t, 1, as[*frontegg.TransportError](t, err).Attempts)
					assert.Equal(t, 1, s.Requests(), "%s %s", name, place)
					continue
				}
				require.NoError(t, err, "%s %s", name, place)
				require.Equal(t, 2, s.Requests(), "%s %s", name, place)
				requireSameRequests(t, s.Seen)
			}
		}
	})
}

func TestRetry_DialError(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		for name, fault := range dialErrors {
			s := &fakeTransport{Respond: script(failWith(fault), failWith(fault), failWith(fault), success)}
			require.NoError(t, call(t.Context(), newClient(t, s)), name)
			assert.Equal(t, 4, s.Requests(), name)
			requireSameRequests(t, s.Seen)

			s = &fakeTransport{Respond: failWith(fault)}
			err := call(t.Context(), newClient(t, s))
			require.ErrorIs(t, err, fault)
			require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown, name)
			assert.Equal(t, 4, as[*frontegg.TransportError](t, err).Attempts)
			assert.Equal(t, 4, s.Requests(), name)
		}
	})
}

func TestRetry_PermanentError(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		for name, fault := range permanentErrors {
			s := &fakeTransport{Respond: failWith(fault)}
			err := call(t.Context(), newClient(t, s))
			require.ErrorIs(t, err, fault, name)
			require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown, name)
			assert.Equal(t, 1, as[*frontegg.TransportError](t, err).Attempts, name)
			assert.Equal(t, 1, s.Requests(), name)
		}
		invalid := &fakeTransport{Respond: failWith(errors.New(`net/http: invalid header field value for "X"`))}
		require.Error(t, call(t.Context(), newClient(t, invalid)))
		assert.Equal(t, 1, invalid.Requests())
	})
}

func TestRetry_DefaultMaxAttempts(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		busy := func(trace string) responder {
			return reply(503, `{"errors":["busy"],"errorCode":"ER-1"}`, "Frontegg-Trace-Id", trace)
		}
		s := &fakeTransport{Respond: script(busy("t1"), busy("t2"), busy("t3"), busy("t4"))}
		err := call(t.Context(), newClient(t, s))
		apiErr := as[*frontegg.APIError](t, err)
		want, trace := 4, "t4"
		if o == op.Create {
			want, trace = 1, "t1"
		}
		assert.Equal(t, want, s.Requests())
		assert.Equal(t, want, apiErr.Attempts)
		assert.Equal(t, trace, apiErr.TraceID, "the last response is returned")
		assert.Equal(t, []string{"busy"}, apiErr.Messages)
		assert.Equal(t, "ER-1", apiErr.Code)
		require.ErrorIs(t, err, frontegg.ErrServer)

		s = &fakeTransport{Respond: success, Login: reply(502, "")}
		err = call(t.Context(), newLoginClient(t, s))
		require.ErrorIs(t, err, frontegg.ErrAuthentication)
		assert.Equal(t, 3, as[*frontegg.APIError](t, err).Attempts)
		assert.Equal(t, 3, s.TokenRequests())
		assert.Zero(t, s.Requests())
		requireSameRequests(t, s.Logins)
	})
}

func TestRetry_MaxAttempts(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		for attempts := 1; attempts <= 6; attempts++ {
			s := &fakeTransport{Respond: failWith(dialErrors["connection refused"])}
			require.Error(t, call(t.Context(), newClient(t, s, frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: attempts}))))
			assert.Equal(t, attempts, s.Requests())
		}
		s := &fakeTransport{Respond: success, Login: reply(503, "")}
		require.Error(t, call(t.Context(), newLoginClient(t, s, frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1}))))
		assert.Equal(t, 1, s.TokenRequests())
	})
}

func TestDelete_NotFoundOnRetry(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		if o.Method != http.MethodDelete {
			return
		}
		for _, first := range []responder{reply(503, ""), failWith(io.EOF), reply(408, "")} {
			s := &fakeTransport{Respond: script(first, reply(404, ""))}
			err := call(t.Context(), newClient(t, s))
			require.ErrorIs(t, err, frontegg.ErrNotFound)
			require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
			require.ErrorContains(t, err, "an earlier attempt's outcome is unknown")
			for _, wrong := range []string{"removed", "Ensure", "by name"} { // no advice about other operations
				assert.NotContains(t, err.Error(), wrong)
			}
			assert.Equal(t, 2, s.Requests())
		}
		for _, first := range []responder{reply(404, ""), failWith(dialErrors["connection refused"])} {
			err := call(t.Context(), newClient(t, &fakeTransport{Respond: script(first, reply(404, ""))}))
			require.ErrorIs(t, err, frontegg.ErrNotFound)
			require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown, "no earlier attempt can have run")
		}
	})
}

func TestCreate_NotReplayableByNetHTTP(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: success}
		require.NoError(t, call(t.Context(), newClient(t, s)))
		assert.Equal(t, o != op.Create && s.Seen[0].Body != "", s.Seen[0].GetBody != nil)
		for key := range s.Seen[0].Header {
			assert.NotContains(t, key, "Idempotency")
		}
	})
}

func TestCreate_Retries(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: script(reply(429, ""), reply(401, ""), reply(429, ""), success), Login: issueTokens(time.Hour)}
		require.NoError(t, operationCalls[op.Create](t.Context(), newLoginClient(t, s)))
		assert.Equal(t, 4, s.Requests())
		requireSameRequests(t, s.Seen)

		s = &fakeTransport{Respond: script(reply(401, ""), reply(500, ""), success), Login: issueTokens(time.Hour)}
		err := operationCalls[op.Create](t.Context(), newLoginClient(t, s))
		require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
		assert.Equal(t, 2, s.Requests())
	})
}

func TestRetry_TransientThenPermanentStatus(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		if o == op.Create {
			return
		}
		s := &fakeTransport{Respond: script(reply(503, ""), reply(400, ""))}
		err := call(t.Context(), newClient(t, s))
		require.ErrorIs(t, err, frontegg.ErrBadRequest)
		assert.Equal(t, 2, as[*frontegg.APIError](t, err).Attempts)
		assert.Equal(t, 2, s.Requests())
	})
}

func TestBackoff_BeforeEachRetry(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: failWith(dialErrors["connection refused"])}
		require.Error(t, call(t.Context(), newClient(t, s)))
		for n, wait := range s.Waits() {
			between(t, wait, 50*time.Millisecond, 50*time.Millisecond+250*time.Millisecond<<n)
		}
	})
}

func TestBackoff_LongerThanDeadline(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		if o == op.Create {
			return
		}
		s := &fakeTransport{Respond: reply(503, `{"errors":["busy"]}`)}
		for _, c := range []*frontegg.Client{newClient(t, s), newClient(t, s, frontegg.WithTimeout(40*time.Millisecond))} {
			var err error
			took := elapsed(func() { err = call(withTimeout(t, 49*time.Millisecond), c) })
			assert.Zero(t, took)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, []string{"busy"}, as[*frontegg.APIError](t, err).Messages)
		}
		assert.Equal(t, 2, s.Requests())

		s = &fakeTransport{Respond: failWith(io.ErrUnexpectedEOF)}
		err := call(withTimeout(t, 49*time.Millisecond), newClient(t, s))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "the last error is kept")
	})
}
