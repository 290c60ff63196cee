package frontegg

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// Request is a request for [Client.Do].
type Request struct {
	// Method is GET, POST, PUT, PATCH or DELETE.
	Method string
	// Path is the path below the base URL, as a template: "/identity/resources/users/v1/{id}".
	// Logs, errors and hooks show it as it is, so it must not contain IDs. It must not
	// contain a query, empty, "." or ".." segments, percent-encoding or secrets.
	Path string
	// PathParams are the values of exactly the parameters in Path. Each is escaped and
	// becomes one segment. It must not be empty, "." or "..".
	PathParams map[string]string
	Query      url.Values // may be nil
	// Body is encoded as by encoding/json. nil: no body.
	Body any
	// Idempotent allows retries of a POST or PATCH that may have been processed. Other
	// methods are always retried.
	Idempotent bool
	// NoTenant sends no tenant, for operations on the environment.
	NoTenant bool
}

// Do sends a request that this library has no method for. It uses the client's token,
// tenant, rate limits, retries, errors and redaction. If out is not nil, the response body
// is decoded into it, as by encoding/json; otherwise the body is ignored.
//
// The name of the operation in errors, logs and hooks is "client.do".
//
// [ErrOutcomeUnknown]: a POST or PATCH that is not idempotent may have been processed.
// [ErrTenantRequired]: a request with environment credentials has neither a tenant nor
// NoTenant. [*ValidationError]: an invalid field of req, or out is not a pointer.
// [*DecodeError]: the response body cannot be decoded into out.
//
// See https://developers.frontegg.com/ciam/api.
func (c *Client) Do(ctx context.Context, req Request, out any, opts ...RequestOption) error {
	r := newCall(&service{client: c}, req.operation(out), opts)
	r.setRequest(req)
	if out == nil {
		return r.send(ctx)
	}
	v := reflect.ValueOf(out)
	r.invalidIf(v.Kind() != reflect.Pointer || v.IsNil(), "out", "must be nil or a pointer that is not nil")
	_, err := receive(ctx, r, func(_ *call, body []byte) (any, error) { return nil, json.Unmarshal(body, out) })
	return err
}

// operation returns the request as a row of the table of operations.
func (r *Request) operation(out any) *op.Operation {
	o := &op.Operation{Name: "client.do", Method: r.Method, Route: r.Path, Scope: op.Tenant, Class: op.Idempotent, Result: op.Document}
	if r.NoTenant {
		o.Scope = op.Environment
	}
	if !r.Idempotent && (r.Method == http.MethodPost || r.Method == http.MethodPatch) {
		o.Class = op.NonIdempotent
	}
	if out == nil {
		o.Result = op.NoDocument
	}
	return o
}

// setRequest sets the parameters, the query and the body.
func (c *call) setRequest(r Request) {
	switch r.Method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
	default:
		c.invalid("Method", "must be GET, POST, PUT, PATCH or DELETE")
	}
	names, reason := validate.PathTemplate(r.Path)
	c.invalid("Path", reason)
	c.invalidIf(c.withoutSecrets(r.Path) != r.Path, "Path", "has a secret; use PathParams")
	for _, name := range slices.Sorted(maps.Keys(r.PathParams)) {
		c.invalidIf(!slices.Contains(names, name), fmt.Sprintf("PathParams[%q]", c.printable(name, 100)), "is not a parameter of Path")
	}
	for _, name := range names {
		value := r.PathParams[name] // empty, and so invalid, if it is missing
		c.invalid(fmt.Sprintf("PathParams[%q]", name), validate.PathParam(value))
		c.request.Params = append(c.request.Params, value)
	}
	c.request.Query = r.Query.Encode()
	if r.Body == nil {
		return
	}
	body, err := encodeJSON(r.Body)
	if err != nil {
		c.invalid("Body", "cannot be encoded as JSON: "+c.printable(err.Error(), 500))
	}
	c.request.Body = body
}

// encodeJSON returns v as encoding/json does, but without escapes for HTML.
func encodeJSON(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return []byte(strings.TrimSuffix(b.String(), "\n")), nil
}
