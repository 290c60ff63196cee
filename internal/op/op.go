// Package op is the table of operations. A row has everything about an operation
// that does not depend on a call: the pipeline, the logs, the errors and the tests
// use it. It does not know how a request is sent.
package op

import "net/http"

// Class determines whether an operation may be retried when the outcome of an attempt
// is unknown.
type Class uint8

// The classes. Each row is made by the function named after its class, so none can be
// without a class.
const (
	// Idempotent operations have the same effect however often they are processed.
	Idempotent Class = iota + 1
	// NonIdempotent operations are retried only if the request was provably not
	// processed.
	NonIdempotent
)

// Scope determines whether an operation sends a token and a tenant.
type Scope uint8

// The scopes.
const (
	// Tenant operations send a token and a tenant.
	Tenant Scope = iota + 1
	// Environment operations send a token and no tenant.
	Environment
	// Anonymous operations send neither: they obtain a token.
	Anonymous
)

// Result is the expected body of a successful response.
type Result uint8

// The results.
const (
	// Document is a JSON document, which is required.
	Document Result = iota + 1
	// OptionalDocument is a JSON document that some deployments omit.
	OptionalDocument
	// NoDocument means that the body is ignored.
	NoDocument
)

// Operation is a row of the table.
type Operation struct {
	Name   string // as errors and logs show it, like "groups.create"
	Method string
	Route  string // the path template below the base URL
	Scope  Scope
	Class  Class
	Result Result
}

// groups is the path of the operations on groups.
const groups = "/identity/resources/groups/v1"

// The operations.
var (
	List         = idempotent("groups.list", http.MethodGet, groups, Tenant, Document)
	Create       = nonIdempotent("groups.create", http.MethodPost, groups, Tenant, Document)
	BulkGet      = idempotent("groups.bulkGet", http.MethodPost, groups+"/bulkGet", Tenant, Document)
	Get          = idempotent("groups.get", http.MethodGet, groups+"/{id}", Tenant, Document)
	Update       = idempotent("groups.update", http.MethodPatch, groups+"/{id}", Tenant, OptionalDocument)
	Delete       = idempotent("groups.delete", http.MethodDelete, groups+"/{id}", Tenant, NoDocument)
	Config       = idempotent("groups.config", http.MethodGet, groups+"/config", Environment, Document)
	UpdateConfig = idempotent("groups.updateConfig", http.MethodPost, groups+"/config", Environment, NoDocument)
	AddRoles     = idempotent("groups.addRoles", http.MethodPost, groups+"/{groupId}/roles", Tenant, NoDocument)
	RemoveRoles  = idempotent("groups.removeRoles", http.MethodDelete, groups+"/{groupId}/roles", Tenant, NoDocument)
	AddUsers     = idempotent("groups.addUsers", http.MethodPost, groups+"/{groupId}/users", Tenant, NoDocument)
	RemoveUsers  = idempotent("groups.removeUsers", http.MethodDelete, groups+"/{groupId}/users", Tenant, NoDocument)
	ListPage     = idempotent("groups.listPage", http.MethodGet, "/identity/resources/groups/v2", Tenant, Document)

	ListUsersPage   = idempotent("users.listPage", http.MethodGet, "/identity/resources/users/v3", Tenant, Document)
	GroupIDsOfUsers = idempotent("users.groupIDs", http.MethodGet, "/identity/resources/users/v3/groups", Tenant, Document)
	RoleIDsOfUsers  = idempotent("users.roleIDs", http.MethodGet, "/identity/resources/users/v3/roles", Tenant, Document)
	ListRolesPage   = idempotent("roles.listPage", http.MethodGet, "/identity/resources/roles/v2", Tenant, Document)
	ListTenantsPage = idempotent("tenants.listPage", http.MethodGet, "/tenants/resources/tenants/v2", Environment, Document)

	AuthVendor   = idempotent("auth.vendor", http.MethodPost, "/auth/vendor", Anonymous, Document)
	AuthAPIToken = idempotent("auth.apiToken", http.MethodPost, "/identity/resources/auth/v2/api-token", Anonymous, Document)

	// AuthAPITokenV1 is for deployments without AuthAPIToken.
	AuthAPITokenV1 = idempotent("auth.apiTokenV1", http.MethodPost, "/identity/resources/auth/v1/api-token", Anonymous, Document)
)

var all []*Operation

// All returns every operation, in the order of the table.
func All() []*Operation { return all }

func idempotent(name, method, route string, scope Scope, result Result) *Operation {
	return add(Operation{Name: name, Method: method, Route: route, Scope: scope, Class: Idempotent, Result: result})
}

func nonIdempotent(name, method, route string, scope Scope, result Result) *Operation {
	return add(Operation{Name: name, Method: method, Route: route, Scope: scope, Class: NonIdempotent, Result: result})
}

func add(o Operation) *Operation {
	all = append(all, &o)
	return &o
}
