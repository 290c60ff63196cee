package redact

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The messages of a server are for people, so no words may be lost.
func TestText_KeepsWords(t *testing.T) {
	t.Parallel()
	r := New("s3cr3t-canary-key")
	r.AddToken(jwt)
	for _, begin := range []string{
		`property "secret" `, `property "token" `, `"access_token" `, `{"token":"`, `{"secret":"`, `{"secret": "`, `'token"='`, "Bearer ", "bearer: ", "BEARER\t", "Bearer=", "Bearer%20",
	} {
		for _, words := range []string{
			"should not be empty", "must be a string", "authentication is required", "unauthorized", "should-not-be-empty", "invalid_token", "expired.",
			"www.example.com", "application/json", "accessToken must be set", "MethodArgumentNotValidException", "OAuth2.0", "SHA-256", "1764079200", "2026-11-25",
			"sha256 mismatch", "sha256-mismatch", "base64url-encoded", "RS256/HS256", "OAuth2.1/introspection", "2026-11-25T10:00:00Z", "key1 is invalid",
		} {
			text := begin + words
			assert.Equal(t, text, r.Text(text))
			assert.Equal(t, fmt.Sprintf("%q", text), r.Text(fmt.Sprintf("%q", text)))
		}
	}
	for _, text := range []string{
		"surveyJobId", "moneyJournalEntries", "property surveyJob2026Results should not be empty", "keyJsonPath1", "apiKeyJwtAudience",
	} {
		assert.Equal(t, text, r.Text(text))
	}
}

// FuzzText_KeepsWords puts words where a token may stand.
func FuzzText_KeepsWords(f *testing.F) {
	f.Add(`property "secret" `, "should not be empty")
	f.Add("Bearer ", "authentication required")
	f.Add(`{"token":"`, "must-be-a-string")
	f.Add("token", "eyJournal")
	r := New("S3CR3T0CANARY0KEY")
	f.Fuzz(func(t *testing.T, before, words string) {
		isWord := func(c rune) bool { return c == ' ' || 'a' <= c && c <= 'z' }
		if strings.ContainsAny(before, "0123456789") || strings.ContainsFunc(words, func(c rune) bool { return !isWord(c) }) {
			return
		}
		for _, run := range strings.FieldsFunc(before+words, func(c rune) bool { return c > 0x7f || !isTokenByte(byte(c)) }) {
			if len(run) >= 40 || strings.Contains(run, "eyJ") {
				return
			}
		}
		for _, text := range []string{before + words, before + " " + words, before + `"` + words} {
			if got := r.Text(text); got != text {
				t.Errorf("%q became %q", text, got)
			}
		}
	})
}

func TestText_Base64OfURLs(t *testing.T) {
	t.Parallel()
	const secret = "canary>>>???~~~key-1"
	r := New(secret)
	for name, encoding := range map[string]*base64.Encoding{
		"standard": base64.StdEncoding, "raw": base64.RawStdEncoding, "URL": base64.URLEncoding, "raw URL": base64.RawURLEncoding,
	} {
		written := encoding.EncodeToString([]byte(secret))
		assert.True(t, strings.ContainsAny(written, "+-"), "the alphabets differ")
		assert.Equal(t, "got "+Mark, strings.TrimRight(r.Text("got "+written), "="), name)
	}
}
