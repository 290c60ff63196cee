package contract

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"testing"
)

// coverage counts the responses of the document. The zero value is ready.
type coverage struct {
	mu   sync.Mutex
	seen map[documented]int
}

func (c *coverage) add(a documented) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil {
		c.seen = map[documented]int{}
	}
	c.seen[a]++
}

// transport fails the test for every exchange that does not match the document.
type transport struct {
	tb       testing.TB
	checker  *checker
	coverage *coverage
	// wrongInput: requests are invalid on purpose and must not match the document.
	// Responses must match.
	wrongInput bool
}

// RoundTrip sends a request and validates the exchange.
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
		t.tb.Errorf("%s: invalid request: %v\nbody: %s", what, err, e.sent)
	case err == nil && t.wrongInput:
		t.tb.Errorf("%s: the document allows a request that must be invalid\nbody: %s", what, e.sent)
	}
	a, err := t.checker.response(t.tb.Context(), e)
	if err != nil {
		t.tb.Errorf("%s: invalid response %d: %v\nheader: %v\nbody: %s",
			what, e.response.StatusCode, err, e.response.Header, e.received)
		return
	}
	t.coverage.add(a)
}
