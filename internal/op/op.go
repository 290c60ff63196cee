// Package op is the table of operations. A row says everything about an
// operation that does not depend on a call: it drives the pipeline, the logs,
// the errors and the tests. It knows nothing of how a request is sent.
package op

import "net/http"

// Class says whether an operation may be sent again when it is open whether an
// earlier attempt ran.
type Class uint8

// The classes. There is no zero class: define asks for one, so an operation
// without a class does not build.
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
	List         = define("groups.list", http.MethodGet, groups, Tenant, Repeatable, Document)
	Create       = define("groups.create", http.MethodPost, groups, Tenant, Once, Document)
	BulkGet      = define("groups.bulkGet", http.MethodPost, groups+"/bulkGet", Tenant, Repeatable, Document)
	Get          = define("groups.get", http.MethodGet, groups+"/{id}", Tenant, Repeatable, Document)
	Update       = define("groups.update", http.MethodPatch, groups+"/{id}", Tenant, Repeatable, MaybeDocument)
	Delete       = define("groups.delete", http.MethodDelete, groups+"/{id}", Tenant, Repeatable, Nothing)
	Config       = define("groups.config", http.MethodGet, groups+"/config", Environment, Repeatable, Document)
	UpdateConfig = define("groups.updateConfig", http.MethodPost, groups+"/config", Environment, Repeatable, Nothing)
	AddRoles     = define("groups.addRoles", http.MethodPost, groups+"/{groupId}/roles", Tenant, Repeatable, Nothing)
	RemoveRoles  = define("groups.removeRoles", http.MethodDelete, groups+"/{groupId}/roles", Tenant, Repeatable, Nothing)
	AddUsers     = define("groups.addUsers", http.MethodPost, groups+"/{groupId}/users", Tenant, Repeatable, Nothing)
	RemoveUsers  = define("groups.removeUsers", http.MethodDelete, groups+"/{groupId}/users", Tenant, Repeatable, Nothing)
	ListPage     = define("groups.listPage", http.MethodGet, "/identity/resources/groups/v2", Tenant, Repeatable, Document)

	AuthVendor   = define("auth.vendor", http.MethodPost, "/auth/vendor", Anonymous, Repeatable, Document)
	AuthAPIToken = define("auth.apiToken", http.MethodPost, "/identity/resources/auth/v2/api-token", Anonymous, Repeatable, Document)
)

var all []*Operation

// All returns every operation, in the order of the table.
func All() []*Operation { return all }

func define(name, method, route string, scope Scope, class Class, answer Answer) *Operation {
	o := &Operation{Name: name, Method: method, Route: route, Scope: scope, Class: class, Answer: answer, Index: len(all)}
	all = append(all, o)
	return o
}
