// Package live finds out undocumented behavior of Frontegg, with
// calls to a tenant of your own:
//
//	export FRONTEGG_CLIENT_ID=…  FRONTEGG_API_KEY=…  FRONTEGG_TENANT_ID=…
//	go test -count=1 -v -tags live -run Live ./internal/live
//
// FRONTEGG_REGION or FRONTEGG_BASE_URL select the API, by default the EU's.
// FRONTEGG_ROLE_ID and FRONTEGG_USER_ID, the IDs of a role and a user of the
// tenant, are required for the questions about members and some about lookups.
//
// Use a throw-away tenant. A run creates groups whose names begin with
// frontegg-go-live and deletes them at its end. It changes nothing else. It prints a
// table of facts and fails if Frontegg behaves differently from the in-memory
// server: then that server, the client and the documentation need a fix. Without -v,
// go test shows the table of a failed run only, unless it is started in this
// directory without naming a package.
//
// Without the tag, the in-memory server is asked the same questions.
package live
