// Package pipeline takes a call from its description to the server's answer.
// [Pipeline.Do] names the stages in the order in which they run; each has a file
// of its own:
//
//	request.go    build: URL, headers and body of an attempt
//	hold.go       hold: wait while the route is known to be limited
//	authorize.go  authorize: a token that lives
//	send.go       send: one request, with its own deadline, to one origin only
//	connection.go how far the request got
//	body.go       read: the whole answer, up to a limit
//	next.go       next: final, or again after a wait
//	failure.go    what is known about a call that failed
//	log.go        what is logged
//
// It knows nothing of groups, and nothing of the public error types.
package pipeline

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/ratelimit"
	"github.com/frontegg-go/frontegg/internal/redact"
	"github.com/frontegg-go/frontegg/internal/retry"
	"github.com/frontegg-go/frontegg/internal/token"
)

// Pipeline is what all calls of a client share. Its fields are set once, before
// the first call.
type Pipeline struct {
	Base      *url.URL
	Transport http.RoundTripper
	UserAgent []string
	Policy    retry.Policy
	Tokens    *token.Cache
	Redact    *redact.Redactor
	Logger    *slog.Logger
	Hook      Hook // nil: nobody watches

	closed atomic.Bool
	budget retry.Budget
	limits *ratelimit.Tracker
	calls  sync.Pool // of *call
}

// Hook is told of a call before its first stage, and then of its end. The
// context that it returns is the call's.
type Hook func(context.Context, *op.Operation) (context.Context, func(Report))

// Report is what there is to tell about a call.
type Report struct {
	Status   int
	Header   http.Header
	Attempts int
	Waited   time.Duration
	Failure  *Failure // nil: success
}

// Request describes a call.
type Request struct {
	Op    *op.Operation
	ID    string // fills the one parameter of the route
	Query string // encoded
	Body  []byte // JSON; nil: none

	Tenant, Environment []string // header values; nil: none
	Header              []Header // further headers

	Deadline time.Time // of the whole call; zero: Policy.MaxElapsed from now
	Policy   *retry.Policy
}

// Header is a header in canonical form with its shared, unchanging values.
type Header struct {
	Key    string
	Values []string
}

// Response is a complete answer of the server.
type Response struct {
	Status   int
	Header   http.Header
	Body     []byte // valid until Release
	Attempts int
	// BodyErr is why Body is not the whole of a success, [ErrTooLarge] among
	// other reasons; nil: it is.
	BodyErr error

	buffer *buffer
}

// Init makes the pipeline ready.
func (p *Pipeline) Init() {
	p.limits = ratelimit.NewTracker(len(op.All()))
	p.calls.New = func() any {
		c := &call{pipeline: p}
		c.loop = retry.NewLoop(c.try, c.next)
		return c
	}
}

// call is one call on its way. It is used again by later calls, so nothing may
// keep it.
type call struct {
	pipeline *Pipeline
	loop     *retry.Loop

	request  *Request
	policy   *retry.Policy
	deadline time.Time
	ends     bool // the deadline is the caller's own, not the policy's

	attempts int
	limited  int           // how many answers were 429
	waited   time.Duration // until now, without a wait under way
	paused   time.Time     // when the wait under way began; zero: there is none
	cost     int64         // of the last retry, in budget tokens
	replayed bool          // a 401 has been answered with a new token
	mayRun   bool          // an attempt before the last may have run

	token   *token.Token // of the last attempt
	outcome retry.Outcome
	answer  Response // of the last attempt that was answered
	failure *Failure
}

// Do makes the call. The answer is a success, to be released once it is read;
// else the failure says what is known.
func (p *Pipeline) Do(ctx context.Context, r *Request) (Response, *Failure) {
	c := p.begin(r)
	defer p.end(c)
	if p.Hook != nil {
		var done func(Report)
		ctx, done = p.Hook(ctx, r.Op)
		defer func() { done(c.report()) }()
	}
	if err := c.loop.Run(ctx); err != nil {
		c.resume()
		c.interrupt(ctx)
	}
	if c.failure != nil {
		return Response{}, c.failure
	}
	answer := c.answer
	answer.Attempts = c.attempts
	c.answer.buffer, c.answer.Body = nil, nil // the caller's now
	return answer, nil
}

func (c *call) report() Report {
	return Report{Status: c.outcome.Status, Header: c.answer.Header, Attempts: c.attempts, Waited: c.waited, Failure: c.failure}
}

// try is one attempt: every stage in order, up to the one that ends it.
func (c *call) try(ctx context.Context) {
	c.resume()
	switch {
	case c.pipeline.closed.Load():
		c.fail(Failure{Kind: NoResponse, Err: token.ErrClosed})
	case ctx.Err() != nil:
		c.interrupt(ctx)
	case !time.Now().Before(c.deadline):
		c.overtime()
	case c.hold(ctx) && c.authorize(ctx):
		c.send(ctx)
	}
}

// pause begins a wait, and resume ends it: it may have been cut short.
func (c *call) pause(now time.Time) { c.paused = now }

func (c *call) resume() {
	if !c.paused.IsZero() {
		c.waited += time.Since(c.paused)
		c.paused = time.Time{}
	}
}

// Close ends a token fetch under way. Nothing is sent from now on: a call that
// waits fails when it would send.
func (p *Pipeline) Close() {
	p.closed.Store(true)
	p.Tokens.Close()
}

func (p *Pipeline) begin(r *Request) *call {
	c := p.calls.Get().(*call)
	*c = call{pipeline: p, loop: c.loop, request: r, policy: r.Policy, deadline: r.Deadline, ends: true}
	if c.policy == nil {
		c.policy = &p.Policy
	}
	if c.deadline.IsZero() {
		c.deadline, c.ends = time.Now().Add(c.policy.MaxElapsed), false
	}
	return c
}

func (p *Pipeline) end(c *call) {
	c.answer.Release()
	*c = call{pipeline: p, loop: c.loop}
	p.calls.Put(c)
}
