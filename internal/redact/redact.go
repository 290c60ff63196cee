// Package redact keeps secrets out of what the library shows: it removes known
// secrets and whatever looks like a bearer token from text of the server, and
// makes such text safe to print. It does not decide what is shown.
package redact

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"net/url"
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

// spellings are the forms in which a secret can come back: as it is, and as
// JSON, a URL or base64 would write it.
func spellings(secret string) [][]byte {
	if len(secret) < minSecret {
		return nil
	}
	quoted := strconv.Quote(secret)
	forms := []string{
		secret, quoted[1 : len(quoted)-1], strings.ReplaceAll(secret, "/", `\/`),
		url.QueryEscape(secret), url.PathEscape(secret),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	var out [][]byte
	for _, f := range slices.Compact(forms) {
		out = append(out, []byte(f))
	}
	return out
}

// Bytes returns b without secrets; b itself is not changed.
func (r *Redactor) Bytes(b []byte) []byte {
	out := b
	replace := func(secrets [][]byte) {
		for _, s := range secrets {
			if bytes.Contains(out, s) {
				out = bytes.ReplaceAll(out, s, []byte(Mark))
			}
		}
	}
	replace(r.fixed)
	if recent := r.recent.Load(); recent != nil {
		for _, t := range *recent {
			replace(spellings(t))
		}
	}
	return patterns(out)
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
	for key, values := range h {
		for i, v := range values {
			clean := r.Text(v)
			if clean == v {
				continue
			}
			if !copied {
				out, copied = h.Clone(), true
			}
			out[key][i] = clean
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

// patterns removes what looks like a token although nobody told of it: a JWT,
// or what follows the word Bearer.
func patterns(b []byte) []byte {
	b = cutToken(b, []byte("eyJ"), 0)
	for _, word := range [][]byte{[]byte("Bearer "), []byte("bearer "), []byte("Bearer%20"), []byte("BEARER ")} {
		b = cutToken(b, word, len(word))
	}
	return b
}

// cutToken replaces the run of token characters that begins keep bytes after
// each start, if it is long enough to be a token.
func cutToken(b, start []byte, keep int) []byte {
	if !bytes.Contains(b, start) {
		return b
	}
	var out []byte
	for {
		i := bytes.Index(b, start)
		if i < 0 {
			return append(out, b...)
		}
		from := i + keep
		end := from
		for end < len(b) && isTokenByte(b[end]) {
			end++
		}
		out = append(out, b[:from]...)
		if end-from >= minSecret {
			out = append(out, Mark...)
		} else {
			if end == i {
				end++ // never stay in place
			}
			out = append(out, b[from:end]...)
		}
		b = b[end:]
	}
}

func isTokenByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~+/=", c) >= 0
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

// Error returns err with a text without secrets: err itself where it has none.
// What it returns still answers errors.Is for what err wraps, but does not hand
// out err itself.
func (r *Redactor) Error(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	clean := r.Text(text)
	if clean == text {
		return err
	}
	return &cleanError{text: clean, err: err}
}
