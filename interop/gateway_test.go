package interop

import (
	"cmp"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Prism serves the paths of a document and ignores the path of its servers:
// Frontegg's document of the identity service has /resources/groups/v1 on the server
// https://api.frontegg.com/identity. A gateway serves several Prisms at one address,
// as Frontegg's gateway does with its services. It strips the path of the server and
// forwards the request to the Prism of the document that has the path.

// gateway serves the documents at one address. prisms has the address of each
// document's Prism.
func gateway(t *testing.T, documents []document, prisms []string, watch *violations) string {
	t.Helper()
	mux := http.NewServeMux()
	for i, doc := range documents {
		proxy := proxyTo(t, prisms[i], func(path string) string { return cmp.Or(strings.TrimPrefix(path, doc.prefix), "/") })
		proxy.ModifyResponse = watch.observe
		for _, path := range doc.paths {
			mux.Handle(strings.TrimSuffix(doc.prefix+path, "/"), proxy)
		}
	}
	return serve(t, mux)
}

// upstream forwards requests from the Prism of a document to the real server, with
// the path that gateway stripped. The path "/" of Frontegg's document of the login
// leads to a trailing slash.
func upstream(t *testing.T, doc document, server string) string {
	t.Helper()
	return serve(t, proxyTo(t, server, func(path string) string { return doc.prefix + path }))
}

func proxyTo(t *testing.T, address string, path func(string) string) *httputil.ReverseProxy {
	t.Helper()
	target, err := url.Parse(address)
	require.NoError(t, err)
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.URL.Path = path(r.In.URL.Path)
		if strings.HasSuffix(r.In.URL.Path, "/auth/v2/api-token") {
			// Frontegg's document requires a bearer token for every path, also for
			// token requests. The real service does not.
			r.Out.Header.Set("Authorization", "Bearer none")
		}
	}}
}

func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// violations collects Prism's violations of requests and responses, from the header
// of responses.
type violations struct {
	mu        sync.Mutex
	found     []string
	responses int
}

// observe records the violations of a response.
func (v *violations) observe(resp *http.Response) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.responses++
	if text := resp.Header.Get("Sl-Violations"); text != "" {
		v.found = append(v.found, resp.Request.Method+" "+resp.Request.URL.Path+": "+text)
	}
	return nil
}

// report returns the violations and the number of responses.
func (v *violations) report() (found []string, responses int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.found, v.responses
}
