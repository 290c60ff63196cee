package fronteggtest

import (
	"net/http"
	"time"
)

// login checks the body of a token request and issues a token to the owner that
// ownerOf returns.
func (s *Server) login(c *call, ownerOf func(clientID, secret string) (owner, bool)) (string, *response) {
	in, failure := decode[struct {
		ClientID *string `json:"clientId"`
		Secret   *string `json:"secret"`
	}](c)
	if failure != nil {
		return "", failure
	}
	if in.ClientID == nil {
		return "", badRequest("clientId must be a string")
	}
	if in.Secret == nil {
		return "", badRequest("secret must be a string")
	}
	o, ok := ownerOf(*in.ClientID, *in.Secret)
	if !ok {
		return "", new(errorResponse(http.StatusUnauthorized, "Invalid credentials"))
	}
	return s.issue(o), nil
}

func (s *Server) authVendor(c *call) response {
	t, failure := s.login(c, func(id, secret string) (owner, bool) {
		return owner{}, id == s.clientID && secret == s.apiKey
	})
	if failure != nil {
		return *failure
	}
	return success(http.StatusOK, encode(struct {
		Token     string  `json:"token"`
		ExpiresIn float64 `json:"expiresIn"`
	}{t, s.tokenTTL.Seconds()}))
}

// ownerOf returns the owner of an API token.
func (s *Server) ownerOf(clientID, secret string) (owner, bool) {
	t, ok := s.apiTokens[clientID]
	return t.owner, ok && t.secret == secret
}

func (s *Server) authAPITokenV2(c *call) response {
	if s.behavior.LoginV1Only {
		return notFound(c)
	}
	t, failure := s.login(c, s.ownerOf)
	if failure != nil {
		return *failure
	}
	return success(http.StatusOK, encode(struct {
		AccessToken  string  `json:"access_token"`
		RefreshToken string  `json:"refresh_token"`
		ExpiresIn    float64 `json:"expires_in"`
		Expires      string  `json:"expires"`
	}{t, s.newID(), s.tokenTTL.Seconds(), s.expires()}))
}

func (s *Server) authAPITokenV1(c *call) response {
	t, failure := s.login(c, s.ownerOf)
	if failure != nil {
		return *failure
	}
	return success(http.StatusOK, encode(struct {
		MFARequired  bool    `json:"mfaRequired"`
		AccessToken  string  `json:"accessToken"`
		RefreshToken string  `json:"refreshToken"`
		ExpiresIn    float64 `json:"expiresIn"`
		Expires      string  `json:"expires"`
	}{false, t, s.newID(), s.tokenTTL.Seconds(), s.expires()}))
}

// expires is the expiry of a token that is issued now, in the API's format.
func (s *Server) expires() string {
	return time.Now().Add(s.tokenTTL).UTC().Format(http.TimeFormat)
}
