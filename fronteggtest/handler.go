package fronteggtest

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"mime"
	"net/http"
	"strconv"
	"time"
)

const (
	maxBody = 1 << 20 // longer ones are answered with 413
	maxURL  = 8000    // longer ones are answered with 414
)

// call is a request and what is known of it.
type call struct {
	*http.Request
	op      *operation
	id      string // of the group in the path
	body    []byte
	traceID string
	entry   *Request // in the log

	// What identify finds; it can change while a fault delays the call.
	token    token
	authKind AuthKind
	tenant   string
}

// answer is what a call is answered with.
type response struct {
	status  int
	header  http.Header
	body    []byte
	applied bool // the operation was carried out
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if !s.acquire() {
		panic(http.ErrAbortHandler)
	}
	defer s.release()
	c, err := receive(r)
	if err != nil {
		panic(http.ErrAbortHandler) // the client went away before it had said all
	}
	w.Header().Set("Frontegg-Trace-Id", c.traceID)
	if fault := s.begin(c); fault != nil {
		s.applyFault(w, c, fault)
		return
	}
	s.send(w, c, s.respond(c))
}

// receive reads a request.
func receive(r *http.Request) (*call, error) {
	c := &call{Request: r, traceID: fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64())}
	c.op, c.id = find(r.Method, r.URL)
	if r.Body == nil {
		return c, nil
	}
	var err error
	c.body, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	return c, err
}

// arrived notes a call, and returns the fault that is to befall it.
func (s *Server) begin(c *call) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.identify(c)
	s.record(c)
	return s.nextFault(c)
}

// identify finds out who calls, and for which tenant. A token of a tenant counts
// more than the header.
func (s *Server) identify(c *call) {
	c.token, c.authKind = s.lookupToken(c.Header.Get("Authorization"))
	c.tenant = c.Header.Get("Frontegg-Tenant-Id")
	if c.authKind == AuthTenant {
		c.tenant = c.token.tenant
	}
}

// answer carries out the operation of a call, if all is well with the call.
func (s *Server) respond(c *call) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.identify(c)
	if len(c.RequestURI) > maxURL {
		return errorResponse(http.StatusRequestURITooLong, "URL is longer than "+strconv.Itoa(maxURL)+" bytes")
	}
	if c.op == unknownOp {
		return errorResponse(http.StatusNotFound, "Cannot "+c.Method+" "+c.URL.Path)
	}
	var limit http.Header
	if s.limits != nil {
		header, within := s.limits.take(c.op.name, time.Now())
		if !within {
			a := errorResponse(http.StatusTooManyRequests, "Too many requests")
			a.header = header
			return a
		}
		limit = header
	}
	a := s.execute(c)
	a.header = limit
	if a.applied {
		s.applied[c.op.name]++
	}
	return a
}

func (s *Server) execute(c *call) response {
	authenticated := c.authKind == AuthEnvironment || c.authKind == AuthTenant
	switch {
	case len(c.body) > maxBody:
		return errorResponse(http.StatusRequestEntityTooLarge, "request entity too large")
	case c.op.scope != scopeNone && !authenticated:
		return errorResponse(http.StatusUnauthorized, "Unauthorized")
	case c.op.scope == scopeTenant && c.tenant == "":
		return errorResponse(http.StatusBadRequest, "frontegg-tenant-id header is required with a token of the environment")
	case len(c.body) > 0 && !isJSON(c.Header.Get("Content-Type")):
		return errorResponse(http.StatusBadRequest, "Content-Type must be application/json")
	}
	return c.op.do(s, c)
}

func isJSON(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && mediaType == "application/json"
}

// send writes an answer.
func (s *Server) send(w http.ResponseWriter, c *call, a response) {
	s.recordStatus(c, a.status) // first: who has the answer may ask for the log
	a.writeHeader(w, len(a.body))
	_, _ = w.Write(a.body)
}

// writeHeader writes the head of an answer whose body has a given length.
func (a *response) writeHeader(w http.ResponseWriter, length int) {
	if length > 0 {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(length))
	}
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
}
