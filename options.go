package frontegg

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/redact"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// ClientOption configures a [Client]. The With functions return them.
type ClientOption interface{ applyToClient(*clientConfig) }

// ReadOption configures one call of an operation that returns groups. The With
// functions return them.
type ReadOption interface{ applyToCall(*callOptions) }

// RequestOption configures one call of any operation. The With functions return
// them.
type RequestOption interface {
	ReadOption
	everyOperation()
}

// Option configures a [Client], as the default for its calls, or one call.
type Option interface {
	ClientOption
	RequestOption
}

// callDefaults are the options that a client sets for its calls.
type callDefaults struct {
	tenant      string // empty: none
	environment string
	header      redact.Opaque[[]pipeline.Header]
	timeout     time.Duration
	errs        validationErrs
}

// callOptions is the result of the options of one call.
type callOptions struct {
	callDefaults
	response  *Response
	relations Relations
}

// validationErrs are all errors in options. NewClient returns them together.
type validationErrs []ValidationError

func (e *validationErrs) add(field, reason string) {
	if reason != "" {
		*e = append(slices.Clip(*e), ValidationError{Field: field, Reason: reason})
	}
}

// addTenant adds the error of an invalid tenant ID. An empty one gives [ErrTenantRequired].
func (e *validationErrs) addTenant(field, id string) {
	e.add(field, validate.HeaderID(id))
	if id == "" {
		(*e)[len(*e)-1].cause = ErrTenantRequired
	}
}

type (
	clientOption func(*clientConfig)
	callOption   func(*callDefaults)
	readOption   func(*callOptions)
	// responseOption is not for a client, unlike a callOption.
	responseOption func(*callOptions)
)

func (o clientOption) applyToClient(cfg *clientConfig) { o(cfg) }
func (o callOption) applyToClient(cfg *clientConfig)   { o(&cfg.callDefaults) }
func (o callOption) applyToCall(c *callOptions)        { o(&c.callDefaults) }
func (o callOption) everyOperation()                   {}
func (o readOption) applyToCall(c *callOptions)        { o(c) }
func (o responseOption) applyToCall(c *callOptions)    { o(c) }
func (o responseOption) everyOperation()               {}

// Region is a region of Frontegg's cloud.
type Region string

// The regions.
const (
	// RegionEU is the European Union (https://api.frontegg.com), the default.
	RegionEU Region = "eu"
	// RegionUS is the United States (https://api.us.frontegg.com).
	RegionUS Region = "us"
	// RegionCA is Canada (https://api.ca.frontegg.com).
	RegionCA Region = "ca"
	// RegionAU is Australia (https://api.au.frontegg.com).
	RegionAU Region = "au"
	// RegionUK is the United Kingdom (https://api.uk.frontegg.com).
	RegionUK Region = "uk"
)

// RetryPolicy limits retries and waits. Zero fields mean the defaults. Which requests
// are retried is not an option: it depends on the operation and the error.
type RetryPolicy struct {
	// MaxAttempts is the maximum number of attempts; default 4. 1 disables retries. A 401
	// is retried once with a new token even if MaxAttempts is reached.
	MaxAttempts int
	// AttemptTimeout is the timeout of one attempt, including the body; default 30 s.
	AttemptTimeout time.Duration
	// MaxElapsed is the timeout of a request with its retries and waits; default
	// 2 min. A call of several requests, such as AddUsers with more than 500 IDs, has
	// it for each. [WithTimeout] replaces it.
	MaxElapsed time.Duration
	// MaxWait is the longest wait for a rate limit; default 75 s. If the limit lasts
	// longer, the call returns a [*RateLimitError] at once. Negative: never wait.
	MaxWait time.Duration
}

// Response holds the metadata of an HTTP response. See [WithResponse].
type Response struct {
	StatusCode int
	// Header is the response header, with secrets removed.
	Header http.Header
	// TraceID identifies the request for Frontegg's support.
	TraceID string
	// Attempts is the number of requests of the call.
	Attempts  int
	RateLimit RateLimit
}

// RateLimit is the rate limit of a route, as a response describes it. Fields that the
// response does not have are zero.
type RateLimit struct {
	Limit, Remaining int
	Reset            time.Time // the end of the window, on the server's clock
}

// Relations are the lists that a group is returned with.
type Relations string

