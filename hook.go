package frontegg

import (
	"context"
	"time"

	"github.com/frontegg-go/frontegg/internal/pipeline"
)

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
	StatusCode int // of the last response; 0: the last attempt had none
	Attempts   int
	Waited     time.Duration // for retries and rate limits
	TraceID    string
	// Err is nil on success. A 2xx response that cannot be decoded is an error only for
	// the caller: it is decoded after the call.
	Err error
}

// WithHook calls h for every call of the client. nil means none.
func WithHook(h Hook) ClientOption {
	return clientOption(func(s *clientConfig) { s.hook = h })
}

// observe returns the hook in the form that the pipeline calls.
func (h Hook) observe(p *pipeline.Pipeline) pipeline.Hook {
	host := p.Base.Host
	if p.Base.Scheme == "http" && p.Base.Port() == "" {
		host += ":80"
	}
	return func(ctx context.Context, request *pipeline.Request) (context.Context, func(pipeline.Report)) {
		o := request.Op
		ctx, done := h(ctx, CallInfo{Op: o.Name, Method: o.Method, Route: o.Route, Host: host, Tenant: request.Tenant})
		return ctx, func(r pipeline.Report) {
			result := CallResult{
				StatusCode: r.Status, Attempts: r.Attempts, Waited: r.Waited,
				TraceID: p.Redact.Text(pipeline.TraceID(r.Header)),
			}
			if r.Failure != nil {
				result.Err = publicError(o.Name, request, r.Failure, p)
			}
			done(result)
		}
	}
}
