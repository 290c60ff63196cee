package token

import (
	"cmp"
	"encoding/base64"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/frontegg-go/frontegg/internal/validate"
)

const (
	defaultLifetime = time.Minute    // of a token without an expiry
	maxLifetime     = 24 * time.Hour // whatever the response says
)

// document has the field names of the token endpoints.
type document struct {
	Token            string         `json:"token"`        // environment; API token v1
	AccessToken      string         `json:"accessToken"`  // API token v1
	AccessTokenSnake string         `json:"access_token"` // API token v2
	ExpiresIn        jsontext.Value `json:"expiresIn"`
	ExpiresInSnake   jsontext.Value `json:"expires_in"`
	Refresh          jsontext.Value `json:"refreshToken"`
	RefreshSnake     jsontext.Value `json:"refresh_token"`
	MFARequired      jsontext.Value `json:"mfaRequired"`
}

// ErrMFARequired is returned for a response that asks for a second factor.
var ErrMFARequired = errors.New("the login requires multi-factor authentication, which a program cannot provide; use credentials without it")

// Parse reads the response of a token endpoint. The token's lifetime is counted
// from began, when the request was sent. Errors never contain part of the body.
func Parse(body []byte, began time.Time) (*Token, error) {
	var d document
	if json.Unmarshal(body, &d, jsontext.AllowInvalidUTF8(true)) != nil {
		return nil, errors.New("the token response is not the expected JSON document")
	}
	if string(d.MFARequired) == "true" {
		return nil, ErrMFARequired
	}
	for _, value := range []string{d.AccessTokenSnake, d.AccessToken, d.Token} {
		if value == "" {
			continue
		}
		if reason := validate.Token(value); reason != "" {
			return nil, errors.New("the token in the response " + reason)
		}
		lifetime, ok := seconds(d.ExpiresInSnake)
		if !ok {
			lifetime, ok = seconds(d.ExpiresIn)
		}
		if !ok {
			lifetime = jwtLifetime(value, began)
		}
		t := New(value, began.Add(min(lifetime, maxLifetime)))
		t.Refresh = cmp.Or(text(d.RefreshSnake), text(d.Refresh))
		return t, nil
	}
	return nil, errors.New("the token response has no token")
}

// text reads a JSON string. It returns "" for another value.
func text(raw jsontext.Value) (s string) {
	if len(raw) > 0 && raw.Kind() == '"' {
		_ = json.Unmarshal(raw, &s)
	}
	return s
}

// seconds reads a positive number of seconds, a JSON number or string.
func seconds(raw jsontext.Value) (time.Duration, bool) {
	text := string(raw)
	if len(raw) > 0 && raw.Kind() == '"' {
		if json.Unmarshal(raw, &text) != nil {
			return 0, false
		}
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if overflow := errors.Is(err, strconv.ErrRange); err != nil && !overflow || math.IsNaN(n) || n <= 0 {
		return 0, false
	}
	if err == nil && math.IsInf(n, 1) { // the word, not a number
		return 0, false
	}
	return time.Duration(min(n, maxLifetime.Seconds()) * float64(time.Second)), true
}

// jwtLifetime returns the lifetime of a JWT from began, by its exp claim, or
// defaultLifetime if there is none or it has passed. The signature is not verified.
func jwtLifetime(jwt string, began time.Time) time.Duration {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return defaultLifetime
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return defaultLifetime
	}
	var claims struct {
		Exp float64 `json:"exp"`
	}
	if json.Unmarshal(payload, &claims) != nil || claims.Exp <= 0 || claims.Exp > math.MaxInt32*100 {
		return defaultLifetime
	}
	lifetime := time.Unix(int64(claims.Exp), 0).Sub(began)
	if lifetime <= 0 {
		return defaultLifetime
	}
	return lifetime
}
