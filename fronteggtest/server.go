package fronteggtest

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/frontegg-go/frontegg"
)

// Server is an in-memory Frontegg. Create it with [NewServer] or [Start]. It is
// safe for concurrent use.
type Server struct {
	clientID, apiKey string
	tokenTTL         time.Duration
	logLimit         int
	behavior         Behavior
	limits           *limiter
	operationLimits  map[string]*limiter

	mu          sync.Mutex
	ids         *mathrand.Rand
	tenants     map[string]*tenantState
	tenantOrder []*tenantState // those that an Add method mentioned
	environment *tenantState   // its roles are those of every tenant
	people      map[string]*person
	userLists   map[string][]*person // see usersOf
	configs     map[string]groupsConfig
	apiTokens   map[string]apiToken
	tokens      map[string]token
	faults      []*Fault
	log         []*Request
	counts      map[string]int
	applied     map[string]int
	http        *http.Server
	url         string
	lifecycle
}

// Format implements fmt.Formatter. It keeps credentials and tokens out of printed
// text.
func (s *Server) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "fronteggtest.Server") }

// NewServer returns a server without data. It opens no port until [Server.URL] or
// [Server.Client] is called. Call [Server.Close] after use.
func NewServer(opts ...ServerOption) *Server {
	s := &Server{
		tokenTTL: defaultTokenTTL, logLimit: defaultRequestLog,
		ids:     mathrand.New(mathrand.NewPCG(mathrand.Uint64(), mathrand.Uint64())),
		tenants: map[string]*tenantState{}, environment: newTenantState(""), configs: map[string]groupsConfig{},
		people: map[string]*person{}, userLists: map[string][]*person{},
		apiTokens: map[string]apiToken{}, tokens: map[string]token{}, operationLimits: map[string]*limiter{},
		counts: map[string]int{}, applied: map[string]int{},
		lifecycle: newLifecycle(),
	}
	for _, o := range opts {
		o(s)
	}
	s.clientID, s.apiKey = cmp.Or(s.clientID, s.newID()), cmp.Or(s.apiKey, s.newID())
	return s
}

// Start is [NewServer] for a test, benchmark or fuzz target. The server is closed
// when that ends; a request that is still in progress then fails it.
func Start(tb testing.TB, opts ...ServerOption) *Server {
	tb.Helper()
	s := NewServer(opts...)
	tb.Cleanup(func() {
		if err := s.close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// URL returns the base URL of the server, http on a loopback port that the first
// call opens. It panics if no port can be opened, as httptest does, and if the
// server is closed.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.url != "" {
		return s.url
	}
	if s.isClosed {
		panic("fronteggtest: URL of a closed Server")
	}
	var listen net.ListenConfig
	l, err := listen.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		panic(fmt.Sprintf("fronteggtest: no port on loopback: %v", err))
	}
	s.url = "http://" + l.Addr().String()
	s.http = &http.Server{Handler: s.Handler(), ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: time.Minute}
	s.active++
	go func() {
		defer s.release(nil)
		_ = s.http.Serve(l) // returns after Close
	}()
	return s.url
}

// Handler returns the server as an http.Handler, for a listener of your own: one
// with TLS, HTTP/2 or a fixed port.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.serve) }

// Credentials returns the client ID and API key of the environment, as
// [frontegg.WithCredentials] takes them.
func (s *Server) Credentials() (clientID, apiKey string) { return s.clientID, s.apiKey }

// Client returns a client of the server. It has the environment's credentials and
// the server's URL; opts are applied after them. Choose the tenant with
// [frontegg.WithTenant] or [frontegg.Client.ForTenant].
//
// For other credentials call [frontegg.NewClient] with
// frontegg.WithBaseURL(s.URL()).
func (s *Server) Client(opts ...frontegg.ClientOption) (*frontegg.Client, error) {
	return s.client(s.URL(), opts)
}

// MemoryClient is [Server.Client] without a port: the client uses
// [Server.Transport]. Use it in a testing/synctest bubble.
func (s *Server) MemoryClient(opts ...frontegg.ClientOption) (*frontegg.Client, error) {
	return s.client("http://localhost", append([]frontegg.ClientOption{
		frontegg.WithHTTPClient(&http.Client{Transport: s.Transport()}),
	}, opts...))
}

func (s *Server) client(base string, opts []frontegg.ClientOption) (*frontegg.Client, error) {
	return frontegg.NewClient(append([]frontegg.ClientOption{
		frontegg.WithBaseURL(base), frontegg.WithCredentials(s.clientID, s.apiKey),
	}, opts...)...)
}

// newID returns a UUID. Call it with mu held.
func (s *Server) newID() string {
	hi := s.ids.Uint64()&^0xf000 | 0x4000
	lo := s.ids.Uint64()&^(3<<62) | 1<<63
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&(1<<48-1))
}
