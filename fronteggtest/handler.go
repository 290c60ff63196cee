package fronteggtest

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	maxBody = 1 << 20 // bytes; longer requests get a 413
	maxURL  = 8000    // bytes; longer URLs get a 414
)

// call is a request in progress.
type call struct {
	*http.Request
	op      *operation
	id      string // of the group or user in the path
	body    []byte
	traceID string
	entry   *Request // in the log

	// identify sets these again before the operation runs: a token can expire
	// while a fault delays the call.
	token    token
	authKind AuthKind
	tenant   string
}

// response is the response to a call.
type response struct {
	status  int
	header  http.Header
	body    []byte
	applied bool // the operation was carried out
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancelCause(r.Context())
	defer cancel(nil)
	defer context.AfterFunc(s.ctx, func() { cancel(errServerClosed) })()

	c := &call{Request: r.WithContext(ctx), traceID: fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64())}
	c.op, c.id = find(r.Method, r.URL)
	if !s.acquire(c) {
		panic(http.ErrAbortHandler)
	}
	defer s.release(c)
	if r.Body != nil {
		var err error
		if c.body, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1)); err != nil {
			panic(http.ErrAbortHandler) // the client went away before the end of the body
		}
	}
	w.Header().Set("Frontegg-Trace-Id", c.traceID)
	if fault := s.begin(c); fault != nil {
		s.applyFault(w, c, fault)
		return
	}
	s.send(w, c, s.respond(c))
}

// begin records a call and returns the fault that it meets, if any.
func (s *Server) begin(c *call) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.identify(c)
	s.record(c)
	return s.nextFault(c)
}

// identify finds the caller and the tenant. The tenant of an API token takes
// precedence over the header.
func (s *Server) identify(c *call) {
	c.token, c.authKind = s.lookupToken(c.Header)
	c.tenant = c.Header.Get("Frontegg-Tenant-Id")
	if c.authKind == AuthTenant {
		c.tenant = c.token.tenant
	}
}

// respond carries out the operation of a call unless the call is refused.
func (s *Server) respond(c *call) response {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.identify(c)
	if len(c.RequestURI) > maxURL {
		return errorResponse(http.StatusRequestURITooLong, "URL is longer than "+strconv.Itoa(maxURL)+" bytes")
	}
	if c.op == unknownOp {
		return notFound(c)
	}
	var limit http.Header
	if l := s.limiterOf(c.op.name); l != nil {
		header, within := l.allow(c.op.name, time.Now())
		if !within {
			r := errorResponse(http.StatusTooManyRequests, "Too many requests")
			r.header = header
			return r
		}
		limit = header
	}
	r := s.execute(c)
	r.header = limit
	if r.applied {
		s.applied[c.op.name]++
		c.entry.Applied = true
	}
	return r
}

func (s *Server) execute(c *call) response {
	if len(c.body) > maxBody {
		return errorResponse(http.StatusRequestEntityTooLarge, "request entity too large")
	}
	if refused := s.authorize(c); refused != nil {
		return *refused
	}
	if len(c.body) > 0 && !isJSON(c.Header.Get("Content-Type")) {
		return errorResponse(http.StatusBadRequest, "Content-Type must be application/json")
	}
	if refused := s.checkConfig(c); refused != nil {
		return *refused
	}
	return c.op.do(s, c)
}

// authorize checks the token and the tenant of a call.
func (s *Server) authorize(c *call) *response {
	scope := c.op.scope
	switch {
	case scope == scopeNone:
		return nil
	case c.authKind != AuthEnvironment && c.authKind != AuthTenant:
		return new(errorResponse(http.StatusUnauthorized, "Unauthorized"))
	case scope == scopeTenant && c.tenant == "":
		return new(errorResponse(http.StatusForbidden, "Tenant ID is not specified"))
	case scope >= scopeManagement && c.authKind == AuthTenant, scope == scopeEnvironment && c.tenant != "":
		return new(errorResponse(http.StatusForbidden, tenantForbidden))
	case c.tenant != "" && s.behavior.UnknownTenantStatus != 0 && !s.knows(c.tenant):
		return new(errorResponse(s.behavior.UnknownTenantStatus, "Tenant not found"))
	}
	return nil
}

// tenantForbidden is the recorded text of a tenant on a route of the environment.
const tenantForbidden = "Tenant ID is defined - forbidden route for tenants"

// checkConfig refuses calls about groups that the configuration turned off.
func (s *Server) checkConfig(c *call) *response {
	config, _ := s.configOf(c)
	switch name := c.op.name; {
	case !strings.HasPrefix(name, "groups.") || strings.HasSuffix(strings.ToLower(name), "config"):
		return nil
	case !config.Enabled:
		return new(errorResponseWithCode(http.StatusForbidden, codeGroupsOff, "Groups are not enabled for this environment"))
	case !config.RolesEnabled && (name == "groups.addRoles" || name == "groups.removeRoles"):
		return new(errorResponseWithCode(http.StatusForbidden, codeGroupsOff, "Roles of groups are not enabled for this environment"))
	}
	return nil
}

func isJSON(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && mediaType == "application/json"
}

// send writes a response.
func (s *Server) send(w http.ResponseWriter, c *call, r response) {
	s.recordStatus(c, r.status) // first: a client that has the response may read the log
	r.writeHeader(w, len(r.body))
	_, _ = w.Write(r.body)
}

// writeHeader writes the header of a response whose body has the given length.
func (r *response) writeHeader(w http.ResponseWriter, length int) {
	if length > 0 {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(length))
	}
	maps.Copy(w.Header(), r.header)
	w.WriteHeader(r.status)
}
