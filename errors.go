package frontegg

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/frontegg-go/frontegg/internal/redact"
	"github.com/frontegg-go/frontegg/internal/token"
)

// Errors of responses, for errors.Is. They match an [*APIError] in the chain by its
// status. [ErrNotFound] and [ErrConflict] do not match a response to a token request.
var (
	// ErrBadRequest is a 400 or 422: invalid input.
	ErrBadRequest = errors.New("bad request")
	// ErrUnauthorized is a 401: the token was rejected, and so was a new one if the
	// client could get one.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden is a 403: the credentials do not have the permission.
	ErrForbidden = errors.New("forbidden")
	// ErrNotFound is a 404: the tenant has no such group, role or user.
	ErrNotFound = errors.New("not found")
	// ErrConflict is a 409: the name is taken.
	ErrConflict = errors.New("conflict")
	// ErrRateLimited is a 429 after all retries, and every [*RateLimitError].
	ErrRateLimited = errors.New("rate limited")
	// ErrServer is a 5xx after all retries.
	ErrServer = errors.New("server error")
)

// Other errors, for errors.Is.
var (
	// ErrClosed means that the client is closed. Nothing was sent.
	ErrClosed = token.ErrClosed
	// ErrAuthentication matches every [*AuthError]: no access token could be obtained.
	ErrAuthentication = errors.New("authentication failed")
	// ErrTenantRequired means that a call with environment credentials has no tenant. Use
	// [WithTenant] or [Client.ForTenant]. Nothing was sent.
	ErrTenantRequired = errors.New("tenant id required")
	// ErrOutcomeUnknown reports that a write may or may not have been applied: a create
	// without a response, with a 5xx or with a 2xx that cannot be decoded, or a deletion
	// that got a 404 after an earlier attempt without a response. After a create, find the
	// group by name or use [GroupsService.Ensure]; after a deletion, get the group.
	ErrOutcomeUnknown = errors.New("outcome unknown")
	// ErrPagination means that a walk would not end: the server repeats a page, or has more
	// than 10,000 pages.
	ErrPagination = errors.New("pagination does not advance")
	// ErrAmbiguous means that two roles have the same key: one of the environment and one
	// of the tenant.
	ErrAmbiguous = errors.New("ambiguous")
	// ErrResponseTooLarge is a 2xx response of more than 32 MiB. Read long lists with
	// [GroupsService.All].
	ErrResponseTooLarge = errors.New("response too large")
)

// APIError is an error response from the API: any status other than 2xx. errors.Is
// matches it with the error of its status, such as [ErrNotFound].
type APIError struct {
	// Op is the operation, like "groups.create".
	Op     string
	Method string
	// Path is the route template, like "/identity/resources/groups/v1/{id}".
	Path string
	// Tenant is the tenant of the call. Empty if none was sent.
	Tenant     string
	StatusCode int
	// Code is Frontegg's error code. Empty if the body has none.
	Code string
	// Messages are the messages of the server. Empty if the body has none.
	Messages []string
	// Context has details from the server. May be nil.
	Context map[string]any
	// TraceID identifies the request for Frontegg's support.
	TraceID string
	// Attempts is the number of requests of the call, including this one.
	Attempts int
	// RetryAt is when a rate limit ends, on the local clock. Zero if the response does not
	// have it.
	RetryAt time.Time
	// Body is the start of the body, at most 64 KiB, with secrets removed.
	Body []byte

	host   string // of the base URL
	idHint string // about an ID in the request that may be a name or key
	state  outcome
}

// Error returns the operation, the status, the messages, the code and the trace ID.
func (e *APIError) Error() string {
	e = orZero(e)
	var b strings.Builder
	status := strings.TrimSpace(strconv.Itoa(e.StatusCode) + " " + http.StatusText(e.StatusCode))
	fmt.Fprintf(&b, "frontegg: %s: %s %s: %s", e.Op, e.Method, e.Path, status)
	shown := e.Messages[:min(len(e.Messages), 10)]
	separator := ": "
	for _, m := range shown {
		b.WriteString(separator + redact.Printable(m, 300))
		separator = "; "
	}
	if more := len(e.Messages) - len(shown); more > 0 {
		fmt.Fprintf(&b, " (and %d more)", more)
	}
	if len(e.Messages) == 0 && len(e.Body) > 0 {
		b.WriteString(": " + redact.Printable(string(e.Body[:min(len(e.Body), 1<<10)]), 200))
	}
	var facts []string
	if e.Code != "" {
		facts = append(facts, "code "+redact.Printable(e.Code, 100))
	}
	if e.TraceID != "" {
		facts = append(facts, "trace "+redact.Printable(e.TraceID, 128))
	}
	facts = append(facts, attempts(e.Attempts))
	b.WriteString(" (" + strings.Join(facts, ", ") + ")")
	if hint := e.hint(); hint != "" {
		b.WriteString("; " + hint)
	}
	b.WriteString(e.state.String())
	return b.String()
}

