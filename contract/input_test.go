package contract

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// testWrongInput sends invalid requests that the client cannot send, and requires
// the error response of the document.
func testWrongInput(t *testing.T, check *checker, seen *coverage) {
	for _, c := range []struct{ name, method, target, body string }{
		{"relations that do not exist", "GET", v1 + "?_groupsRelations=members", ""},
		{"a page of none", "GET", v2 + "?_limit=0", ""},
		{"a page below 0", "GET", v2 + "?_offset=-1", ""},
		{"a size that is no number", "GET", v2 + "?_limit=all", ""},
		{"an unknown sort", "GET", v2 + "?_sortBy=color", ""},
		{"an order in small letters", "GET", v2 + "?_order=asc", ""},
		{"a group without a name", "POST", v1, `{"color":"red"}`},
		{"a group with an empty name", "POST", v1, `{"name":""}`},
		{"a group with a name that is no text", "POST", v1, `{"name":7}`},
		{"half a document", "POST", v1, `{"name":"x"`},
		{"metadata that is no text", "PATCH", v1 + "/{id}", `{"metadata":{}}`},
		{"no ids", "POST", v1 + "/bulkGet", `{}`},
		{"groupIds instead of groupsIds", "POST", v1 + "/bulkGet", `{"groupIds":["x"]}`},
		{"roles for users", "POST", v1 + "/{id}/users", `{"roleIds":["x"]}`},
		{"a DELETE of users without a body", "DELETE", v1 + "/{id}/users", ""},
		{"a DELETE of roles without a list", "DELETE", v1 + "/{id}/roles", `{"roleIds":"x"}`},
		{"users for roles", "POST", v1 + "/{id}/roles", `{"userIds":["x"]}`},
		{"a switch that is a text", "POST", v1 + "/config", `{"enabled":"true"}`},
		{"a page of users below 0", "GET", "/identity/resources/users/v3?_offset=-1", ""},
		{"an unknown sort of users", "GET", "/identity/resources/users/v3?_sortBy=color", ""},
		{"groups of no users", "GET", "/identity/resources/users/v3/groups", ""},
		{"roles of no users", "GET", "/identity/resources/users/v3/roles", ""},
		{"an unknown sort of roles", "GET", "/identity/resources/roles/v2?_sortBy=color", ""},
		{"an unknown sort of tenants", "GET", "/tenants/resources/tenants/v2?_sortBy=color", ""},
		{"an environment's login without a secret", "POST", "/auth/vendor", `{"clientId":"x"}`},
		{"an API token's login without an id", "POST", "/identity/resources/auth/v2/api-token", `{"secret":"x"}`},
		{"the older login with numbers", "POST", "/identity/resources/auth/v1/api-token", `{"clientId":1,"secret":2}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, check, seen)
			f.wrongInput = true
			token := f.server.IssueToken(tenant)
			if strings.HasPrefix(c.target, "/tenants/") {
				token = f.server.IssueToken("")
			}
			if strings.Contains(c.target, "auth/") {
				token = ""
			}
			status := f.send(t, c.method, strings.ReplaceAll(c.target, "{id}", f.group.ID), token, c.body)
			assert.Contains(t, []int{http.StatusBadRequest, http.StatusUnprocessableEntity}, status)
		})
	}
	t.Run("a long URL", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t, check, seen)
		status := f.send(t, "GET", v1+"/"+strings.Repeat("x", 8000), f.server.IssueToken(tenant), "")
		assert.Equal(t, http.StatusRequestURITooLong, status)
	})
}
