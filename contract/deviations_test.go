package contract

// deviation is an intended difference between Frontegg's document and ours.
type deviation struct {
	difference string
	times      int // places in which it occurs
	why        string
}

var deviations = []deviation{
	{"POST /identity/resources/auth/v1/api-token: only in ours", 1, "still common; the client decodes its response"},
	{
		"POST /identity/resources/auth/v2/api-token/token/refresh: only in theirs", 1,
		"refresh tokens are dropped from the hundredth on, so the client logs in again",
	},
	{
		"POST /identity/resources/auth/v2/api-token: requires a token: only in theirs", 1,
		"their default for all operations; token requests have no token",
	},

	{"GET /identity/resources/users/v1/email: only in theirs", 1, "the client uses users/v3, which other tokens can call too"},
	{"GET /identity/resources/roles/v1: only in theirs", 1, "the client uses roles/v2, which other tokens can call too"},
	{"GET /identity/resources/roles/v2/distinct-levels: only in theirs", 1, "not used"},
	{"GET /identity/resources/roles/v2/distinct-tenants: only in theirs", 1, "not used"},
	{"GET /identity/resources/tenants/users/v1/statuses: only in theirs", 1, "not used"},
	{"GET /identity/resources/users/v1/query/phrase: only in theirs", 1, "a fuzzy search, not for exact lookups"},
	{"GET /identity/resources/vendor-only/users/v1/{userId}: only in theirs", 1, "not used"},
	{"GET /tenants/resources/tenants/v1/{tenantId}: only in theirs", 1, "deprecated"},
	{"GET /tenants/resources/tenants/v2/alias/{alias}: only in theirs", 1, "not used"},
	{"GET /tenants/resources/tenants/v2/{tenantId}: only in theirs", 1, "not used"},
	{"parameter query _externalIds: only in theirs", 1, "a filter that is not used"},
	{"parameter query _filter: only in theirs", 2, "a filter that is not used"},
	{"parameter query _identifier: only in theirs", 1, "a filter that is not used"},
	{"parameter query _identifierType: only in theirs", 1, "a filter that is not used"},
	{"parameter query _levels: only in theirs", 1, "a filter that is not used"},
	{"parameter query _namePrefix: only in theirs", 1, "a filter that is not used"},
	{"parameter query _tenantId: only in theirs", 1, "the tenant header takes its place"},
	{"parameter query _tenantIds: only in theirs", 2, "a filter that is not used"},
	{"parameter query ids: only in theirs", 1, "a filter that is not used"},

	{"parameter header frontegg-environment-id: only in ours", 18, "all operations with a token accept it"},

	// 20 successes and the one error that they describe.
	{"header frontegg-trace-id: only in ours", 21, "every response has it; they describe no headers"},
	{"header X-Rate-Limit-Limit: only in ours", 21, "any response may have it"},
	{"header X-Rate-Limit-Remaining: only in ours", 21, "any response may have it"},
	{"header X-Rate-Limit-Reset: only in ours", 21, "any response may have it"},

	{"status 400: only in ours", 20, "they describe no errors but one"},
	{"status 401: only in ours", 19, "they describe it for the environment's token only"},
	{"status 403: only in ours", 18, "they describe no errors but one"},
	{"status 404: only in ours", 7, "they describe no errors but one"},
	{"status 409: only in ours", 2, "group names are unique in a tenant"},
	{"status 413: only in ours", 8, "they describe no errors but one"},
	{"status 414: only in ours", 9, "they describe no errors but one"},
	{"status 422: only in ours", 8, "they describe no errors but one"},
	{"status 429: only in ours", 20, "they describe no errors but one"},
	{"status 5XX: only in ours", 20, "they describe no errors but one"},
	{"POST /auth/vendor 401 application/json: only in ours", 1, "the body of their one error is not described"},

	{"EnvironmentToken: required token: only in ours", 1, "required to use the response"},
	{"EnvironmentToken: required expiresIn: only in ours", 1, "always sent, although the client has a default"},
	{"GroupPage: required items: only in ours", 1, "required in a page"},
	{"GroupPage: required _metadata: only in ours", 1, "required to end a walk"},
	{"UserPage: required items: only in ours", 1, "required in a page"},
	{"UserPage: required _metadata: only in ours", 1, "required to end a walk"},
	{"RolePage: required items: only in ours", 1, "required in a page"},
	{"RolePage: required _metadata: only in ours", 1, "required to end a walk"},
	{"GET /tenants/resources/tenants/v2 200 application/json: only in ours", 1, "they do not describe the body"},
	{"GET /tenants/resources/tenants/v2 parameter query _order: enum: ours ASC DESC, theirs none", 1, "in their text only"},
	{"GET /tenants/resources/tenants/v2 parameter query _sortBy: enum: ours createdAt name tenantId, theirs none", 1, "in their text only"},
	{"GroupsOfUsers: type: ours array, theirs object", 1, "their schema is empty; arrays have been recorded"},
	{"RolesOfUsers: type: ours array, theirs object", 1, "their schema is empty; arrays have been recorded"},

	{"Group: required roles: only in theirs", 1, "absent or empty unless requested"},
	{"Group: required users: only in theirs", 1, "absent or empty unless requested"},
	{"Group: required managedBy: only in theirs", 1, "it may be absent"},
	{"Group.color: null: only in ours", 1, "any field may be null, unset texts in particular"},
	{"Group.description: null: only in ours", 1, "any field may be null, unset texts in particular"},
	{"Group.metadata: null: only in ours", 1, "any field may be null, unset texts in particular"},
	{"Role.permissions: only in ours", 1, "recorded for the roles of groups too"},
	{"Role: required permissions: only in theirs", 1, "the roles of groups may lack it"},
	{"Role: required tenantId: only in theirs", 2, "absent for some roles of the environment"},
	{"Role: required description: only in theirs", 2, "absent if it is not set"},
	{"Role.description: null: only in ours", 2, "any field may be null, unset texts in particular"},
	{"Role.tenantId: null: only in ours", 2, "a role of the environment has no tenant"},
	{"User.profilePictureUrl: null: only in ours", 1, "a user without a picture"},
	{"FoundUser.profilePictureUrl: null: only in ours", 1, "recorded as null although it is required"},
	{"FoundUser.name: null: only in ours", 1, "recorded as null although it is required"},
	{"FoundUser.lastLogin: null: only in ours", 1, "recorded as null although it is required"},
	{"FoundUser.metadata: null: only in ours", 1, "recorded as null although it is required"},
	{"FoundUser.phoneNumber: null: only in ours", 1, "recorded as null"},
	{"FoundUser.activatedForTenant: null: only in ours", 1, "recorded as null"},
	{"FoundUser.externalId: null: only in ours", 1, "any field may be null, unset texts in particular"},
}
