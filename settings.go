package frontegg

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/redact"
	"github.com/frontegg-go/frontegg/internal/retry"
	"github.com/frontegg-go/frontegg/internal/token"
	"github.com/frontegg-go/frontegg/internal/validate"
)

const (
	// idleConnections is how many connections per host stay open between calls.
	// The default of net/http, 2, makes concurrent callers dial again and again.
	idleConnections = 64
	// maxConnections is how many there are at most. A burst of callers would
	// otherwise dial one for each caller who finds none idle, most of them for
	// nothing; now it waits its turn.
	maxConnections = 96
	// longestHeader bounds the header of an answer, in bytes.
	longestHeader = 1 << 20
)

var regionURLs = map[Region]string{
	RegionEU: "https://api.frontegg.com",
	RegionUS: "https://api.us.frontegg.com",
	RegionCA: "https://api.ca.frontegg.com",
	RegionAU: "https://api.au.frontegg.com",
}

// settings is what the options of a client amount to.
type settings struct {
	defaults
	op  string
	env func(string) string // nil: the environment does not count

	sources     []string // the options that gave credentials
	tokens      TokenSource
	login       *login
	secrets     []string
	region      Region
	base        *url.URL
	transport   http.RoundTripper
	httpTimeout time.Duration
	retry       RetryPolicy
	logger      *slog.Logger
	hook        Hook
	application string
}

func (s *settings) source(option string, ts TokenSource) {
	s.sources = append(s.sources, option)
	s.tokens = ts
}

func (s *settings) credentials(option string, o *op.Operation, id, secret string) {
	s.problems.add(option+" client id", validate.HeaderID(id))
	s.problems.add(option+" secret", validate.Token(secret))
	s.source(option, nil)
	s.login = &login{op: o, id: id, secret: Secret(secret)}
	s.secrets = append(s.secrets, secret)
}

// client applies the options, then the environment where they leave something
// open, and builds the client if all is well.
func (s *settings) client(opts []ClientOption) (*Client, error) {
	for _, o := range opts {
		if o == nil {
			s.problems.add("options", "include a nil option")
			continue
		}
		o.applyToClient(s)
	}
	if s.env != nil {
		s.fromEnv()
	}
	switch {
	case len(s.sources) == 0 && s.env == nil:
		s.problems.add("credentials", "are missing: use WithCredentials, WithAPIToken, WithToken or WithTokenSource")
	case len(s.sources) > 1:
		s.problems.add("credentials", "are given more than once: "+strings.Join(s.sources, ", "))
	}
	if s.base != nil && s.region != "" {
		s.problems.add("WithBaseURL", "is given, and so is a region")
	}
	if len(s.problems) > 0 {
		var all []error
		for _, p := range s.problems {
			p.Op = s.op
			all = append(all, &p)
		}
		return nil, errors.Join(all...)
	}
	return s.build(), nil
}

func (s *settings) fromEnv() {
	if len(s.sources) == 0 {
		id, key := s.env("FRONTEGG_CLIENT_ID"), s.env("FRONTEGG_API_KEY")
		if id == "" {
			s.problems.add("FRONTEGG_CLIENT_ID", "is not set")
		}
		if key == "" {
			s.problems.add("FRONTEGG_API_KEY", "is not set")
		}
		if id != "" && key != "" {
			s.credentials("FRONTEGG_CLIENT_ID and FRONTEGG_API_KEY:", op.AuthVendor, id, key)
		}
	}
	if tenant := s.env("FRONTEGG_TENANT_ID"); tenant != "" && s.tenant == "" {
		s.problems.add("FRONTEGG_TENANT_ID", validate.HeaderID(tenant))
		s.tenant = tenant
	}
	if s.base != nil || s.region != "" {
		return
	}
	if raw := s.env("FRONTEGG_BASE_URL"); raw != "" {
		base, reason := validate.BaseURL(raw)
		s.problems.add("FRONTEGG_BASE_URL", reason)
		s.base = base
	}
	if region := Region(strings.ToLower(s.env("FRONTEGG_REGION"))); region != "" {
		if _, known := regionURLs[region]; !known {
			s.problems.add("FRONTEGG_REGION", "is not eu, us, ca or au")
		}
		s.region = region
	}
}

func (s *settings) build() *Client {
	k := &core{needsTenant: s.login != nil && s.login.op == op.AuthVendor}
	transport := s.transport
	if transport == nil {
		transport, k.owned = defaultTransport()
	}
	if k.owned != nil { // a client that is forgotten does not keep idle connections
		runtime.AddCleanup(k, (*http.Transport).CloseIdleConnections, k.owned)
	}
	base := s.base
	if base == nil {
		region := s.region
		if region == "" {
			region = RegionEU
		}
		base, _ = validate.BaseURL(regionURLs[region])
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
	k.pipeline.Tokens = token.NewCache(recovered(s.fetch(k.pipeline), k.pipeline.Redact))
	if s.hook != nil {
		k.pipeline.Hook = s.hook.watch(k.pipeline.Redact)
	}
	k.pipeline.Init()
	c := &Client{core: k, defaults: new(s.defaults)}
	c.Groups = &GroupsService{client: c}
	return c
}

// fetch returns how the client gets its tokens.
func (s *settings) fetch(p *pipeline.Pipeline) func(context.Context) (*token.Token, error) {
	if s.login != nil {
		return s.login.fetch(p)
	}
	return fromSource(s.tokens, p.Redact)
}

// policy fills the defaults in.
func (s *settings) policy() retry.Policy {
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

// defaultTransport is net/http's with room for more idle connections. Where a
// program has replaced that by a RoundTripper of its own, as HTTP mocks do, it
// is used as it is.
func defaultTransport() (http.RoundTripper, *http.Transport) {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport, nil
	}
	t := standard.Clone()
	t.MaxIdleConnsPerHost = idleConnections
	t.MaxConnsPerHost = maxConnections
	t.MaxIdleConns = max(t.MaxIdleConns, 4*idleConnections)
	t.MaxResponseHeaderBytes = longestHeader
	if c := t.TLSClientConfig; c != nil && c.MinVersion != 0 {
		c.MinVersion = max(c.MinVersion, tls.VersionTLS12)
	}
	return t, t
}
