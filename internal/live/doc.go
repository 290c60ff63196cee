// Package live finds out how Frontegg behaves where no document says it, with
// calls to an account that anyone can bring:
//
//	export FRONTEGG_CLIENT_ID=…  FRONTEGG_API_KEY=…  FRONTEGG_TENANT_ID=…
//	go test -count=1 -v -tags live -run Live ./internal/live
//
// FRONTEGG_REGION or FRONTEGG_BASE_URL say where the account is, if not in the
// EU. FRONTEGG_ROLE_ID and FRONTEGG_USER_ID, the ids of a role and of a user of
// the tenant, answer the questions about members; without them those stay open.
//
// Take a tenant that nobody needs. The groups that a run makes have names that
// begin with frontegg-go-live, and are deleted at its end; nothing else is
// changed. A run prints a table of facts, and fails where Frontegg behaves
// otherwise than the in-memory server: then that server, the client and the
// documentation are to be mended. Without -v, go test shows the table only of a run
// that fails, unless it is started in this directory and names no package.
//
// Without the tag the same questions are put to the in-memory server.
package live
