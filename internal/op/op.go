// Package op is the table of operations. A row says everything about an
// operation that does not depend on a call: it drives the pipeline, the logs,
// the errors and the tests. It knows nothing of how a request is sent.
package op

import "net/http"

// Class says whether an operation may be sent again when it is open whether an
// earlier attempt ran.
type Class uint8

// The classes. A row of the table begins with its class, so that there is none
// without.
const (
	// Repeatable operations end in the same state however often they run.
	Repeatable Class = iota + 1
	// Once operations are sent again only where they provably did not run.
	Once
)

// Scope says whose token and headers an operation carries.
type Scope uint8

// The scopes.
const (
	// Tenant operations carry a token and act on one account.
	Tenant Scope = iota + 1
	// Environment operations carry a token and no tenant.
	Environment
	// Anonymous operations get a token and carry none.
	Anonymous
)

// Answer says what the body of a success holds.
type Answer uint8

// The answers.
const (
	// Document is a JSON document that must be there and be read.
	Document Answer = iota + 1
	// MaybeDocument is a document that some deployments leave out.
	MaybeDocument
	// Nothing is an empty body, or any body.
	Nothing
)

// Operation is one row of the table.
type Operation struct {
	Name   string // as errors and logs show it, like "groups.create"
	Method string
	Route  string // the path template below the base URL
	Scope  Scope
	Class  Class
	Answer Answer
	Index  int // place in All, so that per-route state can live in a slice
}

// groups is the path that all operations on groups share.
const groups = "/identity/resources/groups/v1"

// The operations.
var (
	List         = repeatable("groups.list", http.MethodGet, groups, Tenant, Document)
	Create       = once("groups.create", http.MethodPost, groups, Tenant, Document)
	BulkGet      = repeatable("groups.bulkGet", http.MethodPost, groups+"/bulkGet", Tenant, Document)
	Get          = repeatable("groups.get", http.MethodGet, groups+"/{id}", Tenant, Document)
	Update       = repeatable("groups.update", http.MethodPatch, groups+"/{id}", Tenant, MaybeDocument)
	Delete       = repeatable("groups.delete", http.MethodDelete, groups+"/{id}", Tenant, Nothing)
	Config       = repeatable("groups.config", http.MethodGet, groups+"/config", Environment, Document)
	UpdateConfig = repeatable("groups.updateConfig", http.MethodPost, groups+"/config", Environment, Nothing)
	AddRoles     = repeatable("groups.addRoles", http.MethodPost, groups+"/{groupId}/roles", Tenant, Nothing)
	RemoveRoles  = repeatable("groups.removeRoles", http.MethodDelete, groups+"/{groupId}/roles", Tenant, Nothing)
	AddUsers     = repeatable("groups.addUsers", http.MethodPost, groups+"/{groupId}/users", Tenant, Nothing)
	RemoveUsers  = repeatable("groups.removeUsers", http.MethodDelete, groups+"/{groupId}/users", Tenant, Nothing)
	ListPage     = repeatable("groups.listPage", http.MethodGet, "/identity/resources/groups/v2", Tenant, Document)

	AuthVendor   = repeatable("auth.vendor", http.MethodPost, "/auth/vendor", Anonymous, Document)
	AuthAPIToken = repeatable("auth.apiToken", http.MethodPost, "/identity/resources/auth/v2/api-token", Anonymous, Document)
)

var all []*Operation

// All returns every operation, in the order of the table.
func All() []*Operation { return all }

func repeatable(name, method, route string, scope Scope, answer Answer) *Operation {
	return add(Operation{Name: name, Method: method, Route: route, Scope: scope, Class: Repeatable, Answer: answer})
}

func once(name, method, route string, scope Scope, answer Answer) *Operation {
	return add(Operation{Name: name, Method: method, Route: route, Scope: scope, Class: Once, Answer: answer})
}

func add(o Operation) *Operation {
	o.Index = len(all)
	all = append(all, &o)
	return &o
}