// Is matches the error of the status, and [ErrOutcomeUnknown] if the write may have been
// applied.
func (e *APIError) Is(target error) bool {
	e = orZero(e)
	if target == ErrOutcomeUnknown {
		return e.state.unknown
	}
	if e.isTokenRequest() && (target == ErrNotFound || target == ErrConflict) {
		return false
	}
	return target == statusError(e.StatusCode)
}

// LogValue returns the fields for log/slog, without the body.
func (e *APIError) LogValue() slog.Value {
	e = orZero(e)
	return slog.GroupValue(
		slog.String("op", e.Op), slog.Int("status", e.StatusCode), slog.String("code", e.Code),
		slog.String("trace_id", e.TraceID), slog.Int("attempts", e.Attempts), slog.String("tenant", e.Tenant), slog.String("error", e.Error()))
}

func statusError(status int) error {
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return ErrBadRequest
	case http.StatusUnauthorized:
		return ErrUnauthorized
	case http.StatusForbidden:
		return ErrForbidden
	case http.StatusNotFound:
		return ErrNotFound
	case http.StatusConflict:
		return ErrConflict
	case http.StatusTooManyRequests:
		return ErrRateLimited
	}
	if status >= 500 && status <= 599 {
		return ErrServer
	}
	return nil
}

// TransportError is returned when no complete response was received: nothing could be
// sent, the connection broke, or the context ended. Err is the cause. If the context ended
// while the client waited for a retry, Err also has the last response, an [*APIError].
//
// For a create, errors.Is(err, [ErrOutcomeUnknown]) is true unless it provably was not
// processed.
type TransportError struct {
	Op, Method string
	Path       string // the route template
	Tenant     string // of the call; empty if none was sent
	Attempts   int    // including those that could not be sent; 0: the call ended before the first
	Err        error

	state outcome
}

// Error returns the operation, the number of attempts and the cause.
func (e *TransportError) Error() string {
	e = orZero(e)
	what := "no complete response after " + attempts(e.Attempts)
	switch {
	case e.Attempts == 0:
		what = "not sent"
	case e.state.responded:
		what = "given up after " + attempts(e.Attempts)
	}
	return fmt.Sprintf("frontegg: %s: %s %s: %s: %s%s", e.Op, e.Method, e.Path, what, redact.Printable(errText(e.Err), 2000), e.state)
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return orZero(e).Err }

// Is matches [ErrOutcomeUnknown] for a create that may have been processed.
func (e *TransportError) Is(target error) bool {
	return target == ErrOutcomeUnknown && orZero(e).state.unknown
}

// DecodeError is returned when a 2xx response cannot be decoded: HTML from a captive
// portal, null, a wrong type, truncated JSON. For a create, errors.Is(err,
// [ErrOutcomeUnknown]) is true.
type DecodeError struct {
	Op         string
	Tenant     string // of the call; empty if none was sent
	StatusCode int
	TraceID    string
	// Body is the start of the body, at most 64 KiB, with secrets removed. It is nil for
	// the response to a token request.
	Body []byte
	Err  error

	contentType string
	state       outcome
}

// Error returns the operation, the status, the content type, the cause and the start of
// the body.
func (e *DecodeError) Error() string {
	e = orZero(e)
	var b strings.Builder
	fmt.Fprintf(&b, "frontegg: %s: cannot decode the %d response", e.Op, e.StatusCode)
	if e.contentType != "" {
		b.WriteString(" of type " + redact.Printable(e.contentType, 100))
	}
	b.WriteString(": " + redact.Printable(errText(e.Err), 1000))
	if len(e.Body) > 0 {
		b.WriteString(": " + redact.Printable(string(e.Body[:min(len(e.Body), 1<<10)]), 100))
	}
	if e.TraceID != "" {
		b.WriteString(" (trace " + redact.Printable(e.TraceID, 128) + ")")
	}
	return b.String() + e.state.String()
}

