package contract

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"testing"
)

// coverage counts the answers that were seen. The zero value is ready.
type coverage struct {
	mu   sync.Mutex
	seen map[answer]int
}

func (c *coverage) add(a answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil {
		c.seen = map[answer]int{}
	}
	c.seen[a]++
}

// transport sends requests, and fails its test for every exchange that is not
// what the document describes.
type transport struct {
	tb       testing.TB
	checker  *checker
	coverage *coverage
	// wrongInput says that requests are wrong on purpose. They must be refused by
	// the document, else they prove nothing; answers are checked as ever.
	wrongInput bool
}

// RoundTrip makes one exchange and checks it.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	e := exchange{request: req}
	sent := req.Clone(req.Context())
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		_ = req.Body.Close()
		e.sent = body
		sent.Body = io.NopCloser(bytes.NewReader(body))
	}
	resp, err := http.DefaultTransport.RoundTrip(sent)
	if err != nil {
		return nil, err
	}
	if e.received, err = io.ReadAll(resp.Body); err != nil {
		return nil, err
	}
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(e.received))
	e.response = resp
	t.check(e)
	return resp, nil
}

func (t *transport) check(e exchange) {
	t.tb.Helper()
	what := e.request.Method + " " + e.request.URL.RequestURI()
	err := t.checker.request(t.tb.Context(), e)
	switch {
	case err != nil && !t.wrongInput:
		t.tb.Errorf("%s: the request is not as described: %v\nbody: %s", what, err, e.sent)
	case err == nil && t.wrongInput:
		t.tb.Errorf("%s: the request was to be wrong, and the document allows it\nbody: %s", what, e.sent)
	}
	a, err := t.checker.response(t.tb.Context(), e)
	if err != nil {
		t.tb.Errorf("%s: the answer %d is not as described: %v\nheader: %v\nbody: %s",
			what, e.response.StatusCode, err, e.response.Header, e.received)
		return
	}
	t.coverage.add(a)
}
