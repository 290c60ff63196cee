package frontegg

import (
	"net/http"
	"os"

	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// Version is the version of this library, as its User-Agent tells it.
const Version = "0.1.0"

// Client calls Frontegg. Make one with [NewClient] and share it: it keeps the
// token, the connections and what it knows of rate limits. It is immutable and
// safe for concurrent use.
type Client struct {
	// Groups is the API of user groups.
	Groups *GroupsService

	core     *core
	defaults *defaults
	view     bool
}

// core is what a client and its tenant views share.
type core struct {
	pipeline    *pipeline.Pipeline
	owned       *http.Transport // made by the client itself; nil: the caller's
	needsTenant bool
}

// NewClient returns a client. It needs credentials: one of [WithCredentials],
// [WithAPIToken], [WithToken] and [WithTokenSource]. Nothing is sent; a wrong
// secret shows with the first call.
//
// Every bad option is reported, joined: use errors.As for [*ValidationError].
func NewClient(opts ...ClientOption) (*Client, error) {
	s := &settings{op: "NewClient"}
	return s.client(opts)
}

// NewClientFromEnv returns a client configured by the environment:
//
//	FRONTEGG_CLIENT_ID, FRONTEGG_API_KEY   credentials of an environment
//	FRONTEGG_TENANT_ID                     optional, the account to act on
//	FRONTEGG_REGION                        optional, eu, us, ca or au
//	FRONTEGG_BASE_URL                      optional, instead of a region
//
// Explicit options win over variables.
func NewClientFromEnv(opts ...ClientOption) (*Client, error) {
	s := &settings{op: "NewClientFromEnv", env: os.Getenv}
	return s.client(opts)
}

// ForTenant returns a view of the client whose calls act on the account
// tenantID. It is cheap, and shares tokens, connections and limits with c: make
// one for each request if that is convenient. With an id that is not 1 to 256
// visible ASCII characters every call is a [*ValidationError].
func (c *Client) ForTenant(tenantID string) *Client {
	if c.core == nil { // not made by NewClient, as every call will say
		return c
	}
	v := &struct {
		client   Client
		groups   GroupsService
		defaults defaults
	}{}
	v.defaults = *c.defaults
	v.defaults.tenant = tenantID
	v.defaults.problems.add("ForTenant", validate.HeaderID(tenantID))
	v.groups.client = &v.client
	v.client = Client{Groups: &v.groups, core: c.core, defaults: &v.defaults, view: true}
	return &v.client
}

// Close stops a token fetch under way and frees the connections that the client
// made itself; a Transport given by [WithHTTPClient] is left alone. Nothing is
// sent from then on: later calls fail, and one that waits fails when its wait
// ends; an answer under way is still read. On a view from [Client.ForTenant] it does nothing. A client that is not
// closed leaks nothing. The error is always nil.
func (c *Client) Close() error {
	if c.view || c.core == nil {
		return nil
	}
	c.core.pipeline.Close()
	if c.core.owned != nil {
		c.core.owned.CloseIdleConnections()
	}
	return nil
}
