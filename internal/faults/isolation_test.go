package faults

import (
	"bytes"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

// maskingTransport sends a copy of the request and masks the values of the request
// in place, as for a log, against the contract of http.RoundTripper.
type maskingTransport struct{ next http.RoundTripper }

func (m maskingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	sent := req.Clone(req.Context())
	for key, values := range req.Header {
		all := values[:cap(values)]
		for i := range all {
			all[i] = "***"
		}
		req.Header[key] = append(values, "***")
	}
	req.Header.Add("X-Masked", "***")
	req.URL.Scheme, req.URL.Host, req.URL.Path, req.URL.RawPath, req.URL.RawQuery = "***", "***", "/***", "/***", "***"
	req.Method, req.Host = "***", "***"
	if req.Body != nil {
		body := &maskingWriter{}
		_, _ = io.Copy(body, req.Body) // calls WriteTo
		sent.Body = io.NopCloser(&body.copied)
	}
	return m.next.RoundTrip(sent)
}

// maskingWriter keeps a copy of what is written and masks it in place, against the
// contract of io.Writer.
type maskingWriter struct{ copied bytes.Buffer }

func (w *maskingWriter) Write(p []byte) (int, error) {
	w.copied.Write(p)
	for i := range p {
		p[i] = '*' //nolint:staticcheck // the contract is broken on purpose
	}
	return len(p), nil
}

func TestRequest_ValuesAreNotShared(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		requests := func(wrap func(http.RoundTripper) http.RoundTripper) (all [][]any) {
			for range 2 { // clients of one process
				s := &fakeTransport{Respond: script(resetIn(time.Second), resetIn(time.Second), success)}
				c := newLoginClient(t, wrap(s), frontegg.WithHeader("X-Custom", "value"), frontegg.WithEnvironment("env-1"))
				for range 2 {
					assert.NoError(t, call(t.Context(), c))
					assert.NoError(t, call(t.Context(), c.ForTenant("tenant-2"), frontegg.WithHeader("X-Other", "value")))
				}
				for _, r := range append(s.Logins, s.Seen...) {
					all = append(all, []any{r.Method, r.URL, r.Header, r.Body, r.GetBody != nil})
				}
			}
			return all
		}
		want := requests(func(next http.RoundTripper) http.RoundTripper { return next })
		got := requests(func(next http.RoundTripper) http.RoundTripper { return maskingTransport{next} })
		assert.Equal(t, want, got, o.Name)
	})
}