// The relations.
const (
	// RelationsRoles requests [Group.Roles].
	RelationsRoles Relations = "roles"
	// RelationsUsers requests [Group.Users].
	RelationsUsers Relations = "users"
	// RelationsRolesAndUsers requests both.
	RelationsRolesAndUsers Relations = "rolesAndUsers"
)

func (r Relations) roles() bool { return r == RelationsRoles || r == RelationsRolesAndUsers }
func (r Relations) users() bool { return r == RelationsUsers || r == RelationsRolesAndUsers }

// WithCredentials authenticates with the client ID and API key of an environment (POST
// /auth/vendor). Such a client can act on every tenant of the environment, so calls
// require one: see [WithTenant] and [Client.ForTenant].
func WithCredentials(clientID, apiKey string) ClientOption {
	return clientOption(func(cfg *clientConfig) {
		cfg.addCredentials(optionNames("WithCredentials"), op.AuthVendor, clientID, apiKey)
	})
}

// WithAPIToken authenticates with the client ID and secret of an API token of a tenant
// or user (POST /identity/resources/auth/v2/api-token, or v1 if the deployment does not
// have v2). The token includes the tenant, so calls do not require one.
func WithAPIToken(clientID, secret string) ClientOption {
	return clientOption(func(cfg *clientConfig) {
		cfg.addCredentials(optionNames("WithAPIToken"), op.AuthAPIToken, clientID, secret)
	})
}

// WithToken authenticates with an access token that the caller already has. When it has
// expired, calls return [ErrUnauthorized].
func WithToken(jwt string) ClientOption {
	return clientOption(func(cfg *clientConfig) {
		cfg.errs.add("WithToken", validate.Token(jwt))
		cfg.addSource("WithToken", fixedToken{Secret(jwt)})
		cfg.secrets = append(cfg.secrets, jwt)
	})
}

// WithTokenSource authenticates with the tokens of ts, which must not be nil.
func WithTokenSource(ts TokenSource) ClientOption {
	return clientOption(func(cfg *clientConfig) {
		if ts == nil {
			cfg.errs.add("WithTokenSource", "must not be nil")
		}
		cfg.addSource("WithTokenSource", ts)
	})
}

// WithRegion sets the region. The default is [RegionEU].
func WithRegion(r Region) ClientOption {
	return clientOption(func(cfg *clientConfig) {
		if _, known := regionURLs[r]; !known {
			cfg.errs.add("WithRegion", "must be "+regionNames)
		}
		cfg.region = r
	})
}

// WithBaseURL sends requests to rawURL instead of a region: the subdomain of a
// workspace, a custom domain, a proxy or a test server. It must be https, or http on
// loopback or with [WithInsecureHTTP], without user info, query and fragment. A path prefix
// is kept.
func WithBaseURL(rawURL string) ClientOption {
	return clientOption(func(cfg *clientConfig) { cfg.rawBase = &rawBase{"WithBaseURL", rawURL} })
}

// WithInsecureHTTP allows a base URL with http:// for every host, not only for loopback. The
// API key and the tokens are sent without encryption, so use it only in a network where
// nobody else listens: to a sidecar or in a compose network.
func WithInsecureHTTP() ClientOption {
	return clientOption(func(cfg *clientConfig) { cfg.insecure = true })
}

// WithHTTPClient sends requests with the Transport of hc. hc is not changed. Its Timeout,
// if not zero, is also the timeout of an attempt. Redirects are not followed and no
// cookies are stored, whatever hc says. A Transport must not follow redirects itself: it
// would send the token to another host. If hc has no Transport, the client creates its
// own, as without this option.
//
// That transport is a copy of http.DefaultTransport from the time of [NewClient], with more
// idle connections. But while http.DefaultTransport is not an *http.Transport, requests are
// sent with it. So a mock that replaces http.DefaultTransport, such as httpmock or gock, sees
// the requests of all such clients from its activation until its deactivation.
func WithHTTPClient(hc *http.Client) ClientOption {
	return clientOption(func(cfg *clientConfig) {
		if hc == nil {
			cfg.errs.add("WithHTTPClient", "must not be nil")
			return
		}
		cfg.transport, cfg.httpTimeout = hc.Transport, hc.Timeout
	})
}

