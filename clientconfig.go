package frontegg

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/frontegg-go/frontegg/internal/debug"
	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/redact"
	"github.com/frontegg-go/frontegg/internal/retry"
	"github.com/frontegg-go/frontegg/internal/token"
	"github.com/frontegg-go/frontegg/internal/validate"
)

const (
	// idleConnections is the number of idle connections that are kept per host. The
	// default of net/http is 2, with which concurrent callers dial again and again.
	idleConnections = 64
	// maxConnections is the maximum number of connections per host. Without it, a
	// burst of callers would dial a connection each.
	maxConnections = 96
	// maxHeaderBytes is the maximum size of a response header.
	maxHeaderBytes = 1 << 20
	// pingTimeout is after how long without a frame an HTTP/2 connection is checked
	// with a ping, and how long the ping may take. A connection that a NAT has
	// forgotten is closed before calls use it.
	pingTimeout = 10 * time.Second
)

var regionURLs = map[Region]string{
	RegionEU: "https://api.frontegg.com",
	RegionUS: "https://api.us.frontegg.com",
	RegionCA: "https://api.ca.frontegg.com",
	RegionAU: "https://api.au.frontegg.com",
	RegionUK: "https://api.uk.frontegg.com",
}

// regionNames is how errors list the regions.
const regionNames = "eu, us, ca, au or uk"

// clientConfig is the result of the options of a client.
type clientConfig struct {
	callDefaults
	op  string
	env func(string) string // nil: environment variables are ignored

	sources     []string // the options with credentials
	tokens      TokenSource
	login       *credentialsLogin
	secrets     []string
	region      Region
	transport   http.RoundTripper
	httpTimeout time.Duration
	retry       RetryPolicy
	logger      *slog.Logger
	hook        Hook
	limiter     RateLimiter
	application string
	debug       io.Writer // nil: none
	rawBase     *rawBase  // nil: not set
	insecure    bool      // http:// is valid for every host
}

// rawBase is a base URL and the option or variable that sets it.
type rawBase struct{ field, url string }

func (s *clientConfig) source(option string, ts TokenSource) {
	s.sources = append(s.sources, option)
	s.tokens = ts
}

// credentialNames are how errors name credentials and their parts.
type credentialNames struct{ source, id, secret string }

// optionNames are the names of the credentials of an option.
func optionNames(option string) credentialNames {
	return credentialNames{option, option + " client ID", option + " secret"}
}

func (s *clientConfig) credentials(names credentialNames, o *op.Operation, id, secret string) {
	s.errs.add(names.id, validate.HeaderID(id))
	s.errs.add(names.secret, validate.Token(secret))
	s.source(names.source, nil)
	s.login = &credentialsLogin{op: o, id: id, secret: Secret(secret)}
	if o == op.AuthAPIToken {
		s.login.fallback = op.AuthAPITokenV1
	}
	s.secrets = append(s.secrets, secret)
}

// client applies the options, then the environment variables for what they do not set,
// and builds the client if everything is valid.
func (s *clientConfig) client(opts []ClientOption) (*Client, error) {
	for _, o := range opts {
		if o == nil {
			s.errs.add("options", "must not include nil")
			continue
		}
		o.applyToClient(s)
	}
	if s.env != nil {
		s.fromEnv()
	}
	base := s.baseURL()
	switch {
	case len(s.sources) == 0 && s.env == nil:
		s.errs.add("credentials", "are required: use WithCredentials, WithAPIToken, WithToken or WithTokenSource")
	case len(s.sources) > 1:
		s.errs.add("credentials", "must be given once, not as "+strings.Join(s.sources, ", "))
	}
	if len(s.errs) > 0 {
		var all []error
		for _, e := range s.errs {
			e.Op = s.op
			all = append(all, &e)
		}
		return nil, errors.Join(all...)
	}
	return s.build(base), nil
}

func (s *clientConfig) fromEnv() {
	if len(s.sources) == 0 {
		id, key := s.variable("FRONTEGG_CLIENT_ID"), s.variable("FRONTEGG_API_KEY")
		if id == "" {
			s.errs.add("FRONTEGG_CLIENT_ID", "is required")
		}
		if key == "" {
			s.errs.add("FRONTEGG_API_KEY", "is required")
		}
		if id != "" && key != "" {
			s.credentials(credentialNames{"FRONTEGG_CLIENT_ID and FRONTEGG_API_KEY", "FRONTEGG_CLIENT_ID", "FRONTEGG_API_KEY"}, op.AuthVendor, id, key)
		}
	}
	if tenant := s.variable("FRONTEGG_TENANT_ID"); tenant != "" && s.tenant == "" {
		s.errs.add("FRONTEGG_TENANT_ID", validate.HeaderID(tenant))
		s.tenant = tenant
	}
	if s.rawBase != nil || s.region != "" {
		return
	}
	if raw := s.variable("FRONTEGG_BASE_URL"); raw != "" {
		s.rawBase = &rawBase{"FRONTEGG_BASE_URL", raw}
	}
	if region := Region(strings.ToLower(s.variable("FRONTEGG_REGION"))); region != "" {
		if _, known := regionURLs[region]; !known {
			s.errs.add("FRONTEGG_REGION", "must be "+regionNames)
		}
		s.region = region
	}
}

