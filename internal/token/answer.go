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
	unknownLife = time.Minute    // of a token that does not say how long it lives
	longestLife = 24 * time.Hour // however long the server says
)

// document has the names under which the token endpoints return a token.
type document struct {
	Token            string         `json:"token"`        // environment; API token v1
	AccessToken      string         `json:"accessToken"`  // API token v1
	AccessTokenSnake string         `json:"access_token"` // API token v2
	ExpiresIn        jsontext.Value `json:"expiresIn"`
	ExpiresInSnake   jsontext.Value `json:"expires_in"`
	Refresh          jsontext.Value `json:"refreshToken"`
	RefreshSnake     jsontext.Value `json:"refresh_token"`
}

// Parse reads the answer of a token endpoint. The token's life counts from
// began, when the request was sent. Its errors never hold part of the body.
func Parse(body []byte, began time.Time) (*Token, error) {
	var d document
	if json.Unmarshal(body, &d, jsontext.AllowInvalidUTF8(true)) != nil {
		return nil, errors.New("the token answer is not the JSON document that was expected")
	}
	for _, value := range []string{d.AccessTokenSnake, d.AccessToken, d.Token} {
		if value == "" {
			continue
		}
		if reason := validate.Token(value); reason != "" {
			return nil, errors.New("the token in the answer " + reason)
		}
		life, ok := seconds(d.ExpiresInSnake)
		if !ok {
			life, ok = seconds(d.ExpiresIn)
		}
		if !ok {
			life = jwtLife(value, began)
		}
		t := New(value, began.Add(min(life, longestLife)))
		t.Refresh = cmp.Or(text(d.RefreshSnake), text(d.Refresh))
		return t, nil
	}
	return nil, errors.New("the token answer has no token")
}

// text reads a string; what is none is "".
func text(raw jsontext.Value) (s string) {
	if len(raw) > 0 && raw.Kind() == '"' {
		_ = json.Unmarshal(raw, &s)
	}
	return s
}

// seconds reads a positive number of seconds, written as a number or a string.
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
	return time.Duration(min(n, longestLife.Seconds()) * float64(time.Second)), true
}

// jwtLife is how long a JWT says that it lives, from began; a minute where it
// does not say or has ended. The signature is the server's business.
func jwtLife(jwt string, began time.Time) time.Duration {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return unknownLife
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return unknownLife
	}
	var claims struct {
		Exp float64 `json:"exp"`
	}
	if json.Unmarshal(payload, &claims) != nil || claims.Exp <= 0 || claims.Exp > math.MaxInt32*100 {
		return unknownLife
	}
	life := time.Unix(int64(claims.Exp), 0).Sub(began)
	if life <= 0 {
		return unknownLife
	}
	return life
}