// Unwrap returns the cause.
func (e *DecodeError) Unwrap() error { return orZero(e).Err }

// Is matches [ErrOutcomeUnknown] for a create.
func (e *DecodeError) Is(target error) bool {
	return target == ErrOutcomeUnknown && orZero(e).state.unknown
}

// ValidationError is returned for an invalid argument or option. Nothing was sent, not
// even a token request.
type ValidationError struct {
	Op     string // the operation, like "groups.get", or the function, like "NewClient"
	Field  string // the argument, like "userIDs[3]", or the option, like "WithTenant"
	Reason string // why it is invalid; never has a secret

	cause error
}

// Error returns the operation, the field and the reason.
func (e *ValidationError) Error() string {
	e = orZero(e)
	s := fmt.Sprintf("frontegg: %s: %s %s", e.Op, e.Field, e.Reason)
	if strings.Contains(e.Op, ".") { // an operation, which would have sent something
		s += "; nothing was sent"
	}
	return s
}

// Unwrap returns [ErrTenantRequired] if the tenant is missing, else nil.
func (e *ValidationError) Unwrap() error { return orZero(e).cause }

// RateLimitError is returned when a rate limit, or the Retry-After of a 503, lasts longer
// than the call may wait. The client did not wait and sent nothing more. Retry at RetryAt.
// errors.Is(err, [ErrRateLimited]) is true.
type RateLimitError struct {
	Op     string
	Path   string // the route template
	Tenant string // of the call; empty if none was sent
	// RetryAt is when the limit ends, on the local clock.
	RetryAt time.Time
	// Err has the response with the limit, an [*APIError], if this call received it, and
	// the context's error if its deadline is before RetryAt. May be nil.
	Err error
}

// Error returns the operation, the route and when the limit ends.
func (e *RateLimitError) Error() string {
	e = orZero(e)
	what := "is rate limited"
	if last, ok := errors.AsType[*APIError](e.Err); ok && last.StatusCode == http.StatusServiceUnavailable {
		what = "is unavailable"
	}
	s := fmt.Sprintf("frontegg: %s: %s %s until %s, longer than the call may wait",
		e.Op, e.Path, what, e.RetryAt.UTC().Format(time.RFC3339))
	if e.Err != nil {
		s += ": " + errText(e.Err)
	}
	return s
}

// Unwrap returns the cause.
func (e *RateLimitError) Unwrap() error { return orZero(e).Err }

// Is matches [ErrRateLimited].
func (e *RateLimitError) Is(target error) bool { return target == ErrRateLimited }

// BatchError is returned when one of several requests with a list of IDs failed. The
// earlier requests were applied; the later ones were not sent. It is safe to retry the
// whole call.
type BatchError struct {
	Op      string
	Applied []string // the IDs of the successful requests, in the order of the argument
	Pending []string // the IDs of the failed request and of those after it
	Err     error    // the error of the failed request
}

// Error returns how many IDs were applied, and the cause.
func (e *BatchError) Error() string {
	e = orZero(e)
	return fmt.Sprintf("frontegg: %s: %d of %d IDs applied: %s", e.Op, len(e.Applied), len(e.Applied)+len(e.Pending), errText(e.Err))
}

// Unwrap returns the cause.
func (e *BatchError) Unwrap() error { return orZero(e).Err }

// AuthError is returned when no access token could be obtained. Err is the cause: an
// [*APIError] for rejected credentials, a [*TransportError], a [*DecodeError], or the error
// of a [TokenSource]. The operation was not sent, or not retried: if an earlier attempt got a
// response, Err includes it. errors.Is(err, [ErrAuthentication]) is true.
type AuthError struct{ Err error }

// Error returns the cause.
func (e *AuthError) Error() string {
	return "frontegg: could not get a token: " + errText(orZero(e).Err)
}

// Unwrap returns the cause.
func (e *AuthError) Unwrap() error { return orZero(e).Err }

// Is matches [ErrAuthentication].
func (e *AuthError) Is(target error) bool { return target == ErrAuthentication }
