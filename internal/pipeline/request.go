package pipeline

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/retry"
)

// Request describes a call.
type Request struct {
	Op     *op.Operation
	Params []string // the parameters of the route, in order
	Query  string   // encoded
	Body   []byte   // JSON; nil if there is none

	Tenant, Environment string // IDs; empty: none
	Header              []Header

	Deadline time.Time     // of the whole call; zero: Policy.MaxElapsed from now
	Policy   *retry.Policy // nil: the pipeline's
}

// Header is a header that the caller has added. The key is in canonical form.
type Header struct{ Key, Value string }

// noHeader is the header of a request before the stage send.
var noHeader = http.Header{}

// newRequest returns the request of the call.
func (c *call) newRequest(ctx context.Context) *http.Request {
	// The literal is not allocated: WithContext copies it.
	req := (&http.Request{Method: c.request.Op.Method, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: noHeader}).WithContext(ctx)
	c.refresh(req)
	return req
}

// refresh sets the URL and body of req for the next attempt. They are new, because
// the transport may still use those of an attempt that timed out.
func (c *call) refresh(req *http.Request) {
	r := c.request
	req.URL = c.pipeline.url(r)
	if r.Body == nil {
		return
	}
	req.ContentLength = int64(len(r.Body))
	req.Body = newBody(r.Body)
	if r.Op.Class == op.Idempotent {
		// With GetBody net/http may retry a request that an HTTP/2 server has not
		// processed. It must not retry a create.
		req.GetBody = func() (io.ReadCloser, error) { return newBody(r.Body), nil }
	}
}

// newBody returns a reader of a copy of b, which a transport may change: WriteTo passes it
// to a writer.
func newBody(b []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(bytes.Clone(b))) }

// header returns the header of an attempt. No value is shared with another request.
func (c *call) header() http.Header {
	const own = 6 // headers below
	r := c.request
	h := make(http.Header, 8)
	values := make([]string, 0, len(r.Header)+own)
	set := func(key, value string) {
		values = append(values, value)
		h[key] = values[len(values)-1 : len(values) : len(values)]
	}
	for _, extra := range r.Header {
		set(extra.Key, extra.Value)
	}
	set("Accept", "application/json")
	set("User-Agent", c.pipeline.UserAgent)
	if r.Body != nil {
		set("Content-Type", "application/json")
	}
	if c.token != nil {
		set("Authorization", c.token.Header)
	}
	if r.Tenant != "" {
		set("Frontegg-Tenant-Id", r.Tenant)
	}
	if r.Environment != "" {
		set("Frontegg-Environment-Id", r.Environment)
	}
	return h
}

// url returns the URL of a request. Each parameter remains one segment of the path.
func (p *Pipeline) url(r *Request) *url.URL {
	u := *p.Base
	if u.RawPath != "" || slices.ContainsFunc(r.Params, func(param string) bool { return url.PathEscape(param) != param }) {
		u.RawPath = expand(u.EscapedPath(), r.Op.Route, r.Params, url.PathEscape)
	}
	u.Path = expand(u.Path, r.Op.Route, r.Params, func(s string) string { return s })
	u.RawQuery = r.Query
	return &u
}

// expand returns the path of a route below base, with the parameters, as "{id}",
// replaced by their escaped values.
func expand(base, route string, params []string, escape func(string) string) string {
	if len(params) == 0 {
		return base + route
	}
	b := make([]byte, 0, 256)
	b = append(b, base...)
	for _, value := range params {
		before, rest, _ := strings.Cut(route, "{")
		_, route, _ = strings.Cut(rest, "}")
		b = append(append(b, before...), escape(value)...)
	}
	return string(append(b, route...))
}

var errOrigin = errors.New("the request would leave the origin of the base URL")

// checkOrigin keeps the token from other hosts.
func (c *call) checkOrigin(req *http.Request, next http.RoundTripper) (*http.Response, error) {
	if !sameOrigin(req.URL, c.pipeline.Base) {
		return nil, c.fail(Failure{Kind: NoResponse, Err: errOrigin})
	}
	return next.RoundTrip(req)
}

// sameOrigin reports whether a token for base may be sent to u.
func sameOrigin(u, base *url.URL) bool { return u.Scheme == base.Scheme && u.Host == base.Host }
