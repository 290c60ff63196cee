// Package redact keeps secrets out of what the library shows: it removes known
// secrets and whatever looks like a bearer token from text of the server, and
// makes such text safe to print. It does not decide what is shown.
package redact

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// Mark stands where a secret stood.
const Mark = "[REDACTED]"

// minSecret is the shortest secret that is looked for: removing shorter ones
// would destroy the text around them and hide nothing.
const minSecret = 6

// keptTokens is how many tokens are remembered: a server can echo an old one
// long after it was replaced.
const keptTokens = 8

// Redactor removes the secrets it was told of. It is safe for concurrent use.
type Redactor struct {
	fixed  [][]byte
	recent atomic.Pointer[[]string]
}

// New returns a Redactor for secrets that never change, such as an API key.
func New(secrets ...string) *Redactor {
	r := &Redactor{}
	for _, s := range secrets {
		r.fixed = append(r.fixed, spellings(s)...)
	}
	return r
}

// AddToken remembers a token; the oldest of eight is forgotten for it.
func (r *Redactor) AddToken(token string) {
	for {
		old := r.recent.Load()
		var tokens []string
		if old != nil {
			if slices.Contains(*old, token) {
				return
			}
			tokens = (*old)[max(0, len(*old)-keptTokens+1):]
		}
		tokens = append(slices.Clone(tokens), token)
		if r.recent.CompareAndSwap(old, &tokens) {
			return
		}
	}
}

// spellings are the forms in which a secret can come back besides its escapes:
// as it is, as the name of a header, and in base64.
func spellings(secret string) [][]byte {
	if len(secret) < minSecret {
		return nil
	}
	return [][]byte{
		[]byte(secret), []byte(http.CanonicalHeaderKey(secret)),
		[]byte(base64.RawStdEncoding.EncodeToString([]byte(secret))), []byte(base64.RawURLEncoding.EncodeToString([]byte(secret))),
	}
}

// Bytes returns b without secrets, also where they are escaped; b itself is not
// changed.
func (r *Redactor) Bytes(b []byte) []byte {
	secrets := r.fixed
	if recent := r.recent.Load(); recent != nil {
		secrets = slices.Clip(secrets)
		for _, t := range *recent {
			secrets = append(secrets, spellings(t)...)
		}
	}
	s := search{secrets: secrets}
	s.look(b, nil, deepest)
	return cut(b, s.found)
}

// Text returns s without secrets.
func (r *Redactor) Text(s string) string {
	b := []byte(s)
	out := r.Bytes(b)
	if bytes.Equal(b, out) {
		return s
	}
	return string(out)
}

// Header returns h without secrets: h itself where it has none.
func (r *Redactor) Header(h http.Header) http.Header {
	out, copied := h, false
	change := func() {
		if !copied {
			out, copied = h.Clone(), true
		}
	}
	for key, values := range h {
		for i, v := range values {
			if clean := r.Text(v); clean != v {
				change()
				out[key][i] = clean
			}
		}
		if clean := r.Text(key); clean != key {
			change()
			out[clean] = out[key]
			delete(out, key)
		}
	}
	return out
}

// Value returns v, a decoded JSON value, without secrets in any of its strings.
func (r *Redactor) Value(v any) any {
	switch v := v.(type) {
	case string:
		return r.Text(v)
	case []any:
		for i := range v {
			v[i] = r.Value(v[i])
		}
		return v
	case map[string]any:
		return r.Object(v)
	}
	return v
}

// Object is Value for an object; keys are cleaned too.
func (r *Redactor) Object(m map[string]any) map[string]any {
	if m == nil {
		return nil
	}
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[r.Text(k)] = r.Value(v)
	}
	return out
}

// Clean makes text of a server safe to print on one line: what is not printable
// is escaped, and at most limit runes are kept.
func Clean(s string, limit int) string {
	var b strings.Builder
	for n := 0; s != ""; n++ {
		if n == limit {
			b.WriteString("…")
			break
		}
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 || !unicode.IsPrint(r) {
			quoted := strconv.QuoteToASCII(s[:size])
			b.WriteString(quoted[1 : len(quoted)-1])
		} else {
			b.WriteString(s[:size])
		}
		s = s[size:]
	}
	return b.String()
}
