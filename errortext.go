package frontegg

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/redact"
	"github.com/frontegg-go/frontegg/internal/validate"
	"github.com/frontegg-go/frontegg/internal/wire"
)

// unknownAdvice returns what to do about a request that may have been processed.
func unknownAdvice(o *op.Operation) string {
	if o == op.Create {
		return "the outcome is unknown: find the group by name, or call Ensure, which is safe to retry"
	}
	return "the outcome is unknown: find out whether the request was applied before you retry it"
}

// publicError returns the error of a failed call with the given name.
func publicError(name string, r *pipeline.Request, f *pipeline.Failure, p *pipeline.Pipeline) error {
	o := r.Op
	state := outcome{unknown: f.Unknown, note: f.Note}
	if state.unknown && state.note == "" {
		state.note = unknownAdvice(o)
	}
	response := func() error {
		if f.Status == 0 {
			return nil
		}
		return newAPIError(name, r, f, p, state)
	}
	noResponse := func(err error) error {
		return &TransportError{Op: name, Method: o.Method, Path: o.Route, Tenant: r.Tenant, Attempts: f.Attempts, Err: err, state: state}
	}
	switch f.Kind {
	case pipeline.ErrorStatus:
		return response()
	case pipeline.Canceled:
		state.responded = f.Status != 0
		return noResponse(withLastResponse(f.Err, response()))
	case pipeline.RateLimited:
		return &RateLimitError{Op: name, Path: o.Route, Tenant: r.Tenant, RetryAt: f.RetryAt, Err: withLastResponse(f.Err, response())}
	case pipeline.NoToken:
		return &AuthError{Err: withLastResponse(f.Err, response())}
	default:
		return noResponse(f.Err)
	}
}

// withLastResponse joins the error that ended a call and the last response before it.
// Either may be nil.
func withLastResponse(err, response error) error {
	switch {
	case response == nil:
		return err
	case err == nil:
		return response
	}
	return newMultiError(fmt.Sprintf("%s; the last response was: %s", errText(err), errText(response)), err, response)
}

func newAPIError(name string, r *pipeline.Request, f *pipeline.Failure, p *pipeline.Pipeline, state outcome) *APIError {
	e := &APIError{
		Op: name, Method: r.Op.Method, Path: r.Op.Route, Tenant: r.Tenant, StatusCode: f.Status, TraceID: f.TraceID,
		Attempts: f.Attempts, RetryAt: f.RetryAt, Body: f.Body, host: p.Base.Host, state: state,
	}
	content := wire.UnmarshalError(f.Body)
	e.Code, e.Context = p.Redact.Text(content.Code), p.Redact.Object(content.Context)
	for _, m := range content.Messages {
		e.Messages = append(e.Messages, p.Redact.Text(m))
	}
	e.idHint = p.Redact.Text(idHint(r))
	return e
}

// newDecodeError returns the error of a 2xx response that cannot be decoded.
func newDecodeError(name string, r *pipeline.Request, resp *pipeline.Response, err error, clean *redact.Redactor) *DecodeError {
	o := r.Op
	e := &DecodeError{
		Op: name, Tenant: r.Tenant, StatusCode: resp.Status, TraceID: clean.Text(pipeline.TraceID(resp.Header)), Err: clean.Error(err),
		contentType: clean.Text(resp.Header.Get("Content-Type")),
	}
	if o.Scope != op.Anonymous && !errors.Is(resp.BodyErr, pipeline.ErrTooLarge) { // a token response may have a token
		e.Body = pipeline.Excerpt(resp.Body, clean)
	}
	if o.Class == op.NonIdempotent {
		e.state = outcome{unknown: true, note: unknownAdvice(o)}
	}
	return e
}

// idHint returns a question about the first ID of a request that is not a UUID, as the IDs
// of roles and groups are, and so may be a key or a name. Empty if there is none.
func idHint(r *pipeline.Request) string {
	if r.Op == op.AddRoles || r.Op == op.RemoveRoles {
		var body membersBody
		_ = json.Unmarshal(r.Body, &body) // without IDs, there is no hint about them
		for _, id := range body.RoleIDs {
			if !validate.IsUUID(id) {
				return "is " + strconv.Quote(id) + " the key of a role? Roles.FindByKeys finds its ID"
			}
		}
	}
	if strings.HasPrefix(r.Op.Name, "groups.") && len(r.Params) == 1 && !validate.IsUUID(r.Params[0]) {
		return "is " + strconv.Quote(r.Params[0]) + " the name of a group? Groups.FindByName finds its ID"
	}
	return ""
}

// outcome is the part of an error that is not about the response.
type outcome struct {
	unknown   bool   // the write may have been applied
	responded bool   // the call ended in a wait after a response
	note      string // why the call ended, if that is not obvious
}

