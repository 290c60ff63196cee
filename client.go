package frontegg

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/transport"
)

// Version is the version of this library, which its User-Agent includes.
const Version = "0.2.0"

// Client is a client for Frontegg's API. Create it with [NewClient] and share it: it
// keeps the token, the connections and the state of rate limits. It is immutable and safe
// for concurrent use.
//
// Methods of the services of a nil or zero Client return a [*ValidationError].
type Client struct {
	// Groups is the API of user groups.
	Groups *GroupsService
	// Users, Roles and Tenants find the IDs of users, roles and tenants. They change
	// nothing.
	Users   *UsersService
	Roles   *RolesService
	Tenants *TenantsService

	shared   *shared
	defaults *callDefaults
	view     bool
}

// shared is what a client and its tenant views share.
type shared struct {
	pipeline    *pipeline.Pipeline
	owned       *transport.Transport // created by the client; nil: the caller's
	needsTenant bool
	fromEnv     bool // created by NewClientFromEnv
}

// NewClient returns a client. It requires credentials: one of [WithCredentials],
// [WithAPIToken], [WithToken] and [WithTokenSource]. It sends nothing; a wrong secret is an
// error of the first call.
//
// The errors of all options are returned together; errors.As finds a [*ValidationError].
func NewClient(opts ...ClientOption) (*Client, error) {
	cfg := &clientConfig{op: "NewClient"}
	return cfg.client(opts)
}

// NewClientFromEnv returns a client that is configured by environment variables:
//
//	FRONTEGG_CLIENT_ID, FRONTEGG_API_KEY   credentials of an environment
//	FRONTEGG_TENANT_ID                     optional, the tenant to act on
//	FRONTEGG_REGION                        optional, eu, us, ca, au or uk
//	FRONTEGG_BASE_URL                      optional, instead of a region
//
// Options take precedence over variables.
func NewClientFromEnv(opts ...ClientOption) (*Client, error) {
	cfg := &clientConfig{op: "NewClientFromEnv", env: os.Getenv}
	return cfg.client(opts)
}

// ForTenant returns a view of the client whose calls act on the tenant tenantID. It is
// cheap and shares tokens, connections and rate limits with c, so a program can create one
// for each request. If tenantID is not 1 to 256 visible ASCII characters, every call
// returns a [*ValidationError]; if it is empty, that is also [ErrTenantRequired].
//
// A view of a view has the tenant of the last ForTenant. [WithTenant] of a call takes
// precedence over both.
func (c *Client) ForTenant(tenantID string) *Client {
	if c == nil || c.shared == nil { // every call returns an error
		return &Client{}
	}
	v := &struct {
		client   Client
		service  service
		defaults callDefaults
	}{}
	v.defaults = *c.defaults
	v.defaults.tenant = tenantID
	v.defaults.errs.addTenant("ForTenant", tenantID)
	v.service.client = &v.client
	v.client = Client{shared: c.shared, defaults: &v.defaults, view: true}
	v.client.setServices(&v.service)
	return &v.client
}

// setServices sets the services of the client, which all are s.
func (c *Client) setServices(s *service) {
	c.Groups, c.Users, c.Roles, c.Tenants = (*GroupsService)(s), (*UsersService)(s), (*RolesService)(s), (*TenantsService)(s)
}

// Close cancels a running token request and closes the idle connections that the client
// created. A Transport of [WithHTTPClient] is not closed. After Close nothing is sent:
// later calls return [ErrClosed], and a call that waits returns it when its wait ends. A
// response that is being received is still read. Close does nothing on a view of
// [Client.ForTenant]. A client that is not closed leaks nothing. The error is always nil.
func (c *Client) Close() error {
	if c == nil || c.shared == nil || c.view {
		return nil
	}
	c.shared.pipeline.Close()
	if c.shared.owned != nil {
		c.shared.owned.CloseIdleConnections()
	}
	return nil
}

// Hook observes calls, for tracing and metrics. It is called before a call begins. The
// context that it returns is the call's, so a span that it starts is the parent of those of
// the transport. The function that it returns is called when the call has ended; it must
// not be nil.
//
// A request with its retries is one call: every page of a walk, every batch of a long list,
// and every token request ("auth.vendor", "auth.apiToken"). The context of a token request
// is not that of the call that needs the token.
type Hook func(ctx context.Context, call CallInfo) (context.Context, func(CallResult))

