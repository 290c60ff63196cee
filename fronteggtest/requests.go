package fronteggtest

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// redacted replaces secrets.
const redacted = "[REDACTED]"

// AuthKind is the kind of token that a request has.
type AuthKind string

// The kinds of tokens.
const (
	// AuthNone is a request without a token.
	AuthNone AuthKind = "none"
	// AuthEnvironment is a token of an environment.
	AuthEnvironment AuthKind = "environment"
	// AuthTenant is a token of a tenant or of a user in it.
	AuthTenant AuthKind = "tenant"
	// AuthInvalid is an expired, revoked or unknown token.
	AuthInvalid AuthKind = "invalid"
)

// Request is a request that arrived, without its secrets.
type Request struct {
	Time   time.Time `json:"time"`
	Op     string    `json:"op"` // such as "groups.create"; empty if no operation has the path
	Method string    `json:"method"`
	// Path is as sent, with prefix and escapes.
	Path  string     `json:"path"`
	Query url.Values `json:"query"`
	// Header holds [REDACTED] for Authorization, X-Access-Token, Proxy-Authorization
	// and Cookie.
	Header http.Header `json:"header"`
	// Body is as sent, cut after 1 MiB. In a token request every value but the client
	// ID is [REDACTED].
	Body []byte   `json:"body"`
	Auth AuthKind `json:"auth"`
	// Tenant is that of the token, or of the header.
	Tenant string `json:"tenant"`
	// Status is the status of the response. 0: none was sent yet, or the connection
	// was dropped.
	Status int `json:"status"`
	// Applied reports whether the operation was carried out, whatever response was
	// sent.
	Applied bool   `json:"applied"`
	TraceID string `json:"traceId"` // of the response
}

// Requests returns the requests since the server started or since
// [Server.ResetRequests], in order: the latest 100,000, or as many as
// [WithRequestLog] sets. A request is logged once its body has arrived.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Request, len(s.log))
	for i, r := range s.log {
		out[i] = *r
	}
	return out
}

// Count returns the number of requests of the operations that op matches as [Fault.Op]
// does: "groups.create", "groups.*", or all if it is empty. It also counts those that
// [Server.Requests] no longer has. It panics if op names no operation.
func (s *Server) Count(op string) int {
	return s.sum("Count", s.counts, op)
}

// Applied returns how often operations were carried out, whatever response was sent. op
// is that of [Server.Count]. Error responses do not count.
func (s *Server) Applied(op string) int {
	return s.sum("Applied", s.applied, op)
}

func (s *Server) sum(method string, counts map[string]int, op string) int {
	if err := checkOperation(op); err != nil {
		panic("fronteggtest: " + method + ": " + err.Error())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	total := 0
	for name, n := range counts {
		if matchesOp(op, name) {
			total += n
		}
	}
	return total
}

// ResetRequests clears the request log and sets [Server.Count] and
// [Server.Applied] to zero. State, tokens and faults stay.
func (s *Server) ResetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = nil
	clear(s.counts)
	clear(s.applied)
}

// record adds a call to the log. Call it with mu held.
func (s *Server) record(c *call) {
	s.counts[c.op.name]++
	if s.logLimit == 0 {
		c.entry = new(Request)
		return
	}
	header := c.Header.Clone()
	for _, key := range []string{"Authorization", "X-Access-Token", "Proxy-Authorization", "Cookie"} {
		if header.Get(key) != "" {
			header.Set(key, redacted)
		}
	}
	c.entry = &Request{
		Time: time.Now(), Op: c.op.name, Method: c.Method, Path: c.URL.EscapedPath(), Query: c.URL.Query(),
		Header: header, Body: redactedBody(c), Auth: c.authKind, Tenant: c.tenant, TraceID: c.traceID,
	}
	if len(s.log) >= s.logLimit {
		forget := max(1, s.logLimit/10) // several at once, since the others are moved
		s.log = slices.Delete(s.log, 0, forget)
	}
	s.log = append(s.log, c.entry)
}

// recordStatus sets the status of a call in the log.
func (s *Server) recordStatus(c *call, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.entry.Status = status
}

// redactedBody returns the body of a call without secrets.
func redactedBody(c *call) []byte {
	if c.op.scope != scopeNone || len(c.body) == 0 {
		return c.body
	}
	var members map[string]any
	if json.Unmarshal(c.body, &members) != nil {
		return []byte(redacted)
	}
	for name := range members {
		if name != "clientId" {
			members[name] = redacted
		}
	}
	b, err := json.Marshal(members, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return []byte(redacted)
	}
	return b
}
