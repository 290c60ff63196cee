package redact

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	apiKey = `s3cr3t"canary<&>\/+key`
	jwt    = "eyJhbGciOiJub25lIn0.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl"
)

func asJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

func percent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%02x", s[i])
	}
	return b.String()
}

func TestText_Encodings(t *testing.T) {
	t.Parallel()
	token := "opaque-token-1/2+3="
	const unlikeInURLs = "canary???>>>key" // its base64 has characters that differ in URLs
	r := New(apiKey, unlikeInURLs, "")
	r.AddToken(token)
	for _, secret := range []string{apiKey, unlikeInURLs, token} {
		for name, written := range map[string]string{
			"as it is":            secret,
			"JSON":                asJSON(t, secret),
			"JSON in JSON":        asJSON(t, asJSON(t, secret)),
			"JSON on a page":      html.EscapeString(asJSON(t, secret)),
			"JSON with slashes":   strings.ReplaceAll(secret, "/", `\/`),
			"Go":                  strconv.Quote(secret),
			"a query":             url.QueryEscape(secret),
			"a path":              url.PathEscape(secret),
			"percent":             percent(secret),
			"upper-case percent":  strings.ToUpper(percent("k")) + secret,
			"HTML":                html.EscapeString(secret),
			"a JSON pointer":      strings.NewReplacer("~", "~0", "/", "~1").Replace(secret),
			"base64":              base64.StdEncoding.EncodeToString([]byte(secret)),
			"base64 of URLs":      base64.RawURLEncoding.EncodeToString([]byte(secret)),
			"the name of a field": http.CanonicalHeaderKey(secret),
		} {
			got := r.Text("before " + written + " after")
			assert.Contains(t, got, Mark, name)
			assert.NotContains(t, got, written, name)
			assert.True(t, strings.HasPrefix(got, "before "), "%s: %s", name, got)
			assert.True(t, strings.HasSuffix(got, " after"), "%s: %s", name, got)
		}
	}
}

func TestText_TokenShapes(t *testing.T) {
	t.Parallel()
	r := New()
	for _, text := range []string{
		jwt, "x" + jwt + " y", "Bearer abc-DEF_123", "bearer abc-DEF_123", "BEARER  abc-DEF_123", "bEaReR\tabc-DEF_123",
		"Bearer: abc-DEF_123", `"bearer":"abc-DEF_123"`, "Bearer%20abc-DEF_123", `{"token":"abc-DEF_123"}`,
		`{"access_token": "abc-DEF_123"}`, `{"refreshToken" : "abc-DEF_123"}`, `{"secret":"abc-DEF_123"}`, `"{\"token\":\"abc-DEF_123\"}"`,
	} {
		got := r.Text(text)
		assert.Contains(t, got, Mark, text)
		assert.NotContains(t, got, "abc-DEF_123", text)
		assert.NotContains(t, got, jwt, text)
	}
}

func TestText_Unchanged(t *testing.T) {
	t.Parallel()
	r := New(apiKey, "short")
	for _, text := range []string{
		"", "plain text", "eyJ", "bearer", "Bearer of", "a short word", "100 % of & all \\ text", "\xff%zz&#xffffffffff;\\u12", "&bogus;",
		`{"message":"the token is gone","errors":["\u00e4"]}`,
	} {
		assert.Equal(t, text, r.Text(text))
	}
	b := []byte("nothing here")
	assert.Same(t, &b[0], &r.Bytes(b)[0], "without a copy")
	mixed := []byte("key " + apiKey)
	r.Bytes(mixed)
	assert.Equal(t, "key "+apiKey, string(mixed), "the argument is not changed")
}

func TestText_Overlap(t *testing.T) {
	t.Parallel()
	r := New("abcdefgh", "efghijkl", "abcdefghijkl")
	assert.Equal(t, "["+Mark+"]", r.Text("[abcdefghijkl]"))
	assert.NotContains(t, r.Text("abcdefghabcdefgh"), "abc")
	assert.Equal(t, Mark, New("aaaaaa").Text("aaaaaaaaa"))
}

