package pipeline

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/frontegg-go/frontegg/internal/op"
)

// Header values that every request shares.
var (
	acceptJSON  = []string{"application/json"}
	contentJSON = []string{"application/json"}
)

// build makes the request of an attempt. Headers and URL are new each time: the
// transport may still read those of an attempt that was given up.
func (c *call) build(ctx context.Context) *http.Request {
	r := c.request
	// The literal stays on the stack: WithContext copies it.
	req := (&http.Request{
		Method:     r.Op.Method,
		URL:        c.pipeline.url(r),
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
		Header:     c.header(),
		Host:       c.pipeline.Base.Host,
	}).WithContext(ctx)
	if r.Body != nil {
		req.ContentLength = int64(len(r.Body))
		req.Body = io.NopCloser(bytes.NewReader(r.Body))
		if r.Op.Class == op.Idempotent {
			// With GetBody, net/http repeats a request on its own where an
			// HTTP/2 server refused it. That must not happen to a create.
			req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.Body)), nil }
		}
	}
	return req
}

// url fills the route's parameter. Ids are checked before they come here: they
// need no escaping and cannot leave their segment.
func (p *Pipeline) url(r *Request) *url.URL {
	u := *p.Base
	path := r.Op.Route
	if open := strings.IndexByte(path, '{'); open >= 0 {
		end := strings.IndexByte(path, '}')
		path = path[:open] + r.ID + path[end+1:]
	}
	u.Path += path
	if u.RawPath != "" {
		u.RawPath += path
	}
	u.RawQuery = r.Query
	return &u
}

func (c *call) header() http.Header {
	r := c.request
	h := make(http.Header, 8)
	for _, extra := range r.Header {
		h[extra.Key] = extra.Values
	}
	h["Accept"] = acceptJSON
	h["User-Agent"] = c.pipeline.UserAgent
	if r.Body != nil {
		h["Content-Type"] = contentJSON
	}
	if c.token != nil {
		h["Authorization"] = c.token.Header
	}
	if r.Tenant != nil {
		h["Frontegg-Tenant-Id"] = r.Tenant
	}
	if r.Environment != nil {
		h["Frontegg-Environment-Id"] = r.Environment
	}
	return h
}
