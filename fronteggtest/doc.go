// Package fronteggtest is a Frontegg that lives in the memory of a test: the
// user groups API and the token endpoints, with the state of any number of
// accounts behind them. Point a program at it and see what the program does.
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
//		groups := server.Groups("acme") // what Frontegg holds now
//	}
//
// # What it does as Frontegg does
//
// Every account (tenant) has its own groups, users and roles; one that was never
// mentioned is empty. Group names are unique in an account. Adding what is there
// and removing what is not are no errors; an id that the account does not have
// is a 404. Pages are chosen by number, have 50 rows unless asked otherwise and
// 200 at most, and are in no order unless a sort is asked for: without one the
// same request gives other rows the next time. The same holds for the rows of
// the whole list and of bulkGet. Roles and users of a group come only
// when asked for. Tokens expire and can be revoked. A token of the environment
// needs the header frontegg-tenant-id on every call about an account.
//
// Paths are those of Frontegg (/auth/vendor, /identity/…), and the same below
// /frontegg, the prefix that an account's own domain uses.
//
// It does not check permissions, evaluate entitlements, or keep data: all is
// lost with the process. Error texts and values of errorCode are its own.
//
// # Faults
//
// [Server.Inject] makes things go wrong: statuses, delays, connections that die
// before or after the operation was carried out, half answers, silence.
// [Server.Requests] tells what arrived, [Server.Applied] what was carried out.
//
// # Tests with a clock of their own
//
// In a bubble of testing/synctest nothing may wait for a socket. Make the server
// in the bubble, and the client with [Server.MemoryClient]: it talks through
// [Server.Transport], and waits of minutes pass at once.
//
// # Without Go
//
// The command fakefrontegg serves the same to clients in any language:
//
//	go run github.com/frontegg-go/frontegg/fronteggtest/cmd/fakefrontegg -addr 127.0.0.1:4010 -seed
package fronteggtest
