package fronteggtest

import (
	"context"
	"crypto/rand"
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

// Server is a Frontegg in memory. Make one with [NewServer] or [Start]. It is
// safe for concurrent use.
type Server struct {
	clientID, apiKey string
	tokenTTL         time.Duration
	logLimit         int
	tokenKey         [32]byte

	mu          sync.Mutex
	ids         *mathrand.Rand // the same in each run, so that a failing test fails again
	tenants     map[string]*tenantState
	environment *tenantState // its roles are those of every account
	configs     map[string]groupsConfig
	apiTokens   map[string]apiToken
	tokens      map[string]token
	limits      *limiter
	faults      []*Fault
	log         []*Request
	counts      map[string]int
	applied     map[string]int
	http        *http.Server
	url         string
	isClosed    bool
	active      int        // requests being answered, and the listener
	idle        *sync.Cond // active has become 0

	stopping chan struct{} // closed by Close
}

// Format keeps credentials and tokens out of what is printed of a server.
func (s *Server) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "fronteggtest.Server") }

// NewServer returns a server with no data. It opens no port until [Server.URL]
// or [Server.Client] is called. Close it after use.
func NewServer(opts ...ServerOption) *Server {
	s := &Server{
		clientID: randomUUID(), apiKey: randomUUID(), tokenTTL: defaultTokenTTL, logLimit: defaultRequestLog,
		ids:     mathrand.New(mathrand.NewPCG(1, 1)),
		tenants: map[string]*tenantState{}, environment: newTenantState(), configs: map[string]groupsConfig{},
		apiTokens: map[string]apiToken{}, tokens: map[string]token{},
		counts: map[string]int{}, applied: map[string]int{},
		stopping: make(chan struct{}),
	}
	s.idle = sync.NewCond(&s.mu)
	_, _ = rand.Read(s.tokenKey[:]) // never fails
	for _, o := range opts {
		o(s)
	}
	return s
}

// Start is [NewServer] for a test, benchmark or fuzz target: the server closes
// when that ends.
func Start(tb testing.TB, opts ...ServerOption) *Server {
	tb.Helper()
	s := NewServer(opts...)
	tb.Cleanup(s.Close)
	return s
}

// URL returns the base URL of the server, http on a loopback port that the first
// call opens. It panics where no port can be had, as httptest does, and where
// the server is closed.
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
		defer s.release()
		_ = s.http.Serve(l) // ends with Close
	}()
	return s.url
}

// Close ends all connections, waits until no request is being answered, and
// frees the port. State and requests can still be read.
func (s *Server) Close() {
	s.mu.Lock()
	if !s.isClosed {
		s.isClosed = true
		close(s.stopping)
	}
	server := s.http
	s.mu.Unlock()
	if server != nil {
		_ = server.Close()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.active > 0 {
		s.idle.Wait()
	}
}

// Handler returns the server as an http.Handler, for a listener of your own: one
// with TLS, HTTP/2 or a fixed port.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.serve) }

// Credentials returns the client id and API key of the environment, as
// [frontegg.WithCredentials] takes them.
func (s *Server) Credentials() (clientID, apiKey string) { return s.clientID, s.apiKey }

// Client returns a client of the server: the credentials of the environment and
// the server's URL, then opts. Name the account with [frontegg.WithTenant] or
// [frontegg.Client.ForTenant].
//
// For other credentials call [frontegg.NewClient] with
// frontegg.WithBaseURL(s.URL()).
func (s *Server) Client(opts ...frontegg.ClientOption) (*frontegg.Client, error) {
	return s.client(s.URL(), opts)
}

// MemoryClient is like [Server.Client] without a port: the client talks through
// [Server.Transport]. It is the one for tests in a testing/synctest bubble.
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

// enter counts a request being answered; false: the server is closed. Whoever
// entered calls leave. A sync.WaitGroup would not do: it belongs to one synctest
// bubble.
func (s *Server) acquire() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.isClosed {
		return false
	}
	s.active++
	return true
}

func (s *Server) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.active--; s.active == 0 {
		s.idle.Broadcast()
	}
}

// down says whether the server is closed.
func (s *Server) closed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.isClosed
}

// newID returns a UUID. Call it with mu held.
func (s *Server) newID() string { return uuid(s.ids.Uint64(), s.ids.Uint64()) }

func randomUUID() string { return uuid(mathrand.Uint64(), mathrand.Uint64()) }

// uuid writes 128 bits as a version 4 UUID.
func uuid(hi, lo uint64) string {
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(3<<62) | 1<<63
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&(1<<48-1))
}
