package frontegg

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// ClientOption configures a [Client]. The With functions make them.
type ClientOption interface{ applyToClient(*settings) }

// ReadOption configures one call of an operation that returns groups. The With
// functions make them.
type ReadOption interface{ applyToCall(*callOptions) }

// RequestOption configures one call of any operation. The With functions make
// them.
type RequestOption interface {
	ReadOption
	everyOperation()
}

// Option configures a [Client], as the default of its calls, or one call, for
// that call.
type Option interface {
	ClientOption
	RequestOption
}

// defaults is what a call takes from its client unless it says otherwise.
type defaults struct {
	tenant      string // empty: none
	environment string
	header      []pipeline.Header
	timeout     time.Duration
	problems    problems
}

// callOptions is what the options of one call amount to.
type callOptions struct {
	defaults
	response  *Response
	relations Relations
}

// problems collects what is wrong with options, so that all can be told.
type problems []ValidationError

func (p *problems) add(field, reason string) {
	if reason != "" {
		*p = append(slices.Clip(*p), ValidationError{Field: field, Reason: reason})
	}
}

type (
	clientOption func(*settings)
	callOption   func(*defaults)
	readOption   func(*callOptions)
	// responseOption has no place on a client, unlike a callOption.
	responseOption func(*callOptions)
)

func (o clientOption) applyToClient(s *settings)    { o(s) }
func (o callOption) applyToClient(s *settings)      { o(&s.defaults) }
func (o callOption) applyToCall(c *callOptions)     { o(&c.defaults) }
func (o callOption) everyOperation()                {}
func (o readOption) applyToCall(c *callOptions)     { o(c) }
func (o responseOption) applyToCall(c *callOptions) { o(c) }
func (o responseOption) everyOperation()            {}

// Region is a region of Frontegg's cloud.
type Region string

// The regions.
const (
	// RegionEU is the European Union, the default: https://api.frontegg.com.
	RegionEU Region = "eu"
	// RegionUS is the United States: https://api.us.frontegg.com.
	RegionUS Region = "us"
	// RegionCA is Canada: https://api.ca.frontegg.com.
	RegionCA Region = "ca"
	// RegionAU is Australia: https://api.au.frontegg.com.
	RegionAU Region = "au"
)

// RetryPolicy bounds what the client does about failures that may pass. Zero
// fields mean the defaults. What is repeated at all is not a setting: it depends
// on the operation.
type RetryPolicy struct {
	// MaxAttempts is how often a request is sent in all; default 4, and 1 turns
	// retries off. The replay after a refused token is no retry.
	MaxAttempts int
	// AttemptTimeout bounds one attempt, body included; default 30 s.
	AttemptTimeout time.Duration
	// MaxElapsed bounds a request with its retries and waits; default 2 min. A
	// call of several requests, such as AddUsers with more than 500 ids, has it
	// for each. [WithTimeout] takes its place.
	MaxElapsed time.Duration
	// MaxWait is the longest wait for a rate limit; default 75 s. A longer one
	// is a [*RateLimitError] at once. Negative: never wait for a limit.
	MaxWait time.Duration
}

// Response is what an answer says besides its body. See [WithResponse].
type Response struct {
	StatusCode int
	// Header is the answer's header, secrets removed.
	Header http.Header
	// TraceID names the request; Frontegg's support asks for it.
	TraceID string
	// Attempts counts the requests of the call.
	Attempts  int
	RateLimit RateLimit
}

// RateLimit is what an answer says of the limit of its route. Fields are zero
// where it said nothing.
type RateLimit struct {
	Limit, Remaining int
	Reset            time.Time // when the window ends, on the server's clock
}

// Relations says which lists a group comes with.
type Relations string

// The relations.
const (
	// RelationsRoles asks for [Group.Roles].
	RelationsRoles Relations = "roles"
	// RelationsUsers asks for [Group.Users].
	RelationsUsers Relations = "users"
	// RelationsRolesAndUsers asks for both.
	RelationsRolesAndUsers Relations = "rolesAndUsers"
)

func (r Relations) roles() bool { return r == RelationsRoles || r == RelationsRolesAndUsers }
func (r Relations) users() bool { return r == RelationsUsers || r == RelationsRolesAndUsers }

// WithCredentials authenticates with the client id and API key of an
// environment (POST /auth/vendor). Such a client acts on any account of the
// environment, so calls must name one: see [WithTenant] and [Client.ForTenant].
func WithCredentials(clientID, apiKey string) ClientOption {
	return clientOption(func(s *settings) { s.credentials("WithCredentials", op.AuthVendor, clientID, apiKey) })
}

// WithAPIToken authenticates with the client id and secret of an account's or
// user's API token (POST /identity/resources/auth/v2/api-token). The token names
// the account, so calls need no tenant.
func WithAPIToken(clientID, secret string) ClientOption {
	return clientOption(func(s *settings) { s.credentials("WithAPIToken", op.AuthAPIToken, clientID, secret) })
}

// WithToken authenticates with a token that the caller already holds. When the
// server refuses it, calls end with [ErrUnauthorized].
func WithToken(jwt string) ClientOption {
	return clientOption(func(s *settings) {
		s.problems.add("WithToken", validate.Token(jwt))
		s.source("WithToken", fixedToken{Secret(jwt)})
		s.secrets = append(s.secrets, jwt)
	})
}

