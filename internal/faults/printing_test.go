package faults

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

// The secrets of the tests. Output that contains the word canary shows a secret.
const (
	canaryKey   = `canary"key<&>/+%=0123456789`
	canaryToken = `canary.token-/+=~0123456789`
)

// containsSecret reports whether text contains part of a secret in any encoding.
func containsSecret(text string) bool {
	forms := []string{"canary", hex.EncodeToString([]byte("canary")), "9997110971", `c","a","n`}
	for shift := range 3 { // base64 of the word, at any offset
		encoded := base64.StdEncoding.EncodeToString(append(make([]byte, shift), "canary"...))
		forms = append(forms, strings.ToLower(encoded[4*min(shift, 1):8]))
	}
	lower := strings.ToLower(text)
	dump := strings.NewReplacer(" ", "", "\n", "", "|", "", "-", "", "0x", "", ",", "").Replace(lower)
	return slices.ContainsFunc(forms, func(form string) bool { return strings.Contains(lower, form) || strings.Contains(dump, form) })
}

// formatted returns v in every format of fmt, encoding and slog, except %p, which
// no type can control.
func formatted(v any) []string {
	var out []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%100v", "%o", "%c", "%U"} {
		out = append(out, fmt.Sprintf(verb, v))
	}
	out = append(out, fmt.Sprint(v), fmt.Sprintln(v), fmt.Errorf("wrapped: %w", asError(v)).Error(), fmt.Sprint([]any{v}), fmt.Sprint(map[string]any{"k": v}))
	for _, marshal := range []func(any) ([]byte, error){
		json.Marshal, func(v any) ([]byte, error) { return jsonv2.Marshal(v) }, xml.Marshal,
	} {
		b, err := marshal(v)
		out = append(out, string(b), fmt.Sprint(err))
	}
	var logged bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&logged, nil), slog.NewJSONHandler(&logged, nil)} {
		slog.New(handler).Info("message", slog.Any("v", v), slog.Group("g", slog.Any("v", v)), slog.Any("list", []any{v}))
	}
	out = append(out, logged.String())
	if err, ok := v.(error); ok {
		switch err := err.(type) {
		case interface{ Unwrap() error }:
			if inner := err.Unwrap(); inner != nil {
				out = append(out, formatted(inner)...)
			}
		case interface{ Unwrap() []error }:
			for _, inner := range err.Unwrap() {
				out = append(out, formatted(inner)...)
			}
		}
	}
	return out
}

func asError(v any) error {
	if err, ok := v.(error); ok {
		return err
	}
	return errors.New(fmt.Sprint(v))
}

func requireNoLeak(t testing.TB, what string, v any) {
	t.Helper()
	for _, text := range formatted(v) {
		require.False(t, containsSecret(text), "%s shows a secret: %s", what, text)
	}
}

func TestContainsSecret_Encodings(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"%v", "%q", "%x", "%X", "%#v"} {
		assert.True(t, containsSecret(fmt.Sprintf(verb, canaryKey)), verb)
	}
	for _, text := range []string{
		fmt.Sprintf("%v", []byte(canaryToken)), base64.StdEncoding.EncodeToString([]byte(canaryKey)), base64.RawURLEncoding.EncodeToString([]byte("x" + canaryKey)),
		base64.StdEncoding.EncodeToString([]byte("xy" + canaryKey)), http.CanonicalHeaderKey(canaryToken),
	} {
		assert.True(t, containsSecret(text), text)
	}
	assert.False(t, containsSecret("[REDACTED]"))
	type holder struct{ Inner *struct{ Key string } }
	found := false
	for _, text := range formatted(holder{&struct{ Key string }{canaryKey}}) {
		found = found || containsSecret(text)
	}
	assert.True(t, found)
}

func TestToken_Format(t *testing.T) {
	t.Parallel()
	token, secret := frontegg.Token{Value: canaryToken}, frontegg.Secret(canaryToken)
	type holder struct {
		Token   frontegg.Token
		Pointer *frontegg.Token
		Secret  *frontegg.Secret
		List    []*frontegg.Token
		Map     map[string]*frontegg.Secret
		Any     any
	}
	for _, v := range []any{
		token, &token,
		[]frontegg.Token{token},
		[]*frontegg.Token{&token},
		map[string]frontegg.Token{"a": token},
		map[int]*frontegg.Token{1: &token},
		secret, &secret,
		[]*frontegg.Secret{&secret},
		[1]frontegg.Secret{secret},
		struct{ frontegg.Token }{token},
		holder{token, &token, &secret, []*frontegg.Token{&token}, map[string]*frontegg.Secret{"a": &secret}, &token},
		&holder{Any: []any{token, &secret}},
		[]holder{{Pointer: &token}},
	} {
		for _, verb := range "vTtbcdoOqxXUeEfFgGs" {
			for _, flags := range []string{"", "+", "#", " ", "0", "-20", ".3"} {
				format := "%" + flags + string(verb)
				assert.False(t, containsSecret(fmt.Sprintf(format, v)), "%s of %T", format, v)
			}
		}
		requireNoLeak(t, fmt.Sprintf("%T", v), v)
	}
	for _, verb := range "vsxXdq" { // as the key of a map it is not in JSON only
		assert.False(t, containsSecret(fmt.Sprintf("%"+string(verb), map[frontegg.Secret]int{secret: 1})), string(verb))
	}
	assert.Equal(t, "{[REDACTED] 0001-01-01 00:00:00 +0000 UTC}", fmt.Sprint(token))
	assert.Equal(t, "[REDACTED]", frontegg.Secret("").String())
}

// failureText is a testing.T that keeps the text of a failure.
type failureText struct{ strings.Builder }

