package fronteggtest

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// removed stands where a secret stood.
const redacted = "[REDACTED]"

// AuthKind says what a request proved itself with.
type AuthKind string

// The kinds.
const (
	AuthNone        AuthKind = "none"        // no Authorization header
	AuthEnvironment AuthKind = "environment" // a token of the environment
	AuthTenant      AuthKind = "tenant"      // a token of an account
	AuthInvalid     AuthKind = "invalid"     // a token that is expired, revoked or never was one
)

// Request is a request that arrived, secrets removed.
type Request struct {
	Time   time.Time
	Op     string // like "groups.create" or "auth.vendor"; empty where no operation has the path
	Method string
	Path   string // as sent, with prefix and escapes
	Query  url.Values
	// Header holds [REDACTED] for Authorization, Proxy-Authorization and Cookie.
	Header http.Header
	// Body is as sent; of a token request it holds [REDACTED] for every value but
	// the client id. It is cut after 1 MiB.
	Body []byte
	Auth AuthKind
	// Tenant is the account: that of the token, or of the header.
	Tenant string
	// Status is what was answered; 0: not answered yet, or never.
	Status  int
	TraceID string // sent with the answer
}

// Requests returns what arrived since the server started or
// [Server.ResetRequests] was called, in order: at most the latest 100,000, or as
// many as [WithRequestLog] says. A request counts once its body has arrived.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Request, len(s.log))
	for i, r := range s.log {
		out[i] = *r
	}
	return out
}

// Count returns how many requests of an operation, like "groups.create", arrived;
// of all with an empty op. It counts also what [Server.Requests] has forgotten.
func (s *Server) Count(op string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return sum(s.counts, op)
}

// Applied returns how often an operation was carried out, whatever its caller
// got to hear; all operations with an empty op. An operation that was refused
// does not count.
func (s *Server) Applied(op string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return sum(s.applied, op)
}

func sum(counts map[string]int, op string) int {
	if op != "" {
		return counts[op]
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}

// ResetRequests forgets all requests, and sets [Server.Count] and
// [Server.Applied] to zero. Accounts, tokens and faults stay.
func (s *Server) ResetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = nil
	clear(s.counts)
	clear(s.applied)
}

// note writes a call into the log. Call it with mu held.
func (s *Server) record(c *call) {
	s.counts[c.op.name]++
	if s.logLimit == 0 {
		c.entry = new(Request)
		return
	}
	header := c.Header.Clone()
	for _, key := range []string{"Authorization", "Proxy-Authorization", "Cookie"} {
		if header.Get(key) != "" {
			header.Set(key, redacted)
		}
	}
	c.entry = &Request{
		Time: time.Now(), Op: c.op.name, Method: c.Method, Path: c.URL.EscapedPath(), Query: c.URL.Query(),
		Header: header, Body: redactedBody(c), Auth: c.authKind, Tenant: c.tenant, TraceID: c.traceID,
	}
	if len(s.log) >= s.logLimit {
		forget := max(1, s.logLimit/10) // some at once: each time all others move
		s.log = slices.Delete(s.log, 0, forget)
	}
	s.log = append(s.log, c.entry)
}

// answered notes how a call was answered.
func (s *Server) recordStatus(c *call, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.entry.Status = status
}

// withoutSecrets returns the body of a call as the log may hold it.
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
