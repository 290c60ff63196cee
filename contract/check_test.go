package contract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// exchange is a request and its response, with their bodies.
type exchange struct {
	request  *http.Request
	sent     []byte
	response *http.Response
	received []byte
}

// documented identifies a response of the document: an operation and a status, which
// may be a range like 5XX.
type documented struct{ operation, status string }

func (a documented) String() string { return a.operation + " " + a.status }

// checker validates exchanges against the document.
type checker struct {
	doc    *openapi3.T
	router routers.Router
}

// newChecker returns a checker for both path prefixes. Unlike a client, the checker
// rejects unknown fields: here both sides are ours.
func newChecker(tb testing.TB) *checker {
	tb.Helper()
	doc := load(tb)
	for _, schema := range doc.Components.Schemas {
		closeObjects(schema.Value)
	}
	doc.Servers = openapi3.Servers{{URL: "/"}, {URL: "/frontegg"}}
	router, err := gorillamux.NewRouter(doc)
	require.NoError(tb, err)
	return &checker{doc: doc, router: router}
}

// closeObjects forbids additional properties unless the schema has a rule for them.
func closeObjects(s *openapi3.Schema) {
	if len(s.Properties) > 0 && s.AdditionalProperties == (openapi3.AdditionalProperties{}) {
		s.AdditionalProperties.Has = new(false)
	}
	for _, property := range s.Properties {
		closeObjects(property.Value)
	}
	if s.Items != nil {
		closeObjects(s.Items.Value)
	}
}

// documentedResponses returns every response that the document describes.
func (c *checker) documentedResponses() []documented {
	var all []documented
	for _, item := range c.doc.Paths.Map() {
		for _, o := range item.Operations() {
			for status := range o.Responses.Map() {
				all = append(all, documented{o.OperationID, status})
			}
		}
	}
	return all
}

// request validates the request of an exchange.
func (c *checker) request(ctx context.Context, e exchange) error {
	input, err := c.input(e)
	if err != nil {
		return err
	}
	return errors.Join(openapi3filter.ValidateRequest(ctx, input), strayInput(input), singleDocument(e.sent))
}

// response validates the response of an exchange and returns which one of the
// document it is.
func (c *checker) response(ctx context.Context, e exchange) (documented, error) {
	input, err := c.input(e)
	if err != nil {
		return documented{}, err
	}
	o := input.Route.Operation
	a := documented{o.OperationID, strconv.Itoa(e.response.StatusCode)}
	described := o.Responses.Value(a.status)
	if described == nil {
		a.status = a.status[:1] + "XX"
		described = o.Responses.Value(a.status)
	}
	if described == nil { // the validator lets redirects pass
		return a, fmt.Errorf("%s: status %d is not described", a.operation, e.response.StatusCode)
	}
	err = openapi3filter.ValidateResponse(ctx, &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: e.response.StatusCode, Header: e.response.Header,
		Body: io.NopCloser(bytes.NewReader(e.received)), Options: input.Options,
	})
	return a, errors.Join(err, strayOutput(described.Value, e))
}

// input finds the operation of an exchange.
func (c *checker) input(e exchange) (*openapi3filter.RequestValidationInput, error) {
	request := e.request.Clone(e.request.Context())
	request.Body = io.NopCloser(bytes.NewReader(e.sent))
	request.GetBody, request.ContentLength = nil, int64(len(e.sent))
	route, params, err := c.router.FindRoute(request)
	if err != nil {
		return nil, fmt.Errorf("%s %s is not described: %w", request.Method, request.URL.Path, err)
	}
	options := &openapi3filter.Options{
		MultiError: true, IncludeResponseStatus: true, SkipSettingDefaults: true,
		RejectWhenRequestBodyNotSpecified: true, AuthenticationFunc: bearer,
	}
	options.WithCustomSchemaErrorFunc(brief)
	return &openapi3filter.RequestValidationInput{
		Request: request, PathParams: params, Route: route, Options: options,
	}, nil
}

// brief formats an error without the whole schema and value.
func brief(e *openapi3.SchemaError) string {
	return "/" + strings.Join(e.JSONPointer(), "/") + ": " + e.Reason
}

// bearer checks the security scheme of that name.
func bearer(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	values := in.RequestValidationInput.Request.Header.Values("Authorization")
	if len(values) != 1 || !strings.HasPrefix(values[0], "Bearer ") || len(values[0]) == len("Bearer ") {
		return in.NewError(errors.New("there must be one Authorization header with a bearer token"))
	}
	return nil
}

// strayInput finds parameters and headers that the document does not describe. The
// validator ignores them.
func strayInput(in *openapi3filter.RequestValidationInput) error {
	var problems []error
	parameters := in.Route.Operation.Parameters
	for name, values := range in.Request.URL.Query() {
		if parameters.GetByInAndName("query", name) == nil {
			problems = append(problems, fmt.Errorf("query parameter %q is not described", name))
		}
		if len(values) > 1 {
			problems = append(problems, fmt.Errorf("query parameter %q is repeated %d times", name, len(values)))
		}
	}
	for name, values := range in.Request.Header {
		if !strings.HasPrefix(name, "Frontegg-") {
			continue
		}
		if parameters.GetByInAndName("header", strings.ToLower(name)) == nil {
			problems = append(problems, fmt.Errorf("header %q is not described", name))
		}
		if len(values) > 1 {
			problems = append(problems, fmt.Errorf("header %q is repeated %d times", name, len(values)))
		}
	}
	security := in.Route.Operation.Security
	if security != nil && len(*security) == 0 && in.Request.Header.Get("Authorization") != "" {
		problems = append(problems, errors.New("a token is sent although the operation needs none"))
	}
	return errors.Join(problems...)
}

// ownHeaders are prefixes of headers that a response may have only if the document
// describes them.
var ownHeaders = []string{"Frontegg-", "X-Frontegg-", "X-Rate-Limit-", "Retry-After"}

// strayOutput finds headers and bodies that the document does not describe.
func strayOutput(described *openapi3.Response, e exchange) error {
	var problems []error
	for name := range e.response.Header {
		own := slices.ContainsFunc(ownHeaders, func(start string) bool { return strings.HasPrefix(name, start) })
		known := slices.ContainsFunc(headerNames(described), func(h string) bool { return strings.EqualFold(h, name) })
		if own && !known {
			problems = append(problems, fmt.Errorf("header %q is not described", name))
		}
	}
	if len(described.Content) == 0 && len(e.received) > 0 {
		problems = append(problems, fmt.Errorf("the body must be empty, and has %d bytes", len(e.received)))
	}
	if strings.HasPrefix(e.response.Header.Get("Content-Type"), "application/json") {
		problems = append(problems, singleDocument(e.received))
	}
	return errors.Join(problems...)
}

func headerNames(r *openapi3.Response) []string {
	var names []string
	for name := range r.Headers {
		names = append(names, name)
	}
	return names
}

// singleDocument rejects what the validator's decoder accepts: bytes after the
// document, duplicate names, invalid UTF-8.
func singleDocument(body []byte) error {
	if len(body) > 0 && !jsontext.Value(body).IsValid() {
		return errors.New("the body is not one strict JSON document")
	}
	return nil
}