// WithRetry sets the limits of retries and waits.
func WithRetry(p RetryPolicy) ClientOption {
	return clientOption(func(cfg *clientConfig) {
		if p.MaxAttempts < 0 || p.AttemptTimeout < 0 || p.MaxElapsed < 0 {
			cfg.errs.add("WithRetry", "must not have negative fields other than MaxWait")
		}
		cfg.retry = p
	})
}

// WithLogger logs to l. The default, also for nil, is not to log. Attempts are logged at
// Debug, waits for a rate limit at Info and retries at Warn.
func WithLogger(l *slog.Logger) ClientOption {
	return clientOption(func(cfg *clientConfig) { cfg.logger = l })
}

// WithDebug writes every request and response to w as text: each attempt, with its URL,
// headers and the first 4 KiB of its body. Tokens, API keys and headers that may have
// secrets are replaced by [REDACTED]; a successful response to a token request has no body.
// Everything else is shown, such as the names of groups and the e-mail addresses of users.
//
// Each request and each response is one call of w.Write, which is not called concurrently.
// The errors of w are ignored. A call waits for w. nil means not to write.
func WithDebug(w io.Writer) ClientOption {
	return clientOption(func(cfg *clientConfig) { cfg.debug = w })
}

// WithApplication adds the name and version of the program to the User-Agent. The
// version may be empty.
func WithApplication(name, version string) ClientOption {
	return clientOption(func(cfg *clientConfig) {
		cfg.errs.add("WithApplication name", validate.Product(name))
		cfg.application = name
		if version != "" {
			cfg.errs.add("WithApplication version", validate.Product(version))
			cfg.application += "/" + version
		}
	})
}

// WithTenant sets the tenant that calls act on (frontegg-tenant-id). It is required with
// [WithCredentials]; a user or API token includes its tenant. Operations on the
// environment, such as Config, do not send it.
//
// The tenant of a call takes precedence over that of [Client.ForTenant], and that over the
// tenant of the client. An empty ID does not remove the tenant but causes [ErrTenantRequired].
func WithTenant(id string) Option {
	return callOption(func(d *callDefaults) {
		d.errs.addTenant("WithTenant", id)
		d.tenant = id
	})
}

// WithEnvironment sets the environment (frontegg-environment-id) by its client ID, for
// credentials of a whole Frontegg account. Without it, they act on the development
// environment.
func WithEnvironment(id string) Option {
	return callOption(func(d *callDefaults) {
		d.errs.add("WithEnvironment", validate.HeaderID(id))
		d.environment = id
	})
}

// WithHeader adds a header to requests. It cannot set the client's own headers, such as
// Authorization and the tenant.
func WithHeader(key, value string) Option {
	return callOption(func(d *callDefaults) {
		if reason := validate.Header(key, value); reason != "" {
			if validate.HeaderName(key) != "" {
				key = "" // it may be a whole header, with a secret
			}
			d.errs.add(fmt.Sprintf("WithHeader %.40q", key), reason)
			return
		}
		header := slices.Clip(d.header.Value()) // a call must not write into the client's list
		d.header = redact.Hide(append(header, pipeline.Header{Key: http.CanonicalHeaderKey(key), Value: value}))
	})
}

// WithTimeout sets the timeout of a call, including waits and retries. It applies to all
// requests of a call together, such as those of BulkGet, but to each page of All.
func WithTimeout(d time.Duration) Option {
	return callOption(func(defaults *callDefaults) {
		if d <= 0 {
			defaults.errs.add("WithTimeout", "must be positive")
		}
		defaults.timeout = d
	})
}

// WithResponse sets dst to the metadata of the response, on success and on [*APIError].
// If there is no response, dst is zero. A call of several requests sets it to the last
// one. dst must not be nil.
func WithResponse(dst *Response) RequestOption {
	return responseOption(func(c *callOptions) {
		if dst == nil {
			c.errs.add("WithResponse", "must not be nil")
		}
		c.response = dst
	})
}

// WithRelations requests the roles or users of the groups, or both. Without it they are
// nil.
func WithRelations(r Relations) ReadOption {
	return readOption(func(c *callOptions) {
		if !r.roles() && !r.users() {
			c.errs.add("WithRelations", "must be roles, users or rolesAndUsers")
		}
		c.relations = r
	})
}
