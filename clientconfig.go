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

func (cfg *clientConfig) addSource(option string, ts TokenSource) {
	cfg.sources = append(cfg.sources, option)
	cfg.tokens = ts
}

// credentialNames are how errors name credentials and their parts.
type credentialNames struct{ source, id, secret string }

// optionNames returns how errors name the credentials of an option.
func optionNames(option string) credentialNames {
	return credentialNames{option, option + " client ID", option + " secret"}
}

func (cfg *clientConfig) addCredentials(names credentialNames, o *op.Operation, id, secret string) {
	cfg.errs.add(names.id, validate.HeaderID(id))
	cfg.errs.add(names.secret, validate.Token(secret))
	cfg.addSource(names.source, nil)
	cfg.login = &credentialsLogin{op: o, id: id, secret: Secret(secret)}
	if o == op.AuthAPIToken {
		cfg.login.fallback = op.AuthAPITokenV1
	}
	cfg.secrets = append(cfg.secrets, secret)
}

// client applies the options, then the environment variables for what they do not set,
// and creates the client if everything is valid.
func (cfg *clientConfig) client(opts []ClientOption) (*Client, error) {
	for _, o := range opts {
		if o == nil {
			cfg.errs.add("options", "must not include nil")
			continue
		}
		o.applyToClient(cfg)
	}
	if cfg.env != nil {
		cfg.fromEnv()
	}
	base := cfg.baseURL()
	switch {
	case len(cfg.sources) == 0 && cfg.env == nil:
		cfg.errs.add("credentials", "are required: use WithCredentials, WithAPIToken, WithToken or WithTokenSource")
	case len(cfg.sources) > 1:
		cfg.errs.add("credentials", "must be given once, not as "+strings.Join(cfg.sources, ", "))
	}
	if len(cfg.errs) > 0 {
		var all []error
		for _, e := range cfg.errs {
			e.Op = cfg.op
			all = append(all, &e)
		}
		return nil, errors.Join(all...)
	}
	return cfg.build(base), nil
}

func (cfg *clientConfig) fromEnv() {
	if len(cfg.sources) == 0 {
		id, key := cfg.variable("FRONTEGG_CLIENT_ID"), cfg.variable("FRONTEGG_API_KEY")
		if id == "" {
			cfg.errs.add("FRONTEGG_CLIENT_ID", "is required")
		}
		if key == "" {
			cfg.errs.add("FRONTEGG_API_KEY", "is required")
		}
		if id != "" && key != "" {
			cfg.addCredentials(credentialNames{"FRONTEGG_CLIENT_ID and FRONTEGG_API_KEY", "FRONTEGG_CLIENT_ID", "FRONTEGG_API_KEY"}, op.AuthVendor, id, key)
		}
	}
	if tenant := cfg.variable("FRONTEGG_TENANT_ID"); tenant != "" && cfg.tenant == "" {
		cfg.errs.add("FRONTEGG_TENANT_ID", validate.HeaderID(tenant))
		cfg.tenant = tenant
	}
	if cfg.rawBase != nil || cfg.region != "" {
		return
	}
	if raw := cfg.variable("FRONTEGG_BASE_URL"); raw != "" {
		cfg.rawBase = &rawBase{"FRONTEGG_BASE_URL", raw}
	}
	if region := Region(strings.ToLower(cfg.variable("FRONTEGG_REGION"))); region != "" {
		if _, known := regionURLs[region]; !known {
			cfg.errs.add("FRONTEGG_REGION", "must be "+regionNames)
		}
		cfg.region = region
	}
}

// variable returns the value of an environment variable. Quotes around it are a common
// mistake: files of variables often keep them.
func (cfg *clientConfig) variable(name string) string {
	value := cfg.env(name)
	if len(value) > 1 && value[0] == value[len(value)-1] && strings.ContainsRune("\"'`", rune(value[0])) {
		cfg.errs.add(name, "is in quotes: remove them")
	}
	return value
}

// baseURL returns the base URL of all requests.
func (cfg *clientConfig) baseURL() *url.URL {
	if cfg.rawBase == nil {
		base, _ := validate.BaseURL(regionURLs[cmp.Or(cfg.region, RegionEU)], false)
		return base
	}
	base, reason := validate.BaseURL(cfg.rawBase.url, cfg.insecure)
	if reason == "" && cfg.region != "" {
		reason = "must not be used with a region"
		if cfg.rawBase.field == "FRONTEGG_BASE_URL" {
			reason += ": unset it or FRONTEGG_REGION"
		}
	}
	cfg.errs.add(cfg.rawBase.field, reason)
	return base
}

func (cfg *clientConfig) build(base *url.URL) *Client {
	sh := &shared{needsTenant: cfg.login != nil && cfg.login.op == op.AuthVendor, fromEnv: cfg.env != nil}
	next := cfg.transport
	if next == nil {
		sh.owned = transport.New()
		next = sh.owned
		// A client that is not closed does not keep idle connections.
		runtime.AddCleanup(sh, (*transport.Transport).CloseIdleConnections, sh.owned)
	}
	logger := cfg.logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	agent := "frontegg-go/" + Version
	if cfg.application != "" {
		agent += " " + cfg.application
	}
	sh.pipeline = &pipeline.Pipeline{
		Base: base, Transport: next, UserAgent: agent, Policy: cfg.policy(),
		Redact: redact.New(cfg.secrets...), Logger: logger,
	}
	if cfg.debug != nil {
		sh.pipeline.Transport = &debug.Transport{Next: next, Redact: sh.pipeline.Redact, W: cfg.debug}
	}
	sh.pipeline.Tokens = token.NewCache(recoverPanics(cfg.fetch(sh.pipeline), sh.pipeline.Redact))
	if cfg.hook != nil {
		sh.pipeline.Hook = cfg.hook.observe(sh.pipeline)
	}
	if cfg.limiter != nil {
		sh.pipeline.Limiter = sharedLimiter(cfg.limiter, sh.pipeline)
	}
	sh.pipeline.Init()
	c := &Client{shared: sh, defaults: new(cfg.callDefaults)}
	c.setServices(&service{client: c})
	return c
}

// fetch returns the function that gets the tokens of the client.
func (cfg *clientConfig) fetch(p *pipeline.Pipeline) func(context.Context) (*token.Token, error) {
	if cfg.login != nil {
		return cfg.login.fetch(p)
	}
	return userTokens(cfg.tokens, p.Redact)
}

// policy returns the retry policy, with defaults for zero fields.
func (cfg *clientConfig) policy() retry.Policy {
	p := retry.Policy{MaxAttempts: 4, AttemptTimeout: 30 * time.Second, MaxElapsed: 2 * time.Minute, MaxWait: 75 * time.Second}
	if cfg.retry.MaxAttempts > 0 {
		p.MaxAttempts = cfg.retry.MaxAttempts
	}
	if cfg.retry.AttemptTimeout > 0 {
		p.AttemptTimeout = cfg.retry.AttemptTimeout
	}
	if cfg.httpTimeout > 0 {
		p.AttemptTimeout = min(p.AttemptTimeout, cfg.httpTimeout)
	}
	if cfg.retry.MaxElapsed > 0 {
		p.MaxElapsed = cfg.retry.MaxElapsed
	}
	if cfg.retry.MaxWait != 0 {
		p.MaxWait = cfg.retry.MaxWait
	}
	return p
}
