package frontegg

import (
	"cmp"
	"context"
	"time"

	"github.com/google/go-querystring/query"

	"github.com/go-json-experiment/json"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// call is one call of an operation, from its parameters to its result. What is
// wrong with the parameters is kept until the call would be sent; the first
// problem counts.
type call struct {
	service *GroupsService
	name    string // what the caller called, like "groups.get"
	request pipeline.Request
	params  [1]string // of the route
	options callOptions
	problem *ValidationError
}

// newCall begins a call: the client's defaults, then the call's options.
func newCall[O ReadOption](s *GroupsService, o *op.Operation, opts []O) *call {
	c := &call{service: s, name: o.Name, request: pipeline.Request{Op: o}}
	if s == nil || s.client == nil {
		c.refuse("client", "was not made by NewClient")
		return c
	}
	c.options.defaults = *s.client.defaults
	for _, option := range opts {
		if any(option) == nil {
			c.refuse("options", "include a nil option")
			continue
		}
		option.applyToCall(&c.options)
	}
	for _, p := range c.options.problems {
		c.refuse(p.Field, p.Reason)
	}
	if c.options.timeout > 0 {
		c.request.Deadline = time.Now().Add(c.options.timeout)
	}
	c.request.Environment = c.options.environment
	c.request.Header = c.options.header
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

// refuse remembers a problem with the input.
func (c *call) refuse(field, reason string) {
	if c.problem == nil && reason != "" {
		c.problem = &ValidationError{Op: c.name, Field: field, Reason: reason}
	}
}

// refuseIf remembers a problem where there is one.
func (c *call) refuseIf(wrong bool, field, reason string) {
	if wrong {
		c.refuse(field, reason)
	}
}

// setGroup names the group that the call is about, by the parameter that has its
// id.
func (c *call) setGroup(param, id string) {
	c.refuse(param, validate.GroupID(id))
	c.params[0] = id
	c.request.Params = c.params[:]
}

// checkName checks the name of a group, which is in the parameter or field param.
func (c *call) checkName(param, name string) { c.refuse(param, validate.Name(name)) }

// setQuery sets the query string from a struct.
func (c *call) setQuery(v any) {
	values, err := query.Values(v)
	if err != nil {
		c.refuse("query", err.Error())
		return
	}
	c.request.Query = values.Encode()
}

// pageQuery is the query of a page. The page's number is called _offset.
type pageQuery struct {
	Relations Relations `url:"_groupsRelations,omitempty"`
	Limit     int       `url:"_limit"`
	Offset    int       `url:"_offset"`
	SortBy    SortField `url:"_sortBy"`
	Order     Order     `url:"_order"`
}

// setPage chooses the page to ask for. Without a sort the rows of a page are in no
// order, and a walk would see some twice and some never.
func (c *call) setPage(p PageOptions) {
	c.refuseIf(p.Page < 0, "Page", "is negative")
	c.refuseIf(p.Size < 0, "Size", "is negative")
	q := pageQuery{
		Relations: c.options.relations, Offset: p.Page,
		Limit: cmp.Or(p.Size, defaultPageSize), SortBy: cmp.Or(p.SortBy, SortByID), Order: cmp.Or(p.Order, Ascending),
	}
	switch q.SortBy {
	case SortByID, SortByName, SortByCreatedAt, SortByUpdatedAt:
	default:
		c.refuse("SortBy", "is not id, name, createdAt or updatedAt")
	}
	c.refuseIf(q.Order != Ascending && q.Order != Descending, "Order", "is not ASC or DESC")
	c.setQuery(q)
}

// setBody sets the request's body.
func (c *call) setBody(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		c.refuse("params", "cannot be written as JSON: broken UTF-8")
		return
	}
	c.request.Body = b
}

// check says what is wrong with the call, before anything is sent.
func (c *call) check(ctx context.Context) error {
	c.refuseIf(ctx == nil, "ctx", "is nil")
	if c.problem != nil {
		return c.problem
	}
	if c.request.Op.Scope == op.Tenant && c.request.Tenant == "" && c.service.client.core.needsTenant {
		return &ValidationError{
			Op: c.name, Field: "tenant",
			Reason: "is required with environment credentials: use WithTenant or ForTenant", cause: ErrTenantRequired,
		}
	}
	return nil
}

// do sends the call. The answer is a success, to be released.
func (c *call) do(ctx context.Context) (pipeline.Response, error) {
	if err := c.check(ctx); err != nil {
		return pipeline.Response{}, err
	}
	core := c.service.client.core
	answer, failure := core.pipeline.Do(ctx, &c.request)
	if failure != nil {
		c.respond(failure.Status, failure.Header, failure.Attempts)
		return pipeline.Response{}, failed(c.request.Op, failure, core.pipeline.Redact)
	}
	c.respond(answer.Status, answer.Header, answer.Attempts)
	return answer, nil
}

// within bounds the context of a call that consists of several by its timeout.
func (c *call) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx == nil || c.request.Deadline.IsZero() {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, c.request.Deadline)
}

// privately lets requests that run at once write their Responses apart. The
// function that it returns hands the Response to the caller.
func (c *call) privately() (deliver func()) {
	dst := c.options.response
	if dst == nil {
		return func() {}
	}
	c.options.response = new(Response)
	return func() {
		if c.options.response.StatusCode != 0 {
			*dst = *c.options.response
		}
	}
}
