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
)

// What an answer of the server means, for errors.Is. They match an [*APIError]
// by its status, wherever it stands in the chain. Only [ErrNotFound] and
// [ErrConflict] look at the operation too: a token request that gets a 404 says
// nothing of a group.
var (
	// ErrBadRequest is a 400 or 422: the server refused the input.
	ErrBadRequest = errors.New("bad request")
	// ErrUnauthorized is a 401: the token was refused, and so was a new one
	// where one could be had.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden is a 403: the credentials may not do this.
	ErrForbidden = errors.New("forbidden")
	// ErrNotFound is a 404: the account has no such group, role or user.
	ErrNotFound = errors.New("not found")
	// ErrConflict is a 409: the name is taken.
	ErrConflict = errors.New("conflict")
	// ErrRateLimited is a 429 that outlasted the retries, and every [*RateLimitError].
	ErrRateLimited = errors.New("rate limited")
	// ErrServer is a 5xx that outlasted the retries.
	ErrServer = errors.New("server error")
)

// What happened on the way, for errors.Is.
var (
	// ErrAuthentication matches every [*AuthError]: no token could be had.
	ErrAuthentication = errors.New("authentication failed")
	// ErrTenantRequired is a call with environment credentials that names no
	// account. Use [WithTenant] or [Client.ForTenant]. Nothing was sent.
	ErrTenantRequired = errors.New("tenant id required")
	// ErrOutcomeUnknown is a write of which it is open whether it happened: a
	// create without an answer, with a 5xx or with an unreadable 2xx, or a
	// removal that got a 404 after an earlier attempt went unanswered. After a
	// create look the group up by name, or use [GroupsService.Ensure]; after a
	// removal see whether the group is there.
	ErrOutcomeUnknown = errors.New("outcome unknown")
	// ErrPagination is a walk that a server would have kept going for ever: it
	// repeated a page, or passed 10,000 pages.
	ErrPagination = errors.New("pagination does not advance")
	// ErrResponseTooLarge is a success of more than 32 MiB. Read long lists
	// with [GroupsService.All].
	ErrResponseTooLarge = errors.New("response too large")
)

// APIError is an answer that is not a success. errors.Is matches it with the
// sentinel of its status, such as [ErrNotFound].
type APIError struct {
	// Op is the operation, like "groups.create".
	Op     string
	Method string
	// Path is the route template, like "/identity/resources/groups/v1/{id}".
	Path       string
	StatusCode int
	// Code is Frontegg's error code, empty where the body has none.
	Code string
	// Messages are the server's texts. Empty where it gave none.
	Messages []string
	// Context is what the server added to explain the error. May be nil.
	Context map[string]any
	// TraceID names the request; Frontegg's support asks for it.
	TraceID string
	// Attempts counts the requests of the call, this answer's included.
	Attempts int
	// RetryAt is when a limit ends, on this machine's clock; zero where the
	// server did not say.
	RetryAt time.Time
	// Body is the start of the answer, at most 64 KiB, secrets removed.
	Body []byte

	state outcome
}

