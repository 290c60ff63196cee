// Package fleet shares tokens between programs: a thousand functions that
// start at once make one token request.
//
// A [TokenSource] stands between a [frontegg.Client] and the source of its tokens. It
// keeps the token in a [TokenStore], sealed with a key that the caller gives, and
// hands it out until four fifths of its life have passed. Who renews it holds
// the store's lock, so that the others wait for that one request instead of
// making their own.
//
//	login, err := frontegg.NewTokenSource(frontegg.WithCredentials(clientID, apiKey))
//	key, err := fleet.DeriveKey(clientID, apiKey)
//	source, err := fleet.NewTokenSource(login, redisstore.New(rdb, "frontegg:token"), fleet.TokenOptions{
//		ClientID: clientID,
//		Key:      key,
//	})
//	client, err := frontegg.NewClient(frontegg.WithTokenSource(source), frontegg.WithTenant(tenantID))
//
// A region or base URL must be given to both, the login and the client.
//
// The package [github.com/frontegg-go/frontegg/fleet/filestore] keeps tokens in
// a file, for programs of one machine, the package
// [github.com/frontegg-go/frontegg/fleet/redisstore] in Redis, for those of
// many. Each has a whole example.
//
// # When the store fails
//
// The store is never needed. If it cannot be reached, holds rubbish or is
// locked for too long, the source asks its inner source itself and says so in
// the log.
//
// # When the server refuses a token
//
// A client asks its source again, long before the token's end. A source takes
// that as the refusal of the token that it handed out last: it never hands that
// one out again, but what another program has stored since, or a new one.
// So give each client a TokenSource of its own; Sources share a TokenStore freely.
//
// # What this does not do
//
// Whoever has the key and can read the store has the token. And the clocks of
// the programs must agree to within a small part of the token's life, by default
// a day or an hour; where they do not, tokens are renewed too early, or refused
// once and then renewed.
package fleet
