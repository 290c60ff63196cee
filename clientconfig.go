package frontegg

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/frontegg-go/frontegg/internal/debug"
	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/redact"
	"github.com/frontegg-go/frontegg/internal/retry"
	"github.com/frontegg-go/frontegg/internal/token"
	"github.com/frontegg-go/frontegg/internal/transport"
	"github.com/frontegg-go/frontegg/internal/validate"
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
	next := s.transport
	if next == nil {
		k.owned = transport.New()
		next = k.owned
		// A client that is not closed does not keep idle connections.
		runtime.AddCleanup(k, (*transport.Transport).CloseIdleConnections, k.owned)
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
		Base: base, Transport: next, UserAgent: agent, Policy: s.policy(),
		Redact: redact.New(s.secrets...), Logger: logger,
	}
	if s.debug != nil {
		k.pipeline.Transport = &debug.Transport{Next: next, Redact: k.pipeline.Redact, W: s.debug}
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