// WithTokenSource authenticates with the tokens of ts.
func WithTokenSource(ts TokenSource) ClientOption {
	return clientOption(func(s *settings) {
		if ts == nil {
			s.problems.add("WithTokenSource", "is nil")
		}
		s.source("WithTokenSource", ts)
	})
}

// WithRegion chooses the region; default [RegionEU].
func WithRegion(r Region) ClientOption {
	return clientOption(func(s *settings) {
		if _, known := regionURLs[r]; !known {
			s.problems.add("WithRegion", "is not eu, us, ca or au")
		}
		s.region = r
	})
}

// WithBaseURL sends requests to rawURL instead of a region: an account's own
// sub-domain, a custom domain, a proxy, a test server. It must be https, or http
// on loopback, without user info, query or fragment. A path prefix is kept.
func WithBaseURL(rawURL string) ClientOption {
	return clientOption(func(s *settings) {
		base, reason := validate.BaseURL(rawURL)
		s.problems.add("WithBaseURL", reason)
		s.base = base
	})
}

// WithHTTPClient sends requests through the Transport of hc, which is not
// changed; its Timeout, if set, bounds each attempt. Redirects are not followed
// and no cookies are kept, whatever hc says; a Transport that follows redirects by
// itself would take the token along, and must not be used. Without a Transport the
// client makes its own, as it does without this option.
func WithHTTPClient(hc *http.Client) ClientOption {
	return clientOption(func(s *settings) {
		if hc == nil {
			s.problems.add("WithHTTPClient", "is nil")
			return
		}
		s.transport, s.httpTimeout = hc.Transport, hc.Timeout
	})
}

// WithRetry sets the bounds for retries and waits.
func WithRetry(p RetryPolicy) ClientOption {
	return clientOption(func(s *settings) {
		if p.MaxAttempts < 0 || p.AttemptTimeout < 0 || p.MaxElapsed < 0 {
			s.problems.add("WithRetry", "has a negative field other than MaxWait")
		}
		s.retry = p
	})
}

// WithLogger logs to l; the default, also for nil, is silence. Each attempt is
// logged at Debug, a wait for a rate limit at Info, a retry at Warn.
func WithLogger(l *slog.Logger) ClientOption {
	return clientOption(func(s *settings) { s.logger = l })
}

// WithApplication adds the name and version of the calling program to the
// User-Agent. The version may be empty.
func WithApplication(name, version string) ClientOption {
	return clientOption(func(s *settings) {
		s.problems.add("WithApplication name", validate.Product(name))
		s.application = name
		if version != "" {
			s.problems.add("WithApplication version", validate.Product(version))
			s.application += "/" + version
		}
	})
}

// WithTenant names the account that calls act on (frontegg-tenant-id). It is
// needed with [WithCredentials]; a user or API token names its account itself.
// Config and UpdateConfig never send it.
func WithTenant(id string) Option {
	return callOption(func(d *defaults) {
		d.problems.add("WithTenant", validate.HeaderID(id))
		d.tenant = id
	})
}

// WithEnvironment chooses the environment (frontegg-environment-id), by its
// client id, for a token that was made for the whole Frontegg account.
func WithEnvironment(id string) Option {
	return callOption(func(d *defaults) {
		d.problems.add("WithEnvironment", validate.HeaderID(id))
		d.environment = id
	})
}

// WithHeader adds a header to requests. The client's own headers, such as
// Authorization and the tenant, cannot be set so.
func WithHeader(key, value string) Option {
	return callOption(func(d *defaults) {
		if reason := validate.Header(key, value); reason != "" {
			d.problems.add(fmt.Sprintf("WithHeader %.40q", key), reason)
			return
		}
		key := http.CanonicalHeaderKey(key)
		d.header = slices.DeleteFunc(slices.Clone(d.header), func(h pipeline.Header) bool { return h.Key == key })
		d.header = append(d.header, pipeline.Header{Key: key, Value: value})
	})
}

// WithTimeout bounds a whole call, waits and retries included. A call of several
// requests, such as BulkGet, has it once; a walk with All has it for each page.
func WithTimeout(d time.Duration) Option {
	return callOption(func(s *defaults) {
		if d <= 0 {
			s.problems.add("WithTimeout", "is not positive")
		}
		s.timeout = d
	})
}

// WithResponse fills dst with what the answer says besides its body, on success
// and on [*APIError]. A call of several requests fills it with the last one.
func WithResponse(dst *Response) RequestOption {
	return responseOption(func(c *callOptions) {
		if dst == nil {
			c.problems.add("WithResponse", "is nil")
		}
		c.response = dst
	})
}

// WithRelations asks for the roles or users of the groups, or both. Without it
// they are nil.
func WithRelations(r Relations) ReadOption {
	return readOption(func(c *callOptions) {
		switch r {
		case RelationsRoles, RelationsUsers, RelationsRolesAndUsers:
		default:
			c.problems.add("WithRelations", "is not one of roles, users, rolesAndUsers")
		}
		c.relations = r
	})
}