func (o outcome) String() string {
	if o.note == "" {
		return ""
	}
	return "; " + o.note
}

// knownMessages are messages of the server and what to do about them.
var knownMessages = []struct {
	status        int
	message, hint string
}{
	{401, "Failed to verify user JWT", "the host does not accept tokens of an environment: use the host of the region, or WithAPIToken"},
	{401, "Failed to verify vendor JWT", "the token is of another region or environment: check WithRegion and the credentials"},
	{403, "Tenant ID is not specified", "the operation requires a tenant: use WithTenant or ForTenant"},
	{403, "Tenant ID is defined", "the operation is on the environment and takes no tenant: use a client without one, or NoTenant with Do"},
}

// codeNoApplication is the code of a 403 for a user or tenant without the application.
const codeNoApplication = "ER-00008"

// hint returns what to do about the error.
func (e *APIError) hint() string {
	for _, known := range knownMessages {
		if e.StatusCode == known.status && slices.ContainsFunc(e.Messages, func(m string) bool { return strings.Contains(m, known.message) }) {
			return known.hint
		}
	}
	switch e.StatusCode {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		if strings.HasSuffix(e.Path, "/roles") {
			return e.idHint
		}
	case http.StatusUnauthorized:
		check := "check the credentials, and that they belong to " + e.server()
		if e.isTokenRequest() {
			check += "; WithCredentials takes those of an environment, WithAPIToken those of an API token"
		}
		return check
	case http.StatusForbidden:
		if e.Code == codeNoApplication {
			return "the tenant or user is not assigned to an application"
		}
		if e.Method != http.MethodGet && (strings.HasSuffix(e.Path, "/roles") || strings.HasSuffix(e.Path, "/users")) {
			return "the credentials may not do this, or rank below the roles, or groups are off (Groups.Config)"
		}
		if strings.HasPrefix(e.Path, "/identity/resources/groups/") {
			return "the credentials may not do this, or groups are off (Groups.Config)"
		}
		return "the credentials may not do this"
	case http.StatusNotFound:
		if e.isTokenRequest() {
			return "check the base URL and its path prefix: the host is " + e.server()
		}
		return e.idHint
	case http.StatusRequestEntityTooLarge:
		return "send less in one call"
	case http.StatusTooManyRequests:
		if !e.RetryAt.IsZero() {
			return "retry after " + e.RetryAt.UTC().Format(time.RFC3339)
		}
	}
	if e.StatusCode >= 300 && e.StatusCode <= 399 {
		return "redirects are not followed: check the base URL"
	}
	return ""
}

// server names the host that was asked, and its region if it is one of a region.
func (e *APIError) server() string {
	for region, base := range regionURLs {
		if base == "https://"+e.host {
			return e.host + ", region " + string(region)
		}
	}
	return cmp.Or(e.host, "this region")
}

// isTokenRequest reports whether e is the response to a token request.
func (e *APIError) isTokenRequest() bool { return strings.HasPrefix(e.Op, "auth.") }

// multiError has several errors and a text for all of them.
type multiError struct {
	text string
	errs []error
}

func (e *multiError) Error() string { return e.text }

// Unwrap returns the errors.
func (e *multiError) Unwrap() []error { return e.errs }

func newMultiError(text string, errs ...error) error { return &multiError{text, errs} }

// orZero returns the zero error if e is nil: an error variable with a nil pointer is not nil,
// so a program prints it and looks for others in it.
func orZero[T any](e *T) *T {
	if e == nil {
		return new(T)
	}
	return e
}

// errText returns the text of an error for use in that of another.
func errText(err error) string {
	if err == nil {
		return "unknown cause"
	}
	return strings.TrimPrefix(err.Error(), "frontegg: ")
}

func attempts(n int) string {
	if n == 1 {
		return "1 attempt"
	}
	return strconv.Itoa(n) + " attempts"
}

// RetryAt returns when the rate limit in the chain of err ends, on the local clock, and
// whether there is one: that of a [*RateLimitError], or of an [*APIError] whose response has
// it. If several errors are joined, it is the latest.
func RetryAt(err error) (t time.Time, ok bool) {
	later := func(at time.Time) {
		if at.After(t) {
			t, ok = at, true
		}
	}
	switch e := err.(type) { //nolint:errorlint // the chain is walked below
	case *RateLimitError:
		later(orZero(e).RetryAt)
	case *APIError:
		later(orZero(e).RetryAt)
	}
	switch e := err.(type) { //nolint:errorlint // the same
	case interface{ Unwrap() error }:
		at, _ := RetryAt(e.Unwrap())
		later(at)
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			at, _ := RetryAt(inner)
			later(at)
		}
	}
	return t, ok
}
