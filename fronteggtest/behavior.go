package fronteggtest

// Behavior chooses between the ways in which Frontegg may behave: deployments
// differ, and some facts are not known. A correct client works with each of them.
// The zero value is the default.
type Behavior struct {
	// LoginV1Only makes the token endpoint /auth/v2/api-token a 404, as on
	// deployments that have only v1.
	LoginV1Only bool

	// NamesIgnoreCase makes group names that differ only in case the same name.
	NamesIgnoreCase bool
	// UnknownTenantStatus is the status of a call for a tenant that no Add method
	// has mentioned, such as 404. 0: the tenant is empty.
	UnknownTenantStatus int
	// GroupsWithoutDates leaves createdAt and updatedAt out of groups, as older
	// versions do.
	GroupsWithoutDates bool

	// PagesWithRelations makes groups.listPage return roles and users without
	// _groupsRelations.
	PagesWithRelations bool
	// MaxGroupsLimit is the largest _limit of groups.listPage; a larger one is
	// lowered to it. 0: 200.
	MaxGroupsLimit int
	// PagesByAskedLimit makes totalPages of groups.listPage count by the _limit of
	// the request although it was lowered.
	PagesByAskedLimit bool
	// Links is the form of _links.
	Links LinkForm

	// EmailPrefix makes _email of users.listPage match the beginning of an address.
	// By default it matches the whole address, ignoring case.
	EmailPrefix bool
	// ByEmailRefusesTenant makes users.byEmail a 403 if the request has a tenant
	// header.
	ByEmailRefusesTenant bool
}

// LinkForm is the form of the _links of a page.
type LinkForm uint8

const (
	// LinkPath is a path with a query: /identity/…?_limit=50&_offset=1.
	LinkPath LinkForm = iota
	// LinkQuery is a query only: ?_limit=50&_offset=1.
	LinkQuery
	// LinkBareQuery is a query without its question mark: _limit=50&_offset=1.
	LinkBareQuery
)

// WithBehavior sets the [Behavior] of the server.
func WithBehavior(b Behavior) ServerOption { return func(s *Server) { s.behavior = b } }
