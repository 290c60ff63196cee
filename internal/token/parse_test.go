package token

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var began = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// jwt is a token with the given payload.
func jwt(payload string) string {
	return "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".c2ln"
}

func exp(d time.Duration) string { return jwt(fmt.Sprintf(`{"exp":%d}`, began.Add(d).Unix())) }

func TestParse_FieldNames(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"token":"abc","expiresIn":3600}`,
		`{"accessToken":"abc","expiresIn":3600}`,
		`{"access_token":"abc","expires_in":3600}`,
		`{"access_token":"abc","refresh_token":"def","expires_in":3600,"expires":"Sun, 01 Mar 2026 13:00:00 GMT"}`,
		`{"access_token":"abc","token":"def","expires_in":3600,"expiresIn":1}`,
		`{"token":"abc","expiresIn":"3600","more":{"x":[1]}}`,
		"{\"token\":\"abc\",\"expiresIn\":3600,\"x\":\"\xff\"}",
	} {
		token, err := Parse([]byte(body), began)
		require.NoError(t, err, body)
		assert.Equal(t, "abc", token.Value, body)
		assert.Equal(t, "Bearer abc", token.Header)
		assert.Equal(t, began.Add(time.Hour), token.Expiry, body)
	}
}

func TestParse_Lifetime(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, token, expires string
		want                 time.Duration
	}{
		{"a number", "abc", `3600`, time.Hour},
		{"a numeric string", "abc", `"3600"`, time.Hour},
		{"a numeric string with blanks", "abc", `" 3600 "`, time.Hour},
		{"a fraction", "abc", `1.5`, 1500 * time.Millisecond},
		{"an exponent", "abc", `36e2`, time.Hour},
		{"more than a day", "abc", `864000`, 24 * time.Hour},
		{"more than a Duration holds", "abc", `1e300`, 24 * time.Hour},
		{"more than a float holds", "abc", `"1e999"`, 24 * time.Hour},
		{"missing", "abc", ``, time.Minute},
		{"null", "abc", `null`, time.Minute},
		{"zero", "abc", `0`, time.Minute},
		{"negative", "abc", `-5`, time.Minute},
		{"NaN", "abc", `"NaN"`, time.Minute},
		{"negative infinity", "abc", `"-Inf"`, time.Minute},
		{"words", "abc", `"an hour"`, time.Minute},
		{"an empty string", "abc", `""`, time.Minute},
		{"an object", "abc", `{}`, time.Minute},
		{"true", "abc", `true`, time.Minute},
		{"missing, JWT with exp", exp(time.Hour), ``, time.Hour},
		{"not positive, JWT with exp", exp(time.Hour), `0`, time.Hour},
		{"present, JWT with another exp", exp(time.Hour), `60`, time.Minute},
		{"JWT, more than a day", exp(240 * time.Hour), ``, 24 * time.Hour},
		{"JWT, expired", exp(-time.Hour), ``, time.Minute},
		{"JWT, exp too large", jwt(`{"exp":1e300}`), ``, time.Minute},
		{"JWT, exp negative", jwt(`{"exp":-5}`), ``, time.Minute},
		{"JWT, exp a string", jwt(`{"exp":"x"}`), ``, time.Minute},
		{"JWT without exp", jwt(`{}`), ``, time.Minute},
		{"JWT, invalid JSON", jwt(`{"exp":`), ``, time.Minute},
		{"JWT of two parts", "eyJhbGciOiJub25lIn0.e30", ``, time.Minute},
		{"JWT, invalid base64", "a.!!!.b", ``, time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			body := fmt.Sprintf(`{"token":%q}`, tt.token)
			if tt.expires != "" {
				body = fmt.Sprintf(`{"token":%q,"expiresIn":%s}`, tt.token, tt.expires)
			}
			token, err := Parse([]byte(body), began)
			require.NoError(t, err)
			assert.Equal(t, tt.want, token.Expiry.Sub(began))
		})
	}
}

// invalid are responses without a token.
var invalid = []string{
	"", " ", "null", "[]", "{}", "true", "42", `"abc"`, "<html>hello</html>", `{"token":""}`, `{"token":null}`, `{"token":5}`, `{"token":["abc"]}`,
	`{"token":"abc"`, `{"token":"abc"} x`, `{"token":"a b"}`, `{"token":"a\nb"}`, `{"token":"a\u0000b"}`, `{"token":"ä"}`, "{\"token\":\"\xff\"}",
	`{"token":"abc","token":"def"}`, `{"Token":"abc"}`, `{"data":{"token":"abc"}}`, `{"mfaRequired":true}`,
}

func TestParse_Invalid(t *testing.T) {
	t.Parallel()
	tooLong := fmt.Sprintf(`{"token":%q}`, strings.Repeat("a", 16<<10+1))
	for _, body := range append([]string{tooLong}, invalid...) {
		token, err := Parse([]byte(body), began)
		require.Error(t, err, "%.100s", body)
		assert.Nil(t, token)
		assert.Less(t, len(err.Error()), 200)
	}
	longest := strings.Repeat("a", 16<<10)
	token, err := Parse(fmt.Appendf(nil, `{"token":%q}`, longest), began)
	require.NoError(t, err)
	assert.Equal(t, longest, token.Value)
}

func FuzzParse(f *testing.F) {
	f.Add(`{"token":"abc","expiresIn":3600}`)
	f.Add(`{"access_token":"abc","expires_in":"1e999"}`)
	f.Add(fmt.Sprintf(`{"token":%q}`, exp(time.Hour)))
	f.Add(fmt.Sprintf(`{"token":%q}`, jwt(`{"exp":1e300}`)))
	for _, body := range invalid {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		token, err := Parse([]byte(body), began)
		if err != nil {
			if token != nil {
				t.Error("a token and an error")
			}
			return
		}
		if lifetime := token.Expiry.Sub(began); lifetime <= 0 || lifetime > 24*time.Hour {
			t.Errorf("a lifetime of %v", lifetime)
		}
		if strings.ContainsFunc(token.Value, func(r rune) bool { return r <= ' ' || r > '~' }) || token.Value == "" {
			t.Errorf("token %q", token.Value)
		}
		if token.Header != "Bearer "+token.Value {
			t.Errorf("header %q", token.Header)
		}
	})
}
