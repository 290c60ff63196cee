// Package frontegg is a client for Frontegg's user groups. It also looks up users, roles
// and tenants.
//
// A group is a named set of users of a tenant, with roles that every member has. A tenant
// is a customer's account.
//
// # Quick start
//
//	client, err := frontegg.NewClient(
//		frontegg.WithCredentials(clientID, apiKey),
//		frontegg.WithTenant(tenantID),
//	)
//	if err != nil {
//		return err
//	}
//	defer client.Close()
//
//	group, err := client.Groups.Create(ctx, frontegg.CreateGroupParams{Name: "Engineering"})
//	if err != nil {
//		return err
//	}
//	user, err := client.Users.FindByEmail(ctx, "ada@example.com")
//	if err != nil {
//		return err
//	}
//	err = client.Groups.AddUsers(ctx, group.ID, []string{user.ID})
//
// # Authentication
//
// [WithCredentials] takes the client ID and API key of an environment, [WithAPIToken]
// those of an API token of a tenant or user, [WithToken] an access token that the caller
// has, and [WithTokenSource] any other source. The first call that needs a token requests
// one, for all callers. The token is refreshed in the background after 80 % of its
// lifetime. A call whose token is rejected is retried once with a new one.
//
// Credentials belong to a region: [WithRegion] takes [RegionEU], the default, [RegionUS],
// [RegionCA], [RegionAU] or [RegionUK]. [WithBaseURL] takes a custom domain or a proxy
// instead; a path prefix is kept.
//
// [NewClientFromEnv] reads environment variables for what its options do not set: the
// credentials of an environment from FRONTEGG_CLIENT_ID and FRONTEGG_API_KEY, the tenant
// from FRONTEGG_TENANT_ID, and the server from FRONTEGG_REGION or FRONTEGG_BASE_URL, only
// one of which may be set. FRONTEGG_REGION is eu, us, ca, au or uk, in upper or lower case.
//
// # Tenants
//
// Credentials of an environment can act on all its tenants, so each call requires one:
// [WithTenant] on the client or on the call, or [Client.ForTenant], a view that shares
// everything else. A call without a tenant returns [ErrTenantRequired]. Other tokens include
// their tenant.
//
// # Lookups
//
// The groups API takes IDs only. [Client.Users] finds users by their e-mail addresses, and
// the groups and roles of users; [Client.Roles] finds roles by their keys; [Client.Tenants]
// lists the tenants of an environment. [Client.Do] sends any other request.
//
// # Errors
//
// errors.Is matches an error with [ErrNotFound], [ErrConflict], [ErrRateLimited],
// [ErrAuthentication] and others. errors.As finds the details: an [*APIError] for an error
// response, a [*TransportError] if there was no complete response, a [*DecodeError] for a
// 2xx response that cannot be decoded, a [*ValidationError] for an invalid argument, a
// [*RateLimitError] for a rate limit that lasts too long, an [*AuthError] if no token could
// be obtained, and a [*BatchError] for a long list of which a part was applied.
//
// After [ErrOutcomeUnknown] a create may or may not have been processed. Find the group by
// name, or use [GroupsService.Ensure], which is safe to retry.
//
// # Paging
//
// [GroupsService.All] iterates over all groups:
//
//	for group, err := range client.Groups.All(ctx, frontegg.WalkOptions{Concurrency: 8}) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(group.Name)
//	}
//
// It yields each group once, in order, and an error last. [GroupsService.ListPage] returns
// one page, and [GroupsService.List] all groups in one response.
//
// # Retries and rate limits
//
// Every operation except Create is idempotent: if an attempt gets no response, or an
// error that may be temporary, it is retried, with up to four attempts in all. Create is
// retried only if it provably was not processed. While a route is rate limited, no call of
// the client sends a request to it. [RetryPolicy] has the limits, and
// [What happens when…] all rules.
//
// # Concurrency
//
// A [Client] and its views are safe for concurrent use. Create one and share it: callers
// share the token, the connections and the state of rate limits. The context of a call
// ends that call only.
//
// Between calls the only goroutine is that of a running token request, which [Client.Close]
// cancels. A walk with a Concurrency of n has at most n running requests, and none after
// its loop.
//
// A [Hook], a logger and a transport must also be safe for concurrent use. A [TokenSource]
// is called once at a time. A [Response] of [WithResponse] must not be shared by concurrent
// calls.
//
// # Testing
//
// Package [github.com/frontegg-go/frontegg/fronteggtest] is an in-memory Frontegg for the
// tests of programs that use this package. Package
// [github.com/frontegg-go/frontegg/groupsync] makes the groups of a tenant equal to a
// list.
//
// [What happens when…]: https://github.com/frontegg-go/frontegg/blob/main/docs/faults.md
package frontegg
