// Package pipeline sends the requests of a call and returns the response.
//
// go-retryablehttp runs the attempts of a call and waits between them. After each
// attempt [call.checkRetry] decides whether another follows, and after which wait.
// The stages of an attempt are listed in [call.transport], in the order in which
// they run. The package knows nothing of groups or of the public error types.
package pipeline

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/frontegg-go/frontegg/internal/ratelimit"
	"github.com/frontegg-go/frontegg/internal/redact"
	"github.com/frontegg-go/frontegg/internal/retry"
	"github.com/frontegg-go/frontegg/internal/token"
)

// Pipeline holds what the calls of a client share. Its exported fields must not be
// changed after the first call.
type Pipeline struct {
	Base      *url.URL
	Transport http.RoundTripper
	UserAgent string
	Policy    retry.Policy
	Tokens    *token.Cache
	Redact    *redact.Redactor
	Logger    *slog.Logger
	Hook      Hook     // may be nil
	Limiter   *Limiter // may be nil

	closed      atomic.Bool
	budget      retry.Budget
	limits      ratelimit.Tracker
	connections connections
	calls       sync.Pool // of *call
}

// Hook is called before a call. It returns the context of the call and a function
// that is called after it.
type Hook func(context.Context, *Request) (context.Context, func(Report))

// Report is the result of a call.
type Report struct {
	Status   int // of the last attempt; 0 if it got no response
	Header   http.Header
	Attempts int
	Waited   time.Duration
	Failure  *Failure // nil after a success
}

// call runs the attempts of one call at a time. Calls are reused.
type call struct {
	pipeline *Pipeline
	client   retryablehttp.Client
	state
}

// state is the state of one call.
type state struct {
	request        *Request
	policy         *retry.Policy
	deadline       time.Time
	callerDeadline bool // the deadline is the caller's, not the policy's

	attempts        int
	rateLimited     int   // responses with status 429
	refused         int   // attempts that do not count, because their stream was refused
	cost            int64 // of the last retry, in tokens of the budget
	reauthenticated bool  // a 401 was retried with a new token
	maybeProcessed  bool  // an attempt before the last may have been processed
	wait            time.Duration
	waiting         time.Time // when the current wait began; zero if there is none
	waited          time.Duration
	began           time.Time    // when the last attempt was sent
	trace           *trace       // of the last attempt
	token           *token.Token // of the last attempt
	outcome         retry.Outcome
	response        *response // the last one
}

// Do sends the call. It returns the successful response, which the caller must
// release, or the failure.
func (p *Pipeline) Do(ctx context.Context, r *Request) (resp Response, failure *Failure) {
	c := p.newCall(r)
	defer p.free(c)
	if p.Hook != nil {
		var done func(Report)
		ctx, done = p.Hook(ctx, r)
		defer func() { done(c.report(resp.Header, failure)) }()
	}
	_, err := c.client.Do(&retryablehttp.Request{Request: c.newRequest(ctx)})
	c.endWait()
	if failure, ok := errors.AsType[*Failure](err); ok {
		return Response{}, failure
	}
	if err != nil { // the context ended during a wait
		return Response{}, c.canceled(ctx)
	}
	last := c.response
	c.response = nil // the caller releases it
	return Response{Status: last.StatusCode, Header: last.Header, Body: last.body, Attempts: c.attempts, BodyErr: last.err, buffered: last}, nil
}

// transport assembles the stages of an attempt, in the order in which they run.
func (c *call) transport() http.RoundTripper {
	return chain(c.pipeline.Transport,
		c.checkOpen,      // the client is not closed, and the call has time left
		c.checkRateLimit, // the route is not rate limited
		c.checkOrigin,    // the token goes to no other host
		c.authorize,      // gets an access token
		c.waitForLimiter, // clients that share a rate limit may send another request
		c.send,           // adds the header and sends the request, within the attempt timeout
		c.read,           // buffers the response
	)
}

// stage is a step of an attempt. It may return without calling next.
type stage func(req *http.Request, next http.RoundTripper) (*http.Response, error)

// chain returns a transport that runs the stages before last.
func chain(last http.RoundTripper, stages ...stage) http.RoundTripper {
	for _, s := range slices.Backward(stages) {
		next := last
		last = roundTripper(func(req *http.Request) (*http.Response, error) { return s(req, next) })
	}
	return last
}

// roundTripper has no CloseIdleConnections method, so a call that fails does not close
// the connections of other calls.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// checkOpen ends a call that must not send another request.
func (c *call) checkOpen(req *http.Request, next http.RoundTripper) (*http.Response, error) {
	switch ctx := req.Context(); {
	case c.pipeline.closed.Load():
		return nil, c.fail(Failure{Kind: NoResponse, Err: token.ErrClosed})
	case ctx.Err() != nil:
		return nil, c.canceled(ctx)
	case !time.Now().Before(c.deadline):
		return nil, c.deadlineExceeded()
	}
	return next.RoundTrip(req)
}

// Init prepares the pipeline for its first call.
func (p *Pipeline) Init() {
	p.calls.New = func() any {
		c := &call{pipeline: p}
		c.client = retryablehttp.Client{
			HTTPClient:   &http.Client{Transport: c.transport(), CheckRedirect: useLastResponse},
			RetryMax:     math.MaxInt, // checkRetry counts
			CheckRetry:   c.checkRetry,
			Backoff:      func(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return c.wait },
			PrepareRetry: func(req *http.Request) error { c.endWait(); c.refresh(req); return nil },
			ErrorHandler: retryablehttp.PassthroughErrorHandler,
		}
		return c
	}
}

// useLastResponse is the CheckRedirect of a client that does not follow redirects.
func useLastResponse(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Close cancels a running token fetch. Nothing is sent after Close: a call that
// waits fails after its wait.
func (p *Pipeline) Close() {
	p.closed.Store(true)
	p.Tokens.Close()
}

func (p *Pipeline) newCall(r *Request) *call {
	c := p.calls.Get().(*call)
	c.state = state{request: r, policy: r.Policy, deadline: r.Deadline, callerDeadline: true}
	if c.policy == nil {
		c.policy = &p.Policy
	}
	if c.deadline.IsZero() {
		c.deadline, c.callerDeadline = time.Now().Add(c.policy.MaxElapsed), false
	}
	return c
}

func (p *Pipeline) free(c *call) {
	c.response.release()
	c.state = state{}
	p.calls.Put(c)
}

// report returns the result of the call. header is that of a success.
func (c *call) report(header http.Header, f *Failure) Report {
	report := Report{Status: c.outcome.Status, Header: header, Attempts: c.attempts, Waited: c.waited, Failure: f}
	if c.response != nil {
		report.Header = c.response.Header
	}
	return report
}