func TestAddToken_LastEight(t *testing.T) {
	t.Parallel()
	r := New()
	name := func(i int) string { return "opaque-token-" + strconv.Itoa(i) + "." }
	for i := range 9 {
		r.AddToken(name(i))
		r.AddToken(name(i)) // twice is once
	}
	assert.Equal(t, name(0), r.Text(name(0)))
	for i := 1; i < 9; i++ {
		assert.Equal(t, Mark, r.Text(name(i)))
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	const key = "canary-secret-key"
	r := New(key)
	h := http.Header{"X-Echo": {"fine", "key " + key}, http.CanonicalHeaderKey(key): {"1"}, "X-Fine": {"fine"}}
	got := r.Header(h)
	assert.Equal(t, http.Header{"X-Echo": {"fine", "key " + Mark}, Mark: {"1"}, "X-Fine": {"fine"}}, got)
	assert.Equal(t, []string{"fine", "key " + key}, h["X-Echo"], "the argument is not changed")
	clean := http.Header{"X-Fine": {"fine"}}
	assert.Equal(t, clean, r.Header(clean))
	assert.Nil(t, r.Header(nil))
}

func TestObject(t *testing.T) {
	t.Parallel()
	const key = "canary-secret-key"
	r := New(key)
	got := r.Object(map[string]any{
		key: 1.5, "list": []any{key, true, map[string]any{"deep": "x " + key}}, "fine": "fine", "null": nil,
	})
	assert.Equal(t, map[string]any{
		Mark: 1.5, "list": []any{Mark, true, map[string]any{"deep": "x " + Mark}}, "fine": "fine", "null": nil,
	}, got)
	assert.Nil(t, r.Object(nil))
}

// holder is an error whose text is not that of the wrapped error.
type holder struct{ err error }

func (h holder) Error() string { return "something broke" }
func (h holder) Unwrap() error { return h.err }

func TestError(t *testing.T) {
	t.Parallel()
	const key = "canary-secret-key"
	r := New(key)
	timeout := &net.OpError{Op: "read", Err: context.DeadlineExceeded}
	for _, err := range []error{
		errors.New("malformed " + key),
		fmt.Errorf("%w: malformed "+key, timeout),
		errors.Join(io.EOF, fmt.Errorf("%w: "+key, timeout)),
		holder{fmt.Errorf("%w: "+key, timeout)},
		&url.Error{Op: "Get", URL: "https://h/" + key, Err: timeout},
	} {
		clean := r.Error(err)
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
			assert.NotContains(t, fmt.Sprintf(format, clean), key, format)
		}
		for e := clean; e != nil; e = errors.Unwrap(e) {
			assert.NotContains(t, e.Error(), key)
		}
		assert.Equal(t, errors.Is(err, timeout), errors.Is(clean, timeout))
		var wrong *url.Error
		assert.NotErrorAs(t, clean, &wrong)
		var asNet net.Error
		require.ErrorAs(t, clean, &asNet)
		assert.Equal(t, errors.Is(err, timeout), asNet.Timeout())
	}
	assert.NoError(t, r.Error(nil))
	fine := fmt.Errorf("fine: %w", io.EOF)
	assert.Same(t, fine, r.Error(fine))
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in    string
		limit int
		want  string
	}{
		{"", 10, ""},
		{"plain ä", 10, "plain ä"},
		{"a\nb\r\t\x00\x1b[31m", 100, `a\nb\r\t\x00\x1b[31m`},
		{"\xff\xfe", 10, `\xff\xfe`},
		{"\u202e\u200b", 10, `\u202e\u200b`},
		{"0123456789", 10, "0123456789"},
		{"0123456789a", 10, "0123456789…"},
		{"ääää", 3, "äää…"},
		{"x", 0, "…"},
	} {
		assert.Equal(t, tt.want, Printable(tt.in, tt.limit), "%q", tt.in)
	}
}
