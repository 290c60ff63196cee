package frontegg

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// redacted is what a Secret prints as.
const redacted = "[REDACTED]"

// Secret is a text that does not print: fmt, log/slog, JSON and every other
// text encoding show [REDACTED]. Use [Secret.Reveal] to get at it. Do not use it
// as the key of a map, for encoding/json writes keys as they are, nor in an
// unexported field of a struct that is printed: fmt cannot ask it there.
type Secret string

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String returns [REDACTED].
func (s Secret) String() string { return redacted }

// GoString returns [REDACTED].
func (s Secret) GoString() string { return redacted }

// Format writes [REDACTED] for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue returns [REDACTED].
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns [REDACTED]; it is what JSON and XML use.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Token is what a [TokenSource] hands out.
type Token struct {
	// Value goes into the Authorization header as "Bearer …": visible ASCII,
	// at most 16 KiB.
	Value Secret
	// Expiry is when the token ends; zero: it does not expire.
	Expiry time.Time
}

// TokenSource gives the client its tokens.
//
// The client keeps a token until 80 % of its life has passed and calls Token
// once at a time, however many calls need one. The context is not that of a
// call: it ends after 30 seconds, or with [Client.Close]. An error is handed to
// the waiting calls inside an [*AuthError], and for the next second to every
// call that needs a token. So is a panic. A Token that goes on when its context has
// ended is given up, and may run beside the next one.
//
// A token that has expired when it comes is used by the calls that waited for it;
// the next one asks again.
//
// When the server refuses a token with a 401, Token is called again; an answer
// with the same value ends the call with that 401.
type TokenSource interface {
	Token(ctx context.Context) (Token, error)
}
