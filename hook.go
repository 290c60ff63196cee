package frontegg

import (
	"context"
	"time"

	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/redact"
)

// Hook watches calls, for tracing and metrics. It runs before a call begins; the
// context it returns is the call's, so a span that it starts is the parent of
// what the transport records. The function it returns runs when the call has
// ended; it must not be nil.
//
// Each request with its retries is a call: every page of a walk, every batch of
// a long list, and every token request ("auth.vendor", "auth.apiToken"), whose
// context is not that of the call that needed the token.
type Hook func(ctx context.Context, call CallInfo) (context.Context, func(CallResult))

// CallInfo says what is called. Its values are a small, fixed set, fit for the
// name of a span or the label of a metric.
type CallInfo struct {
	Op     string // like "groups.create"
	Method string
	Route  string // the route template, like "/identity/resources/groups/v1/{id}"
}

// CallResult says how a call ended.
type CallResult struct {
	StatusCode int // of the last answer; 0: the last attempt had none
	Attempts   int
	Waited     time.Duration // for retries and limits
	TraceID    string
	// Err is nil for a success. A success that cannot be read is an error only
	// for the caller: it is found after the call.
	Err error
}

// WithHook lets h watch every call of the client. nil means none.
func WithHook(h Hook) ClientOption {
	return clientOption(func(s *settings) { s.hook = h })
}

// watch is the hook as the pipeline calls it.
func (h Hook) watch(clean *redact.Redactor) pipeline.Hook {
	return func(ctx context.Context, request *pipeline.Request) (context.Context, func(pipeline.Report)) {
		o := request.Op
		ctx, done := h(ctx, CallInfo{Op: o.Name, Method: o.Method, Route: o.Route})
		return ctx, func(r pipeline.Report) {
			result := CallResult{
				StatusCode: r.Status, Attempts: r.Attempts, Waited: r.Waited,
				TraceID: clean.Text(pipeline.TraceID(r.Header)),
			}
			if r.Failure != nil {
				result.Err = failed(o, r.Failure, clean)
			}
			done(result)
		}
	}
}