// variable returns the value of an environment variable. Quotes around it are a common
// mistake: files of variables often keep them.
func (s *clientConfig) variable(name string) string {
	value := s.env(name)
	if len(value) > 1 && value[0] == value[len(value)-1] && strings.ContainsRune("\"'`", rune(value[0])) {
		s.errs.add(name, "is in quotes: remove them")
	}
	return value
}

// baseURL returns the base URL of all requests.
func (s *clientConfig) baseURL() *url.URL {
	if s.rawBase == nil {
		base, _ := validate.BaseURL(regionURLs[cmp.Or(s.region, RegionEU)], false)
		return base
	}
	base, reason := validate.BaseURL(s.rawBase.url, s.insecure)
	if reason == "" && s.region != "" {
		reason = "must not be used with a region"
		if s.rawBase.field == "FRONTEGG_BASE_URL" {
			reason += ": unset it or FRONTEGG_REGION"
		}
	}
	s.errs.add(s.rawBase.field, reason)
	return base
}

func (s *clientConfig) build(base *url.URL) *Client {
	k := &shared{needsTenant: s.login != nil && s.login.op == op.AuthVendor, fromEnv: s.env != nil}
	transport := s.transport
	if transport == nil {
		k.owned = newDefaultTransport()
		transport = k.owned
		// A client that is not closed does not keep idle connections.
		runtime.AddCleanup(k, (*defaultTransport).CloseIdleConnections, k.owned)
	}
	logger := s.logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	agent := "frontegg-go/" + Version
	if s.application != "" {
		agent += " " + s.application
	}
	k.pipeline = &pipeline.Pipeline{
		Base: base, Transport: transport, UserAgent: agent, Policy: s.policy(),
		Redact: redact.New(s.secrets...), Logger: logger,
	}
	if s.debug != nil {
		k.pipeline.Transport = &debug.Transport{Next: transport, Redact: k.pipeline.Redact, W: s.debug}
	}
	k.pipeline.Tokens = token.NewCache(recoverPanics(s.fetch(k.pipeline), k.pipeline.Redact))
	if s.hook != nil {
		k.pipeline.Hook = s.hook.observe(k.pipeline)
	}
	if s.limiter != nil {
		k.pipeline.Limiter = sharedLimiter(s.limiter, k.pipeline)
	}
	k.pipeline.Init()
	c := &Client{shared: k, defaults: new(s.callDefaults)}
	c.setServices(&service{client: c})
	return c
}

// fetch returns the function that gets the client's tokens.
func (s *clientConfig) fetch(p *pipeline.Pipeline) func(context.Context) (*token.Token, error) {
	if s.login != nil {
		return s.login.fetch(p)
	}
	return userTokens(s.tokens, p.Redact)
}

// policy returns the retry policy, with defaults for zero fields.
func (s *clientConfig) policy() retry.Policy {
	p := retry.Policy{MaxAttempts: 4, AttemptTimeout: 30 * time.Second, MaxElapsed: 2 * time.Minute, MaxWait: 75 * time.Second}
	if s.retry.MaxAttempts > 0 {
		p.MaxAttempts = s.retry.MaxAttempts
	}
	if s.retry.AttemptTimeout > 0 {
		p.AttemptTimeout = s.retry.AttemptTimeout
	}
	if s.httpTimeout > 0 {
		p.AttemptTimeout = min(p.AttemptTimeout, s.httpTimeout)
	}
	if s.retry.MaxElapsed > 0 {
		p.MaxElapsed = s.retry.MaxElapsed
	}
	if s.retry.MaxWait != 0 {
		p.MaxWait = s.retry.MaxWait
	}
	return p
}

// defaultTransport is the transport of a client without one of the caller's. If
// http.DefaultTransport is not an *http.Transport when a request is sent, because an HTTP
// mock has replaced it, the request is sent with that.
type defaultTransport struct {
	mu  sync.Mutex
	own *http.Transport // nil until it is needed
}

func newDefaultTransport() *defaultTransport {
	d := &defaultTransport{}
	if standard, ok := http.DefaultTransport.(*http.Transport); ok {
		d.own = ownTransport(standard)
	}
	return d
}

// RoundTrip sends the request.
func (d *defaultTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	return d.Unwrap().RoundTrip(req)
}

// Unwrap returns the transport of the next request.
func (d *defaultTransport) Unwrap() http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.own == nil {
		d.own = ownTransport(standard)
	}
	return d.own
}

// CloseIdleConnections closes those of the client, not those of a mock.
func (d *defaultTransport) CloseIdleConnections() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.own != nil {
		d.own.CloseIdleConnections()
	}
}

// ownTransport returns a copy of http.DefaultTransport with the settings of the client.
func ownTransport(standard *http.Transport) *http.Transport {
	t := standard.Clone()
	t.MaxIdleConnsPerHost = idleConnections
	t.MaxConnsPerHost = maxConnections
	t.MaxIdleConns = max(t.MaxIdleConns, 4*idleConnections)
	t.MaxResponseHeaderBytes = maxHeaderBytes
	if t.HTTP2 == nil {
		t.HTTP2 = &http.HTTP2Config{}
	}
	t.HTTP2.SendPingTimeout = cmp.Or(t.HTTP2.SendPingTimeout, pingTimeout)
	t.HTTP2.PingTimeout = cmp.Or(t.HTTP2.PingTimeout, pingTimeout)
	if c := t.TLSClientConfig; c != nil && c.MinVersion != 0 {
		c.MinVersion = max(c.MinVersion, tls.VersionTLS12)
	}
	return t
}
