package frontegg

import (
	"net/http"
	"os"

	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// Version is the version of this library, which its User-Agent includes.
const Version = "0.1.0"

// Client is a client for Frontegg's API. Create it with [NewClient] and share it: it
// keeps the token, the connections and the state of rate limits. It is immutable and safe
// for concurrent use.
//
// Methods of the services of a nil or zero Client return a [*ValidationError].
type Client struct {
	// Groups is the API of user groups.
	Groups *GroupsService
	// Users, Roles and Tenants find the IDs of users, roles and tenants. They change
	// nothing.
	Users   *UsersService
	Roles   *RolesService
	Tenants *TenantsService

	shared   *shared
	defaults *callDefaults
	view     bool
}

// shared is what a client and its tenant views share.
type shared struct {
	pipeline    *pipeline.Pipeline
	owned       *http.Transport // created by the client; nil: the caller's
	needsTenant bool
}

// NewClient returns a client. It requires credentials: one of [WithCredentials],
// [WithAPIToken], [WithToken] and [WithTokenSource]. It sends nothing; a wrong secret is an
// error of the first call.
//
// The errors of all options are returned together; errors.As finds a [*ValidationError].
func NewClient(opts ...ClientOption) (*Client, error) {
	s := &clientConfig{op: "NewClient"}
	return s.client(opts)
}

// NewClientFromEnv returns a client that is configured by environment variables:
//
//	FRONTEGG_CLIENT_ID, FRONTEGG_API_KEY   credentials of an environment
//	FRONTEGG_TENANT_ID                     optional, the tenant to act on
//	FRONTEGG_REGION                        optional, eu, us, ca, au or uk
//	FRONTEGG_BASE_URL                      optional, instead of a region
//
// Options take precedence over variables.
func NewClientFromEnv(opts ...ClientOption) (*Client, error) {
	s := &clientConfig{op: "NewClientFromEnv", env: os.Getenv}
	return s.client(opts)
}

// ForTenant returns a view of the client whose calls act on the tenant tenantID. It is
// cheap and shares tokens, connections and rate limits with c, so a program can create one
// for each request. If tenantID is not 1 to 256 visible ASCII characters, every call
// returns a [*ValidationError].
func (c *Client) ForTenant(tenantID string) *Client {
	if c == nil || c.shared == nil { // every call returns an error
		return &Client{}
	}
	v := &struct {
		client   Client
		service  service
		defaults callDefaults
	}{}
	v.defaults = *c.defaults
	v.defaults.tenant = tenantID
	v.defaults.errs.add("ForTenant", validate.HeaderID(tenantID))
	v.service.client = &v.client
	v.client = Client{shared: c.shared, defaults: &v.defaults, view: true}
	v.client.setServices(&v.service)
	return &v.client
}

// setServices sets the services of the client, which all are s.
func (c *Client) setServices(s *service) {
	c.Groups, c.Users, c.Roles, c.Tenants = (*GroupsService)(s), (*UsersService)(s), (*RolesService)(s), (*TenantsService)(s)
}

// Close cancels a running token request and closes the idle connections that the client
// created. A Transport of [WithHTTPClient] is not closed. After Close nothing is sent:
// later calls return an error, and a call that waits returns one when its wait ends. A
// response that is being received is still read. Close does nothing on a view of
// [Client.ForTenant]. A client that is not closed leaks nothing. The error is always nil.
func (c *Client) Close() error {
	if c == nil || c.shared == nil || c.view {
		return nil
	}
	c.shared.pipeline.Close()
	if c.shared.owned != nil {
		c.shared.owned.CloseIdleConnections()
	}
	return nil
}
