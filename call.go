package frontegg

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"

	"github.com/google/go-querystring/query"

	"github.com/go-json-experiment/json"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/prefetch"
	"github.com/frontegg-go/frontegg/internal/ratelimit"
	"github.com/frontegg-go/frontegg/internal/redact"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// service is what the services of a client have in common.
type service struct{ client *Client }

// call is one call of an operation. An operation creates it with [newCall], sets
// its parameters and passes it to [call.send] or [receive]. These return the first
// invalid argument.
type call struct {
	client  *Client
	name    string // as errors show it, like "groups.get"
	request pipeline.Request
	params  [1]string // of the route
	options callOptions
	err     *ValidationError
}

// newCall returns a call with the client's defaults and the options opts.
func newCall[O ReadOption](s *service, o *op.Operation, opts []O) *call {
	c := &call{name: o.Name, request: pipeline.Request{Op: o}}
	if s == nil || s.client == nil || s.client.shared == nil {
		c.invalid("client", "must be created with NewClient")
		return c
	}
	c.client = s.client
	c.options.callDefaults = *s.client.defaults
	for _, option := range opts {
		if any(option) == nil {
			c.invalid("options", "must not include nil")
			continue
		}
		option.applyToCall(&c.options)
	}
	if errs := c.options.errs; c.err == nil && len(errs) > 0 {
		first := errs[0] // a copy: the client's calls share errs
		c.err = &first
	}
	if c.options.response != nil {
		*c.options.response = Response{} // not that of an earlier call
	}
	if c.options.timeout > 0 {
		c.request.Deadline = time.Now().Add(c.options.timeout)
	}
	c.request.Environment = c.options.environment
	c.request.Header = c.options.header.Value()
	if o.Scope == op.Tenant {
		c.request.Tenant = c.options.tenant
	}
	if c.options.relations != "" {
		c.setQuery(relationsQuery{c.options.relations})
	}
	return c
}

type relationsQuery struct {
	Relations Relations `url:"_groupsRelations,omitempty"`
}

// invalid records an invalid argument. An empty reason means that it is valid.
func (c *call) invalid(field, reason string) {
	if c.err == nil && reason != "" {
		c.err = &ValidationError{Field: field, Reason: reason}
	}
}

// invalidIf records an invalid argument if the condition is true.
func (c *call) invalidIf(condition bool, field, reason string) {
	if condition {
		c.invalid(field, reason)
	}
}

// withoutSecrets returns text of the caller or the server without the client's secrets.
func (c *call) withoutSecrets(text string) string {
	if c.client == nil {
		return text
	}
	return c.client.shared.pipeline.Redact.Text(text)
}

// printable returns such text for an error: on one line, without secrets.
func (c *call) printable(text string, limit int) string {
	return redact.Printable(c.withoutSecrets(text), limit)
}

// setGroupID sets the group, whose ID is the argument param.
func (c *call) setGroupID(param, id string) {
	c.invalid(param, validate.GroupID(id))
	c.params[0] = id
	c.request.Params = c.params[:]
}

// setQuery sets the query string from a struct.
func (c *call) setQuery(v any) {
	values, err := query.Values(v)
	if err != nil {
		c.invalid("query", err.Error())
		return
	}
	c.request.Query = values.Encode()
}

// setBody sets the request body.
func (c *call) setBody(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		c.invalid("params", "must be valid UTF-8")
		return
	}
	c.request.Body = b
}

// argumentError returns the error for the first invalid argument or option.
func (c *call) argumentError(ctx context.Context) error {
	c.invalidIf(ctx == nil, "ctx", "must not be nil")
	if c.err == nil {
		return nil
	}
	c.err.Op = c.name
	return c.err
}

// validate returns why the call cannot be sent: an invalid argument, or no tenant.
func (c *call) validate(ctx context.Context) error {
	if err := c.argumentError(ctx); err != nil {
		return err
	}
	if c.request.Op.Scope == op.Tenant && c.request.Tenant == "" && c.client.shared.needsTenant {
		reason := "is required with environment credentials: use WithTenant or ForTenant"
		if c.client.shared.fromEnv {
			reason += ", or set FRONTEGG_TENANT_ID"
		}
		return &ValidationError{Op: c.name, Field: "tenant", Reason: reason, cause: ErrTenantRequired}
	}
	return nil
}

