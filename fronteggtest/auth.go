package fronteggtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"
)

// token is a token that was handed out.
type token struct {
	tenant string // "": of the environment
	expiry time.Time
}

// apiToken is a pair of client id and secret that belongs to a tenant.
type apiToken struct{ tenant, secret string }

// AddAPIToken makes an API token of the account tenantID and returns its client
// id and secret, as [frontegg.WithAPIToken] takes them. Calls with it act on that
// account.
func (s *Server) AddAPIToken(tenantID string) (clientID, secret string) {
	clientID, secret = randomUUID(), randomUUID()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.apiTokens[clientID] = apiToken{tenantID, secret}
	return clientID, secret
}

// IssueToken returns a new token, as [frontegg.WithToken] takes it: one of the
// account tenantID, or of the environment where tenantID is empty. No request is
// counted.
func (s *Server) IssueToken(tenantID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.issue(tenantID)
}

// RevokeTokens makes the given tokens invalid, or all that were handed out so far
// where none is given. Calls with them are answered with 401; logging in again
// helps.
func (s *Server) RevokeTokens(tokens ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(tokens) == 0 {
		clear(s.tokens)
	}
	for _, t := range tokens {
		delete(s.tokens, t)
	}
}

// lookUp returns the token of an Authorization header, and what is known of it.
func (s *Server) lookupToken(authorization string) (token, AuthKind) {
	if authorization == "" {
		return token{}, AuthNone
	}
	value, isBearer := strings.CutPrefix(authorization, "Bearer ")
	t, known := s.tokens[value]
	switch {
	case !isBearer || !known || !time.Now().Before(t.expiry):
		return token{}, AuthInvalid
	case t.tenant == "":
		return t, AuthEnvironment
	}
	return t, AuthTenant
}

// issue makes a token: a JWT, signed with a key that nobody else knows. Call it
// with mu held.
func (s *Server) issue(tenant string) string {
	issued := time.Now()
	expiry := issued.Add(s.tokenTTL)
	kind := "tenantApiToken"
	if tenant == "" {
		kind = "vendor"
	}
	value := segment([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + segment(encode(struct {
		ID       string `json:"jti"`
		Type     string `json:"type"`
		VendorID string `json:"vendorId"`
		TenantID string `json:"tenantId,omitzero"`
		IssuedAt int64  `json:"iat"`
		Expiry   int64  `json:"exp"`
	}{randomUUID(), kind, s.clientID, tenant, issued.Unix(), expiry.Unix()}))
	mac := hmac.New(sha256.New, s.tokenKey[:])
	mac.Write([]byte(value))
	value += "." + segment(mac.Sum(nil))
	s.tokens[value] = token{tenant, expiry}
	return value
}

func segment(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// credentials is the body of a token request.
type credentials struct {
	ClientID *string `json:"clientId"`
	Secret   *string `json:"secret"`
}

// login checks a token request; tenantOf says whose a pair is.
func (s *Server) login(c *call, tenantOf func(clientID, secret string) (string, bool)) (string, *response) {
	in, failure := decode[credentials](c)
	if failure != nil {
		return "", failure
	}
	if in.ClientID == nil || in.Secret == nil {
		missing := errorResponse(http.StatusBadRequest, "clientId and secret must be strings")
		return "", &missing
	}
	tenant, ok := tenantOf(*in.ClientID, *in.Secret)
	if !ok {
		wrong := errorResponse(http.StatusUnauthorized, "Invalid credentials")
		return "", &wrong
	}
	return s.issue(tenant), nil
}

func (s *Server) authVendor(c *call) response {
	t, failure := s.login(c, func(id, secret string) (string, bool) {
		return "", id == s.clientID && secret == s.apiKey
	})
	if failure != nil {
		return *failure
	}
	return done(http.StatusOK, encode(struct {
		Token     string  `json:"token"`
		ExpiresIn float64 `json:"expiresIn"`
	}{t, s.tokenTTL.Seconds()}))
}

// tenantOf returns whose API token a pair is.
func (s *Server) tenantOf(clientID, secret string) (string, bool) {
	t, ok := s.apiTokens[clientID]
	return t.tenant, ok && t.secret == secret
}

func (s *Server) authAPITokenV2(c *call) response {
	t, failure := s.login(c, s.tenantOf)
	if failure != nil {
		return *failure
	}
	return done(http.StatusOK, encode(struct {
		AccessToken  string  `json:"access_token"`
		RefreshToken string  `json:"refresh_token"`
		ExpiresIn    float64 `json:"expires_in"`
		Expires      string  `json:"expires"`
	}{t, randomUUID(), s.tokenTTL.Seconds(), s.expires()}))
}

func (s *Server) authAPITokenV1(c *call) response {
	t, failure := s.login(c, s.tenantOf)
	if failure != nil {
		return *failure
	}
	return done(http.StatusOK, encode(struct {
		AccessToken  string  `json:"accessToken"`
		RefreshToken string  `json:"refreshToken"`
		ExpiresIn    float64 `json:"expiresIn"`
		Expires      string  `json:"expires"`
	}{t, randomUUID(), s.tokenTTL.Seconds(), s.expires()}))
}

// expires is when a token that is issued now ends, in the words of the API.
func (s *Server) expires() string {
	return time.Now().Add(s.tokenTTL).UTC().Format(http.TimeFormat)
}
