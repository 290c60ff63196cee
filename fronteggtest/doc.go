// Package fronteggtest is an in-memory Frontegg for tests. It serves the user
// groups API, the token endpoints and the read-only lookups of users, roles and
// tenants, and it keeps state. Point a program at it and check what the program
// did.
//
//	func TestOnboarding(t *testing.T) {
//		server := fronteggtest.Start(t)
//		user := server.AddUser("acme", frontegg.User{Email: "ada@example.com"})
//
//		client, err := server.Client(frontegg.WithTenant("acme"))
//		if err != nil {
//			t.Fatal(err)
//		}
//		onboard(client, user.ID) // the program under test
//
//		groups := server.Groups("acme") // the state after the program ran
//	}
//
// # What it does as Frontegg does
//
// Every tenant has its own groups, users and roles. A tenant that was never
// mentioned is empty. Group names are unique in a tenant. Adding an existing
// member or removing a missing one is not an error. An ID that the tenant does not
// have is a 404. Groups and their roles are on until a client turns them off
// with UpdateConfig; their operations are then a 403.
//
// Pages are chosen by number. They have 50 rows by default and at most 200 (2,000
// for roles). Rows are unordered unless the request sorts: the same request
// returns them in another order the next time. Roles and users of a group are
// returned only on request. Unknown query parameters are ignored.
//
// Tokens expire and can be revoked. They are accepted in the headers
// Authorization and X-Access-Token. An environment token needs the header
// Frontegg-Tenant-Id on every route of a tenant, and must not have it on a route
// of the environment.
//
// Paths are those of Frontegg (/auth/vendor, /identity/…, /tenants/…), also below
// /frontegg, the prefix of a custom domain, and with a trailing slash.
//
// It does not check permissions or evaluate entitlements. All state is lost when
// the process ends. Where Frontegg's behavior is not known, an option chooses; see
// [WithBehavior]. Error texts and codes are recorded ones if there is a record.
//
// # Faults
//
// [Server.Inject] injects errors, delays, connections that end before or after
// the operation was applied, partial responses and silence. [Server.Requests]
// returns the requests that arrived, [Server.Applied] counts the operations that
// were applied.
//
// # Tests with synctest
//
// In a testing/synctest bubble no goroutine may wait for a socket. Create the
// server in the bubble and the client with [Server.MemoryClient], which uses
// [Server.Transport]. Waits of minutes then pass at once.
//
// # Other languages
//
// The command fakefrontegg serves the same API to clients in any language:
//
//	go run github.com/frontegg-go/frontegg/fronteggtest/cmd/fakefrontegg -addr 127.0.0.1:4010 -seed
package fronteggtest
