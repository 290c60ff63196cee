package faults

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/frontegg-go/frontegg/internal/op"
)

// h2Handler serves the operations over HTTP/2 and counts the requests.
type h2Handler struct{ requests atomic.Int64 }

func (h *h2Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.requests.Add(1)
	resp, err := success(r)
	if err != nil {
		panic(err)
	}
	_, _ = io.Copy(io.Discard, r.Body)
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}

// startH2 starts a server with HTTP/2 and returns a transport for it.
func startH2(t testing.TB, h http.Handler, config *http.HTTP2Config) (*httptest.Server, *http.Transport) {
	t.Helper()
	srv := httptest.NewUnstartedServer(h)
	srv.EnableHTTP2 = true
	srv.Config.HTTP2 = config
	srv.Config.ErrorLog = discardLog
	srv.StartTLS()
	t.Cleanup(srv.Close)
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	return srv, transport
}

// The first calls open more streams than the server allows, because they do not
// know its limit yet.
func TestHTTP2_FewStreams(t *testing.T) {
	t.Parallel()
	for _, streams := range []int{10, 32, 64, 128} {
		for _, o := range []*op.Operation{op.AddUsers, op.Create} {
			t.Run(fmt.Sprintf("%s/%d", o.Name, streams), func(t *testing.T) {
				t.Parallel()
				h := &h2Handler{}
				srv, transport := startH2(t, h, &http.HTTP2Config{MaxConcurrentStreams: streams})
				c := socketClient(t, srv.URL, transport)
				const calls = 200
				errs := make(chan error, calls)
				for range calls {
					go func() { errs <- operationCalls[o](t.Context(), c) }()
				}
				for range calls {
					assert.NoError(t, <-errs)
				}
				assert.EqualValues(t, calls, h.requests.Load(), "no request is processed twice")
			})
		}
	}
}
