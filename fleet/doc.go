// Package fleet shares access tokens between processes: a thousand functions that start
// at once send one token request. Package
// [github.com/frontegg-go/frontegg/fleet/redislimit] shares rate limits.
//
// A [TokenSource] wraps the source of a client's tokens. It keeps the token in a
// [TokenStore], encrypted with a key of the caller, and returns it until 80 % of its
// lifetime has passed. The process that refreshes it holds a lock of the store, so the
// others wait for that request instead of sending their own.
//
//	login, err := frontegg.NewTokenSource(frontegg.WithCredentials(clientID, apiKey))
//	key, err := fleet.DeriveKey(clientID, apiKey)
//	source, err := fleet.NewTokenSource(login, redisstore.New(rdb, "frontegg:token"), fleet.TokenOptions{
//		ClientID: clientID,
//		Key:      key,
//	})
//	client, err := frontegg.NewClient(frontegg.WithTokenSource(source), frontegg.WithTenant(tenantID))
//
// Pass a region or base URL to both the login and the client.
//
// Package [github.com/frontegg-go/frontegg/fleet/filestore] keeps the token in a file, for
// processes of one machine. Package
// [github.com/frontegg-go/frontegg/fleet/redisstore] keeps it in Redis, for many machines.
// Each has a complete example.
//
// # When the store fails
//
// The store is optional at run time. If it cannot be reached, is damaged or is locked for
// too long, the source calls its inner source and logs a warning.
//
// # When the server rejects a token
//
// A client then calls its source before the token expires. A source never returns the
// token of its last call again: it returns a newer one that another process has stored, or
// requests a new one. So each client needs its own TokenSource. Any number of them may
// share a TokenStore.
//
// # Limits
//
// Anyone who has the key and can read the store has the token. The clocks of the processes
// must agree to within a small part of the token's lifetime. Otherwise tokens are refreshed
// too early, or rejected once and then refreshed.
package fleet