func (f *failureText) Errorf(format string, args ...any) { fmt.Fprintf(f, format, args...) }

func TestClient_Dump(t *testing.T) {
	t.Parallel()
	for name, credentials := range map[string]func(key, token string) frontegg.ClientOption{
		"credentials": func(key, _ string) frontegg.ClientOption { return frontegg.WithCredentials("id", key) },
		"API token":   func(key, _ string) frontegg.ClientOption { return frontegg.WithAPIToken("id", key) },
		"token":       func(_, token string) frontegg.ClientOption { return frontegg.WithToken(token) },
	} {
		synctest.Test(t, func(t *testing.T) {
			var clients []*frontegg.Client
			for key, token := range map[string]string{canaryKey: canaryToken, "another-key": "another.token"} { // a diff has only what is different
				s := &fakeTransport{Respond: success, Login: reply(200, `{"token":"`+token+`","expiresIn":3600}`)}
				c := build(t, s, credentials(key, token), frontegg.WithHeader("X-Key", key), frontegg.WithTenant(fmt.Sprint("own-", len(clients))))
				require.NoError(t, operationCalls[op.List](t.Context(), c), "so that it has a token")
				s.Seen, s.Logins = nil, nil
				clients = append(clients, c)
			}
			synctest.Wait() // for the token requests, which use what is dumped
			var failure failureText
			assert.Equal(&failure, clients[0], clients[1])
			assert.Contains(t, failure.String(), "Diff:")
			assert.Contains(t, failure.String(), "own-", "the dump has unexported fields")
			assert.False(t, containsSecret(failure.String()), "%s: %s", name, failure.String())
		})
	}
}

// exportedTypes returns the names of the types that package frontegg exports.
func exportedTypes(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../*.go")
	require.NoError(t, err)
	var names []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.IsExported() {
				names = append(names, spec.Name.Name)
			}
			_, isFunc := n.(*ast.FuncDecl)
			return !isFunc
		})
	}
	require.Greater(t, len(names), 30)
	return names
}

func TestFormat_ExportedTypes(t *testing.T) {
	t.Parallel()
	secret := frontegg.Secret(canaryKey)
	held := frontegg.Token{Value: canaryToken, Expiry: time.Now()}
	s := &fakeTransport{Respond: success, Login: reply(200, `{"token":"`+canaryToken+`","expiresIn":3600}`)}
	c := build(t, s, frontegg.WithCredentials("client-id", canaryKey))
	var response frontegg.Response
	_, err := c.Groups.List(t.Context(), frontegg.WithResponse(&response))
	require.NoError(t, err)
	source, err := frontegg.NewTokenSource(frontegg.WithCredentials("client-id", canaryKey))
	require.NoError(t, err)
	_, invalid := frontegg.NewClient(frontegg.WithCredentials("", canaryKey+"\n"), frontegg.WithBaseURL("https://user:"+canaryKey+"@h/?"+canaryKey),
		frontegg.WithToken(canaryToken+" "), frontegg.WithHeader("Authorization", canaryKey), frontegg.WithTenant(canaryKey+" "))
	require.Error(t, invalid)
	_ = as[*frontegg.ValidationError](t, invalid)

	// Values of the exported types that can hold a secret.
	values := map[string][]any{
		"Secret": {secret, &secret, []frontegg.Secret{secret}, map[string]frontegg.Secret{"k": secret}, struct{ S frontegg.Secret }{secret}},
		"Token":  {held, &held, []frontegg.Token{held}}, "TokenSource": {source, frontegg.WithTokenSource(source)},
		"Client": {c, *c, c.ForTenant("t")}, "GroupsService": {c.Groups, *c.Groups}, "UsersService": {c.Users, *c.Users},
		"RolesService": {c.Roles, *c.Roles}, "TenantsService": {c.Tenants, *c.Tenants},
		"ClientOption": {
			frontegg.WithCredentials("id", canaryKey), frontegg.WithAPIToken("id", canaryKey), frontegg.WithToken(canaryToken),
			[]frontegg.ClientOption{frontegg.WithCredentials("id", canaryKey), frontegg.WithTokenSource(source)},
		},
		"Option":     {frontegg.WithTenant("t"), frontegg.WithHeader("X-Key", canaryKey)},
		"ReadOption": {frontegg.WithRelations(frontegg.RelationsRoles)}, "RequestOption": {frontegg.WithResponse(&response)},
		"Response": {response, &response}, "RateLimit": {response.RateLimit}, "RetryPolicy": {frontegg.RetryPolicy{}},
		"ValidationError": {invalid},
	}
	// Types with text from the server or the caller, see redaction_test.go, and
	// types without text.
	plain := []string{
		"Region", "Relations", "Hook", "CallInfo", "CallResult", "Group", "Role", "User", "ManagedBy", "CreateGroupParams", "UpdateGroupParams", "GroupsConfig",
		"UpdateGroupsConfigParams", "PageOptions", "GroupPage", "PageLinks", "WalkOptions", "SortField", "Order", "Change", "Tenant", "RateLimiter", "UserWalkOptions", "TenantWalkOptions", "Request",
		"APIError", "TransportError", "DecodeError", "RateLimitError", "AuthError", "BatchError",
	}
	for _, name := range exportedTypes(t) {
		if values[name] == nil {
			assert.Contains(t, plain, name, "a new type: look at what it prints")
		}
		for _, v := range values[name] {
			requireNoLeak(t, name, v)
		}
	}
	assert.Equal(t, canaryKey, secret.Reveal())
	assert.Equal(t, "[REDACTED]", secret.String())
	assert.Equal(t, "[REDACTED]", secret.GoString())
}
