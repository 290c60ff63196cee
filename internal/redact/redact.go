// Package redact removes known secrets, and text that looks like an access token,
// from text. It does not decide what is shown.
package redact

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"slices"
	"sync/atomic"
)

// Mark replaces a secret.
const Mark = "[REDACTED]"

// minSecret is the length of the shortest secret that is removed. Shorter ones are
// likely to be in other words.
const minSecret = 6

// keptTokens is how many tokens are kept: a server can echo an old one long after
// it was replaced.
const keptTokens = 8

// Redactor removes its secrets from text. It is safe for concurrent use.
type Redactor struct {
	fixed  Opaque[[][]byte]
	recent atomic.Pointer[[]string] // printers cannot follow its unsafe.Pointer
}

// New returns a Redactor for secrets that never change, such as an API key.
func New(secrets ...string) *Redactor {
	var fixed [][]byte
	for _, s := range secrets {
		fixed = append(fixed, encodings(s)...)
	}
	return &Redactor{fixed: Hide(fixed)}
}

// AddToken adds a token. Only the last keptTokens are kept.
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

// encodings returns the forms in which a server may echo a secret, apart from
// escapes: as it is, as a header name, and in base64.
func encodings(secret string) [][]byte {
	if len(secret) < minSecret {
		return nil
	}
	return [][]byte{
		[]byte(secret), []byte(http.CanonicalHeaderKey(secret)),
		[]byte(base64.RawStdEncoding.EncodeToString([]byte(secret))), []byte(base64.RawURLEncoding.EncodeToString([]byte(secret))),
	}
}

// Bytes returns b without secrets, escaped ones included. It does not change b.
func (r *Redactor) Bytes(b []byte) []byte {
	secrets := r.fixed.Value()
	if recent := r.recent.Load(); recent != nil {
		secrets = slices.Clip(secrets)
		for _, t := range *recent {
			secrets = append(secrets, encodings(t)...)
		}
	}
	s := finder{secrets: secrets}
	s.search(b, nil, maxEscapeDepth)
	return replace(b, s.found)
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

// Header returns h without secrets: h itself if it has none.
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

// Object is Value for an object. It also removes secrets from keys.
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
