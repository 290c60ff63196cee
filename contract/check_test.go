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

// exchange is one request and its answer, with their bodies read.
type exchange struct {
	request  *http.Request
	sent     []byte
	response *http.Response
	received []byte
}

// answer names one answer of the document: an operation and the key of a
// status, which may be a range like 5XX.
type answer struct{ operation, status string }

func (a answer) String() string { return a.operation + " " + a.status }

// checker says whether exchanges are what the document describes.
type checker struct {
	doc    *openapi3.T
	router routers.Router
}

// newChecker returns a checker for a server that answers under both path
// prefixes. Unlike a client, which must ignore fields that it does not know, the
// checker refuses them: here both sides are ours.
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

// closeObjects forbids the properties that a schema does not name, unless it
// says itself what it thinks of them.
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

// answers returns every answer that the document describes.
func (c *checker) answers() []answer {
	var all []answer
	for _, item := range c.doc.Paths.Map() {
		for _, o := range item.Operations() {
			for status := range o.Responses.Map() {
				all = append(all, answer{o.OperationID, status})
			}
		}
	}
	return all
}

// request says what is wrong with the request of an exchange.
func (c *checker) request(ctx context.Context, e exchange) error {
	input, err := c.input(e)
	if err != nil {
		return err
	}
	return errors.Join(openapi3filter.ValidateRequest(ctx, input), strayInput(input), singleDocument(e.sent))
}

// response says which answer of the document an exchange has, and what is wrong
// with it.
func (c *checker) response(ctx context.Context, e exchange) (answer, error) {
	input, err := c.input(e)
	if err != nil {
		return answer{}, err
	}
	o := input.Route.Operation
	a := answer{o.OperationID, strconv.Itoa(e.response.StatusCode)}
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

// brief tells where a value is wrong, without the whole schema and value that the
// validator would print.
func brief(e *openapi3.SchemaError) string {
	return "/" + strings.Join(e.JSONPointer(), "/") + ": " + e.Reason
}

// bearer is the validator's check of the security scheme of that name.
func bearer(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	values := in.RequestValidationInput.Request.Header.Values("Authorization")
	if len(values) != 1 || !strings.HasPrefix(values[0], "Bearer ") || len(values[0]) == len("Bearer ") {
		return in.NewError(errors.New("there must be one Authorization header with a bearer token"))
	}
	return nil
}

// strayInput finds what a request has and the document does not, which a
// validator of described things does not see.
func strayInput(in *openapi3filter.RequestValidationInput) error {
	var problems []error
	parameters := in.Route.Operation.Parameters
	for name, values := range in.Request.URL.Query() {
		if parameters.GetByInAndName("query", name) == nil {
			problems = append(problems, fmt.Errorf("query parameter %q is not described", name))
		}
		if len(values) > 1 {
			problems = append(problems, fmt.Errorf("query parameter %q comes %d times", name, len(values)))
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
			problems = append(problems, fmt.Errorf("header %q comes %d times", name, len(values)))
		}
	}
	security := in.Route.Operation.Security
	if security != nil && len(*security) == 0 && in.Request.Header.Get("Authorization") != "" {
		problems = append(problems, errors.New("a token is sent where none is asked for"))
	}
	return errors.Join(problems...)
}

// ownHeaders begin the names of headers that an answer has only where the
// document says so.
var ownHeaders = []string{"Frontegg-", "X-Frontegg-", "X-Rate-Limit-", "Retry-After"}

// strayOutput finds what an answer has and the document does not.
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

// singleDocument refuses what the validator's decoder lets pass: bytes after the
// document, duplicate names, broken UTF-8.
func singleDocument(body []byte) error {
	if len(body) > 0 && !jsontext.Value(body).IsValid() {
		return errors.New("the body is not one strict JSON document")
	}
	return nil
}
