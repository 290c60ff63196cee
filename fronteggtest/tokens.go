package fronteggtest

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/frontegg-go/frontegg"
)

// token is an access token that was issued.
type token struct {
	tenant string // "": of the environment
	expiry time.Time
}

// apiToken is an API token: a client ID, which is the key, and a secret.
type apiToken struct {
	secret string
	owner  owner
}

// owner is the owner of a token. All fields are empty for the environment.
type owner struct{ tenant, user, apiToken string }

// AddAPIToken creates an API token of the tenant and returns its client ID and
// secret, as [frontegg.WithAPIToken] takes them. Calls with it act on that tenant.
func (s *Server) AddAPIToken(tenantID string) (clientID, secret string) {
	return s.addAPIToken(owner{tenant: tenantID})
}

// AddUserAPIToken creates an API token of a user in the tenant, like
// [Server.AddAPIToken]. The user must have been added; if not, it panics.
func (s *Server) AddUserAPIToken(tenantID, userID string) (clientID, secret string) {
	if !s.hasUser(tenantID, userID) {
		panic("fronteggtest: AddUserAPIToken: tenant " + tenantID + " has no user " + userID)
	}
	return s.addAPIToken(owner{tenant: tenantID, user: userID})
}

func (s *Server) addAPIToken(o owner) (clientID, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	clientID, secret = s.newID(), s.newID()
	o.apiToken = clientID
	s.apiTokens[clientID] = apiToken{secret, o}
	return clientID, secret
}

// IssueToken returns a new access token, as [frontegg.WithToken] takes it: of the
// tenant, or of the environment if tenantID is empty. It counts as no request.
func (s *Server) IssueToken(tenantID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if tenantID == "" {
		return s.issue(owner{})
	}
	return s.issue(owner{tenant: tenantID, apiToken: s.newID()})
}

// RevokeTokens revokes the given access tokens, or all that were issued so far if
// none is given. Calls with a revoked token get a 401. Logging in again helps.
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

// lookupToken returns the token of a request: Authorization with the scheme Bearer
// in any case, or X-Access-Token.
func (s *Server) lookupToken(header http.Header) (token, AuthKind) {
	value := header.Get("X-Access-Token")
	if authorization := header.Get("Authorization"); authorization != "" {
		scheme, credentials, _ := strings.Cut(authorization, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return token{}, AuthInvalid
		}
		value = strings.TrimSpace(credentials)
	} else if value == "" {
		return token{}, AuthNone
	}
	t, known := s.tokens[value]
	switch {
	case !known || !time.Now().Before(t.expiry):
		return token{}, AuthInvalid
	case t.tenant == "":
		return t, AuthEnvironment
	}
	return t, AuthTenant
}

// issue creates an access token: a JWT with a random signature, which makes each
// token unique. Call it with mu held.
func (s *Server) issue(o owner) string {
	issued := time.Now()
	expiry := issued.Add(s.tokenTTL)
	signature := make([]byte, 32)
	_, _ = rand.Read(signature) // never fails
	value := segment([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." +
		segment(encode(s.claims(o, issued.Unix(), expiry.Unix()))) + "." + segment(signature)
	s.tokens[value] = token{o.tenant, expiry}
	return value
}

func segment(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// claims returns the payload of an access token. The order of its members does not
// count.
func (s *Server) claims(o owner, issued, expiry int64) any {
	if o.tenant == "" {
		return struct {
			Scopes   []string `json:"scopes"`
			Type     string   `json:"type"`
			VendorID string   `json:"vendorId"`
			IssuedAt int64    `json:"iat"`
			Expiry   int64    `json:"exp"`
		}{[]string{}, "vendor", s.clientID, issued, expiry}
	}
	kind, email := "tenantApiToken", ""
	roles := []*entity[frontegg.Role]{}
	if o.user != "" {
		kind, email = "userApiToken", s.people[o.user].value.Email
		roles = s.rolesOf(o.tenant, o.user)
	}
	keys, permissions := []string{}, []string{}
	for _, r := range roles {
		keys = append(keys, r.value.Key)
		permissions = append(permissions, r.value.Permissions...)
	}
	slices.Sort(permissions)
	return struct {
		Subject      string   `json:"sub"`
		TenantID     string   `json:"tenantId"`
		Roles        []string `json:"roles"`
		Permissions  []string `json:"permissions"`
		Metadata     struct{} `json:"metadata"`
		UserMetadata struct{} `json:"userMetadata"`
		Email        string   `json:"email,omitzero"`
		Type         string   `json:"type"`
		IssuedAt     int64    `json:"iat"`
		Expiry       int64    `json:"exp"`
	}{
		Subject: cmp.Or(o.user, o.apiToken), TenantID: o.tenant, Roles: keys, Permissions: slices.Compact(permissions),
		Email: email, Type: kind, IssuedAt: issued, Expiry: expiry,
	}
}