// send validates and sends the call. It ignores the response body.
func (c *call) send(ctx context.Context) error {
	resp, err := c.do(ctx)
	resp.Release()
	return err
}

// receive validates and sends c. It returns the result that decode reads from the
// response body.
func receive[T any](ctx context.Context, c *call, decode func(*call, []byte) (T, error)) (T, error) {
	var zero T
	resp, err := c.do(ctx)
	if err != nil {
		return zero, err
	}
	defer resp.Release()
	err = bodyError(&resp)
	if err == nil {
		var result T
		if result, err = decode(c, resp.Body); err == nil {
			return result, nil
		}
	}
	return zero, newDecodeError(c.name, &c.request, &resp, err, c.client.shared.pipeline.Redact)
}

// bodyError returns why the body of a response is incomplete.
func bodyError(resp *pipeline.Response) error {
	if errors.Is(resp.BodyErr, pipeline.ErrTooLarge) {
		return fmt.Errorf("%w: more than %d MiB; read long lists page by page with All", ErrResponseTooLarge, pipeline.MaxSuccess>>20)
	}
	return resp.BodyErr
}

// do validates and sends the call. The caller must release the response.
func (c *call) do(ctx context.Context) (pipeline.Response, error) {
	if err := c.validate(ctx); err != nil {
		return pipeline.Response{}, err
	}
	p := c.client.shared.pipeline
	resp, failure := p.Do(ctx, &c.request)
	if failure != nil {
		c.setResponse(failure.Status, failure.Header, failure.Attempts)
		return pipeline.Response{}, publicError(c.name, &c.request, failure, p)
	}
	c.setResponse(resp.Status, resp.Header, resp.Attempts)
	return resp, nil
}

// setResponse fills the caller's Response. It is zero if there was no response.
func (c *call) setResponse(status int, header http.Header, attempts int) {
	dst := c.options.response
	if dst == nil {
		return
	}
	if status == 0 {
		*dst = Response{}
		return
	}
	header = c.client.shared.pipeline.Redact.Header(header)
	limit := ratelimit.Read(header, time.Now())
	*dst = Response{
		StatusCode: status, Header: header, TraceID: pipeline.TraceID(header), Attempts: attempts,
		RateLimit: RateLimit{Limit: limit.Limit, Remaining: limit.Remaining, Reset: limit.Reset},
	}
}

// step returns a call of another operation that is a part of c. It has the same name,
// options and group.
func (c *call) step(o *op.Operation) *call {
	s := *c
	s.request.Op, s.request.Query, s.request.Body = o, "", nil
	return &s
}

// withTimeout applies the timeout of the call to ctx. It is for calls of several
// requests, which share the timeout.
func (c *call) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx == nil || c.request.Deadline.IsZero() {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, c.request.Deadline)
}

// withOwnResponse gives the call a Response of its own, so that concurrent requests
// do not share one. publish copies it to the caller's.
func (c *call) withOwnResponse() (publish func()) {
	dst := c.options.response
	if dst == nil {
		return func() {}
	}
	own := new(Response)
	c.options.response = own
	return func() { *dst = *own }
}

// batchConcurrency is how many batches are sent at once.
const batchConcurrency = 8

// inBatches sends a copy of c for each batch of IDs, several at once. It returns the
// lists in the order of the batches.
func inBatches[T any](ctx context.Context, c *call, r *resource[T], batches [][]string, set func(*call, []string)) iter.Seq2[fetchedPage[T], error] {
	return func(yield func(fetchedPage[T], error) bool) {
		options := prefetch.Options[fetchedPage[T]]{
			Limit: batchConcurrency, InitialWindow: batchConcurrency, HasMore: func(i int) bool { return i < len(batches) },
		}
		for p, err := range prefetch.All(ctx, options, func(ctx context.Context, i int) (fetchedPage[T], error) {
			batch := *c
			set(&batch, batches[i])
			return fetchPage(ctx, &batch, r, i)
		}) {
			p.copyResponse()
			if !yield(p, err) {
				return
			}
		}
	}
}
