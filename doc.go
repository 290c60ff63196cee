// Package frontegg is a client for Frontegg's user groups: named bundles of an
// account's users, with roles that every member has.
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
//	err = client.Groups.AddUsers(ctx, group.ID, []string{userID})
//
// # Authentication
//
// [WithCredentials] takes the client id and API key of an environment,
// [WithAPIToken] those of an account's or user's API token, [WithToken] a token
// that the caller holds, and [WithTokenSource] anything else. A token is fetched
// when the first call needs it, once for all callers, and renewed in the
// background at 80 % of its life. A call whose token is refused is repeated once
// with a new one.
//
// Credentials belong to a region: [WithRegion] takes [RegionEU], the default,
// [RegionUS], [RegionCA], [RegionAU] or [RegionUK]. [WithBaseURL] takes an account's own domain
// or a proxy instead; a path prefix is kept.
//
// [NewClientFromEnv] reads the environment where no option says it: the
// credentials of an environment from FRONTEGG_CLIENT_ID and FRONTEGG_API_KEY, the
// account from FRONTEGG_TENANT_ID, and where Frontegg is from FRONTEGG_REGION or
// FRONTEGG_BASE_URL, of which at most one may be set. FRONTEGG_REGION is eu, us, ca,
// au or uk, in either case; in a program, the constants are in lower case only.
//
// # Tenants
//
// Frontegg calls an account a tenant. Credentials of an environment act on any of
// its accounts, so each call must name one: [WithTenant] on the client or on the
// call, or [Client.ForTenant], a view that shares everything else. A call that
// names none is [ErrTenantRequired]. Other tokens name their account themselves.
//
// # Errors
//
// errors.Is tells what happened, by sentinels such as [ErrNotFound],
// [ErrConflict], [ErrRateLimited] and [ErrAuthentication]; errors.As gives the
// details: [*APIError] for an answer that is no success, [*TransportError] for
// none at all, [*DecodeError] for one that cannot be read, [*ValidationError] for
// input that was refused before anything was sent, [*RateLimitError] for a limit
// that lasts too long, [*AuthError] where no token could be had, and
// [*BatchError] for a long list of which a part was applied.
//
// [ErrOutcomeUnknown] deserves care: a create may or may not have happened. Look
// the group up, or use [GroupsService.Ensure], which is safe to repeat.
//
// # Paging
//
// [GroupsService.All] walks over all groups:
//
//	for group, err := range client.Groups.All(ctx, frontegg.WalkOptions{Concurrency: 8}) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(group.Name)
//	}
//
// It yields each group once, in order, and an error last. [GroupsService.ListPage]
// reads one page, [GroupsService.List] everything in one answer.
//
// # Retries and limits
//
// Every operation but Create can be repeated without harm, and is, up to four
// attempts, where an answer is missing or says that it may be better later.
// Create is repeated only where it provably did not run. A route that is rate
// limited is left alone until its limit ends, by all callers of the client.
// [RetryPolicy] has the bounds, and [What happens when…] every rule.
//
// # Concurrency
//
// A [Client] and its views are safe for concurrent use. Make one and share it:
// callers share the token, the connections and what is known of rate limits, and
// many that need a token make one request for it. A context ends the call that it
// was given to, and no other.
//
// Between calls no goroutine runs but a token fetch under way, which
// [Client.Close] ends. A walk with a Concurrency of n has at most n requests under
// way, and none once its loop has ended.
//
// A [Hook], a logger and a transport that the caller gives must be safe for
// concurrent use too. A [TokenSource] is asked once at a time. A
// [Response] given to [WithResponse] belongs to one call at a time.
//
// # Testing
//
// Package [github.com/frontegg-go/frontegg/fronteggtest] is an in-memory Frontegg
// for the tests of programs that use this package. Package
// [github.com/frontegg-go/frontegg/groupsync] makes the groups of an account equal
// to a wanted list.
//
// [What happens when…]: https://github.com/frontegg-go/frontegg/blob/main/docs/faults.md
package frontegg
