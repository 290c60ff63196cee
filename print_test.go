package frontegg_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

const canary = "canary-0123456789-of-the-test"

// leaks reports whether text shows the canary, also in hexadecimal, as %x and dumps do.
func leaks(text string) bool {
	dump := strings.NewReplacer(" ", "", "\n", "", "|", "", "-", "", "0x", "", ",", "").Replace(text)
	encoded := hex.EncodeToString([]byte(canary[:12]))
	return strings.Contains(text, canary) || strings.Contains(strings.ToLower(dump), encoded) || strings.Contains(dump, "9997110971")
}

func TestToken_Format(t *testing.T) {
	t.Parallel()
	token := frontegg.Token{Value: canary}
	secret := frontegg.Secret(canary)
	type holder struct {
		Token   frontegg.Token
		Pointer *frontegg.Token
		Secret  *frontegg.Secret
		List    []*frontegg.Token
		Map     map[string]*frontegg.Secret
		Any     any
	}
	values := []any{
		token, &token,
		[]frontegg.Token{token},
		[]*frontegg.Token{&token},
		map[string]frontegg.Token{"a": token},
		map[int]*frontegg.Token{1: &token},
		secret, &secret,
		[]*frontegg.Secret{&secret},
		[1]frontegg.Secret{secret},
		map[frontegg.Secret]int{secret: 1},
		holder{token, &token, &secret, []*frontegg.Token{&token}, map[string]*frontegg.Secret{"a": &secret}, &token},
		&holder{Any: []any{token, &secret}},
		[]holder{{Pointer: &token}},
		struct{ frontegg.Token }{token},
	}
	for _, v := range values {
		for _, verb := range "vTtbcdoOqxXUeEfFgGs" {
			for _, flags := range []string{"", "+", "#", " ", "0", "-20", ".3"} {
				format := "%" + flags + string(verb)
				assert.False(t, leaks(fmt.Sprintf(format, v)), "%s of %T", format, v)
			}
		}
		encoded, err := json.Marshal(map[string]any{"v": v})
		if err == nil {
			_, isKey := v.(map[frontegg.Secret]int) // which is documented
			assert.True(t, isKey || !leaks(string(encoded)), "JSON of %T", v)
		}
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		assert.False(t, leaks(log.String()), "log of %T", v)
	}
	assert.Equal(t, "{[REDACTED] 0001-01-01 00:00:00 +0000 UTC}", fmt.Sprint(token))
}

// recorder is a testing.T that keeps the text of a failure.
type recorder struct{ text string }

func (r *recorder) Errorf(format string, args ...any) { r.text += fmt.Sprintf(format, args...) }

func TestClient_Dump(t *testing.T) {
	t.Parallel()
	w := newWire()
	n := 0
	newClient := func(t *testing.T, credentials func(secret string) frontegg.ClientOption) *frontegg.Client {
		n++
		secret := fmt.Sprint(canary, n)
		w.respond("POST", base+"/auth/vendor", 200, `{"token":"`+secret+`","expiresIn":3600}`)
		w.respond("GET", groups, 200, `{"groups":[]}`)
		c, err := frontegg.NewClient(credentials(secret), frontegg.WithHeader("X-Key", secret), frontegg.WithTenant(fmt.Sprint("tenant-", n)), frontegg.WithHTTPClient(httpClient(w)))
		require.NoError(t, err)
		_, _ = c.Groups.List(t.Context()) // so that it has a token
		w.requests = nil
		return c
	}
	for name, credentials := range map[string]func(secret string) frontegg.ClientOption{
		"credentials": func(s string) frontegg.ClientOption { return frontegg.WithCredentials("id", s) },
		"API token":   func(s string) frontegg.ClientOption { return frontegg.WithAPIToken("id", s) },
		"token":       frontegg.WithToken,
	} {
		var failure recorder
		synctest.Test(t, func(t *testing.T) {
			first, second := newClient(t, credentials), newClient(t, credentials)
			synctest.Wait() // for the token requests, which use what is dumped
			assert.Equal(&failure, first, second)
		})
		assert.Contains(t, failure.text, "Diff:")
		assert.Contains(t, failure.text, "tenant-", "the dump has unexported fields")
		assert.False(t, leaks(failure.text), "%s: %s", name, failure.text)
	}
}

func TestNewClient_PlaceholderForASecret(t *testing.T) {
	t.Parallel()
	placeholder := fmt.Sprint(frontegg.Secret(canary))
	for name, option := range map[string]frontegg.ClientOption{
		"key": frontegg.WithCredentials("id", placeholder), "API token": frontegg.WithAPIToken("id", placeholder),
		"token": frontegg.WithToken(placeholder), "with Bearer": frontegg.WithToken("Bearer" + placeholder),
	} {
		_, err := frontegg.NewClient(option)
		require.ErrorContains(t, err, "printed in place of a secret", name)
	}
	c, err := frontegg.NewClient(frontegg.WithTokenSource(sourceFunc(func() (frontegg.Token, error) { return frontegg.Token{Value: frontegg.Secret(placeholder)}, nil })), frontegg.WithHTTPClient(httpClient(newWire())))
	require.NoError(t, err)
	_, err = c.Groups.List(t.Context(), frontegg.WithTenant("acme"))
	require.ErrorIs(t, err, frontegg.ErrAuthentication)
	require.ErrorContains(t, err, "printed in place of a secret")
}
