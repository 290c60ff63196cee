package interop

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

const prismProgram = "node_modules/@stoplight/prism-cli/dist/index.js"

var prismListens = regexp.MustCompile(`Prism is listening on (http://\S+)`)

// prism runs Prism on a free port and returns its address.
func prism(t *testing.T, args ...string) string {
	t.Helper()
	args = append([]string{prismProgram, args[0], "--port", "0", "--cors", "false"}, args[1:]...)
	return start(t, prismListens, "node", args...)[1]
}

// prismMock responds with examples of the documents, and with a 4xx to invalid
// requests. Prism's own responses may violate patterns; such violations are ignored.
func prismMock(t *testing.T, watch *violations) string {
	t.Helper()
	docs := documents(t)
	var prisms []string
	for _, doc := range docs {
		prisms = append(prisms, prism(t, "mock", doc.file))
	}
	return gateway(t, docs, prisms, watch)
}

// prismProxy forwards requests to server. It responds with a 4xx to invalid requests
// and with a 500 in place of invalid responses.
func prismProxy(t *testing.T, docs []document, server string, watch *violations) string {
	t.Helper()
	var prisms []string
	for _, doc := range docs {
		prisms = append(prisms, prism(t, "proxy", "--errors", doc.file, upstream(t, doc, server)))
	}
	return gateway(t, docs, prisms, watch)
}

func TestPrism_Mock(t *testing.T) {
	t.Parallel()
	var watch violations
	base := prismMock(t, &watch)
	client, err := frontegg.NewClient(
		frontegg.WithBaseURL(base), frontegg.WithCredentials("client-id", "api-key"), frontegg.WithTenant(tenant))
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })

	everyOperation(t, client.Groups, "role-id", "user-id")
	apiTokenLogin(t, base, "client-id", "secret")
	_, responses := watch.report()
	assert.Equal(t, 13+1+1+1, responses, "13 operations, their login, and another login with a call")

	// Prism rejects invalid requests, else the test would prove nothing.
	for name, body := range map[string]string{"no name": `{}`, "a number as name": `{"name":7}`} {
		assert.Equal(t, http.StatusUnprocessableEntity, post(t, base, "Bearer token", body), name)
	}
	assert.Equal(t, http.StatusUnauthorized, post(t, base, "", `{"name":"x"}`), "no token")
}

func TestPrism_Proxy(t *testing.T) {
	t.Parallel()
	fake := fronteggtest.Start(t)
	// Frontegg's document requires what the API leaves out or sends as null: the
	// description and tenant of a role, the picture of a user.
	role := fake.AddRole(tenant, frontegg.Role{Key: "editor", Description: "edits"})
	user := fake.AddUser(tenant, frontegg.User{ProfilePictureURL: "https://pictures.example/1"})
	clientID, apiKey := fake.Credentials()
	var watch violations
	base := prismProxy(t, documents(t), fake.URL(), &watch)
	client, err := frontegg.NewClient(
		frontegg.WithBaseURL(base), frontegg.WithCredentials(clientID, apiKey), frontegg.WithTenant(tenant))
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })

	everyOperation(t, client.Groups, role.ID, user.ID)
	tokenID, tokenSecret := fake.AddAPIToken(tenant)
	apiTokenLogin(t, base, tokenID, tokenSecret)
	found, responses := watch.report()
	assert.Empty(t, found)
	assert.Equal(t, 13+1+1+1, responses, "13 operations, their login, and another login with a call")
}

// The schemas of Frontegg's document do not describe the responses to lookups as they
// have been recorded, so this test uses the project's document.
func TestPrism_Lookups(t *testing.T) {
	t.Parallel()
	fake := fronteggtest.Start(t)
	role := fake.AddRole("", frontegg.Role{Key: "editor"})
	user := fake.AddUser(tenant, frontegg.User{Email: "ada+1@example.com"})
	fake.AssignRoles(tenant, user.ID, role.ID)
	group := fake.AddGroup(tenant, frontegg.Group{Users: []frontegg.User{user}})
	var watch violations
	base := prismProxy(t, []document{parse(t, ownDocument)}, fake.URL(), &watch)
	client, err := frontegg.NewClient(
		frontegg.WithBaseURL(base), frontegg.WithCredentials(fake.Credentials()), frontegg.WithTenant(tenant))
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })

	everyLookup(t, client, user, role.ID, group.ID)
	found, responses := watch.report()
	assert.Empty(t, found)
	assert.Equal(t, 6+1, responses, "6 lookups and a login")
}

func TestPrism_InvalidResponse(t *testing.T) {
	t.Parallel()
	wrong := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"groups":[{"id":7}]}`))
	})
	var watch violations
	client, err := frontegg.NewClient(
		frontegg.WithBaseURL(prismProxy(t, documents(t), serve(t, wrong), &watch)),
		frontegg.WithToken("token"), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })

	_, err = client.Groups.List(t.Context())
	require.ErrorIs(t, err, frontegg.ErrServer)
	found, _ := watch.report()
	require.Len(t, found, 1)
	assert.Contains(t, found[0], "groups")
}

// post sends an invalid create and returns the status of the response.
func post(t *testing.T, base, authorization, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/identity/resources/groups/v1", strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode
}