// Error tells the operation, the status, the server's messages and the trace id.
func (e *APIError) Error() string {
	var b strings.Builder
	status := strings.TrimSpace(strconv.Itoa(e.StatusCode) + " " + http.StatusText(e.StatusCode))
	fmt.Fprintf(&b, "frontegg: %s: %s %s: %s", e.Op, e.Method, e.Path, status)
	shown := e.Messages[:min(len(e.Messages), 10)]
	for i, m := range shown {
		b.WriteString(separator(i))
		b.WriteString(redact.Printable(m, 300))
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

// Is matches the sentinel of the status, and [ErrOutcomeUnknown] where it is
// open whether the write happened.
func (e *APIError) Is(target error) bool {
	if target == ErrOutcomeUnknown {
		return e.state.unknown
	}
	if e.ofLogin() && (target == ErrNotFound || target == ErrConflict) {
		return false
	}
	return target == statusError(e.StatusCode)
}

// LogValue shows the error's parts to log/slog, without the body.
func (e *APIError) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("op", e.Op), slog.Int("status", e.StatusCode), slog.String("code", e.Code),
		slog.String("trace_id", e.TraceID), slog.Int("attempts", e.Attempts), slog.String("error", e.Error()))
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

// TransportError is a call that ended without a complete answer: nothing could
// be sent, the connection broke, or the context ended. Err has the cause; where
// the context ended while the client waited to try again, Err also has the last
// answer, an [*APIError], for errors.As.
//
// A create Is [ErrOutcomeUnknown] unless it provably did not run.
type TransportError struct {
	Op, Method string
	Path       string // the route template
	Attempts   int    // requests sent, or tried to send; 0 if the call ended before the first
	Err        error

	state outcome
}

// Error tells the operation, the attempts and the cause.
func (e *TransportError) Error() string {
	what := "no complete answer after " + attempts(e.Attempts)
	switch {
	case e.Attempts == 0:
		what = "not sent"
	case e.state.answered:
		what = "given up after " + attempts(e.Attempts)
	}
	return fmt.Sprintf("frontegg: %s: %s %s: %s: %s%s", e.Op, e.Method, e.Path, what, redact.Printable(plain(e.Err), 2000), e.state)
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// Is matches [ErrOutcomeUnknown] where it is open whether a create happened.
func (e *TransportError) Is(target error) bool { return target == ErrOutcomeUnknown && e.state.unknown }

// DecodeError is a success that is not what was asked for: HTML from a captive
// portal, null, a wrong type, text that breaks off. It is never read as an empty
// result. A create Is [ErrOutcomeUnknown].
type DecodeError struct {
	Op         string
	StatusCode int
	TraceID    string
	// Body is the start of the answer, at most 64 KiB, secrets removed. It is
	// nil for an answer that carries a token.
	Body []byte
	Err  error

	contentType string
	state       outcome
}

// Error tells the operation, the status, the content type, the cause and the
// start of the answer.
func (e *DecodeError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "frontegg: %s: cannot read the %d answer", e.Op, e.StatusCode)
	if e.contentType != "" {
		b.WriteString(" of type " + redact.Printable(e.contentType, 100))
	}
	fmt.Fprintf(&b, ": %v", e.Err)
	if len(e.Body) > 0 {
		b.WriteString(": " + redact.Printable(string(e.Body[:min(len(e.Body), 1<<10)]), 100))
	}
	if e.TraceID != "" {
		b.WriteString(" (trace " + redact.Printable(e.TraceID, 128) + ")")
	}
	return b.String() + e.state.String()
}

// Unwrap returns the cause.
func (e *DecodeError) Unwrap() error { return e.Err }

// Is matches [ErrOutcomeUnknown] for a create.
func (e *DecodeError) Is(target error) bool { return target == ErrOutcomeUnknown && e.state.unknown }

// ValidationError is input that the client refused. Nothing was sent, not even
// a token request.
type ValidationError struct {
	Op     string // what was called, like "groups.get" or "NewClient"
	Field  string // the parameter, like "userIDs[3]", or the option, like "WithTenant"
	Reason string // what is wrong with it; never holds a secret

	cause error
}

// Error tells the operation, the field and the reason.
func (e *ValidationError) Error() string {
	s := fmt.Sprintf("frontegg: %s: %s %s", e.Op, e.Field, e.Reason)
	if strings.HasPrefix(e.Op, "groups.") { // an operation, which would have sent something
		s += "; nothing was sent"
	}
	return s
}

// Unwrap returns [ErrTenantRequired] where a tenant is missing, else nil.
func (e *ValidationError) Unwrap() error { return e.cause }

// RateLimitError is a call that a rate limit ended: the limit lasts longer than
// the caller would wait, so the client did not wait, and sent nothing more. Try
// again at RetryAt. It Is [ErrRateLimited].
type RateLimitError struct {
	Op   string
	Path string // the route template
	// RetryAt is when the limit ends, on this machine's clock.
	RetryAt time.Time
	// Err is the answer that told of the limit, an [*APIError], if this call
	// got it; it also has the context's error where its deadline was too near.
	Err error
}

// Error tells the operation, the route and when the limit ends.
func (e *RateLimitError) Error() string {
	s := fmt.Sprintf("frontegg: %s: %s is rate limited until %s, longer than the call may wait",
		e.Op, e.Path, e.RetryAt.UTC().Format(time.RFC3339))
	if e.Err != nil {
		s += ": " + plain(e.Err)
	}
	return s
}

// Unwrap returns the cause.
func (e *RateLimitError) Unwrap() error { return e.Err }

// Is matches [ErrRateLimited].
func (e *RateLimitError) Is(target error) bool { return target == ErrRateLimited }

// BatchError is a list of ids that went in several requests, of which one
// failed: the earlier ones hold, the later ones were not sent. Repeating the
// whole call is safe.
type BatchError struct {
	Op      string
	Applied []string // the ids of the requests that succeeded, in the order given
	Pending []string // the ids of the request that failed and of those after it
	Err     error    // why that request failed
}

// Error tells how many ids were applied, and the cause.
func (e *BatchError) Error() string {
	return fmt.Sprintf("frontegg: %s: %d of %d ids applied: %s", e.Op, len(e.Applied), len(e.Applied)+len(e.Pending), plain(e.Err))
}

// Unwrap returns the cause.
func (e *BatchError) Unwrap() error { return e.Err }

// AuthError is a call for which no token could be had. Err says why: an
// [*APIError] for refused credentials, a [*TransportError], a [*DecodeError],
// or the error of a [TokenSource]. The operation was not sent, or not again: where
// an earlier attempt was answered, Err has that answer too. It Is
// [ErrAuthentication].
type AuthError struct{ Err error }

// Error tells why there is no token.
func (e *AuthError) Error() string { return "frontegg: could not get a token: " + plain(e.Err) }

// Unwrap returns the cause.
func (e *AuthError) Unwrap() error { return e.Err }

// Is matches [ErrAuthentication].
func (e *AuthError) Is(target error) bool { return target == ErrAuthentication }
