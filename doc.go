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
// Make one client and share it between goroutines: it keeps the token, the
// connections and what it knows of rate limits.
//
// # Authentication
//
// [WithCredentials] takes the client id and API key of an environment,
// [WithAPIToken] those of an account's or user's API token, [WithToken] a token
// that the caller holds, and [WithTokenSource] anything else. A token is fetched
// when the first call needs it, once for all callers, and renewed in the
// background at 80 % of its life. A call whose token is refused is replayed once
// with a new one. [NewClientFromEnv] reads the FRONTEGG_ variables.
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
// [RetryPolicy] has the bounds; docs/faults.md has the whole list.
//
// # Testing
//
// Package fronteggtest is an in-memory Frontegg for the tests of programs that
// use this package. Package groupsync makes the groups of an account equal to a
// wanted list.
package frontegg