// CallInfo describes a call. Its fields except Tenant have few different values, so they can
// be names of spans and labels of metrics.
type CallInfo struct {
	Op     string // like "groups.create"
	Method string
	Route  string // the route template, like "/identity/resources/groups/v1/{id}"
	Host   string // of the base URL, with the port unless it is 443
	// Tenant is the tenant of the call. Empty if none is sent. Do not use it as the label
	// of a metric: there can be many.
	Tenant string
}

// CallResult is the result of a call.
type CallResult struct {
	StatusCode int // of the last attempt; 0 if it got no response
	Attempts   int
	Waited     time.Duration // for retries and rate limits
	TraceID    string
	// Err is nil on success. A 2xx response that cannot be decoded is an error only for
	// the caller: it is decoded after the call.
	Err error
}

// WithHook calls h for every call of the client. nil means none.
func WithHook(h Hook) ClientOption {
	return clientOption(func(cfg *clientConfig) { cfg.hook = h })
}

// observe returns the hook in the form that the pipeline calls.
func (h Hook) observe(p *pipeline.Pipeline) pipeline.Hook {
	return func(ctx context.Context, request *pipeline.Request) (context.Context, func(pipeline.Report)) {
		ctx, done := h(ctx, callInfo(p, request))
		return ctx, func(r pipeline.Report) {
			result := CallResult{
				StatusCode: r.Status, Attempts: r.Attempts, Waited: r.Waited,
				TraceID: p.Redact.Text(pipeline.TraceID(r.Header)),
			}
			if r.Failure != nil {
				result.Err = publicError(request.Op.Name, request, r.Failure, p)
			}
			done(result)
		}
	}
}

func callInfo(p *pipeline.Pipeline, request *pipeline.Request) CallInfo {
	host := p.Base.Host
	if p.Base.Scheme == "http" && p.Base.Port() == "" {
		host += ":80"
	}
	o := request.Op
	return CallInfo{Op: o.Name, Method: o.Method, Route: o.Route, Host: host, Tenant: request.Tenant}
}

// RateLimiter keeps the requests of clients within a rate limit that they share,
// in one process or in many. It must be safe for concurrent use.
//
// Package pace has one for the clients of a process. The module
// github.com/frontegg-go/frontegg/fleet has one for many processes.
type RateLimiter interface {
	// Wait returns nil when a request of the call may be sent. Otherwise it returns
	// the context's error, or its own if it cannot decide. It is called once before
	// each request, retries and token requests included. It must not block longer
	// than the context allows.
	Wait(ctx context.Context, call CallInfo) error
	// Limited is called when a response asked for no requests on the call's route
	// before until: a 429, or the last response that the limit allowed. until is in
	// the future and includes the client's margin for differences between clocks.
	// Limited must return quickly and must not block on the network.
	Limited(call CallInfo, until time.Time)
}

// WithRateLimiter makes the client call l.Wait before each request, and l.Limited for each
// rate limit. Give the same limiter to all clients that share a rate limit. nil means none.
//
// The time that Wait takes is part of the call, but [RetryPolicy].MaxWait does not apply
// to it. A limiter that does not return ends the call at its deadline or when its
// context ends; nothing is sent then. If l returns a [*RateLimitError], so does the
// call. Any other error or a panic of l ends the call with a [*TransportError] that wraps
// it, and the last [*APIError] if there was one.
func WithRateLimiter(l RateLimiter) ClientOption {
	return clientOption(func(cfg *clientConfig) { cfg.limiter = l })
}

// sharedLimiter returns the limiter in the form that the pipeline calls.
func sharedLimiter(l RateLimiter, p *pipeline.Pipeline) *pipeline.Limiter {
	return &pipeline.Limiter{
		Wait: func(ctx context.Context, r *pipeline.Request) error {
			err := l.Wait(ctx, callInfo(p, r))
			if limited, ok := errors.AsType[*RateLimitError](err); ok {
				return &pipeline.RateLimitedError{RetryAt: limited.RetryAt, Err: limited.Err}
			}
			return err
		},
		Limited: func(r *pipeline.Request, until time.Time) { l.Limited(callInfo(p, r), until) },
	}
}
