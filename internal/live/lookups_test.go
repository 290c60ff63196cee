package live

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/frontegg-go/frontegg"
)

const (
	groupsV2 = "/identity/resources/groups/v2"
	usersV3  = "/identity/resources/users/v3"
	byEmail  = "/identity/resources/users/v1/email"
)

// rows is a page of any rows.
type rows struct {
	Items []map[string]any `json:"items"`
	Links struct {
		First string `json:"first"`
		Last  string `json:"last"`
	} `json:"_links"`
	Metadata struct {
		TotalItems int `json:"totalItems"`
		TotalPages int `json:"totalPages"`
	} `json:"_metadata"`
}

var limitInLink = regexp.MustCompile(`_limit=(\d+)`)

// get sends a GET and returns the outcome.
func (r *run) get(path string, query url.Values, noTenant bool, out any) string {
	var response frontegg.Response
	request := frontegg.Request{Method: http.MethodGet, Path: path, Query: query, NoTenant: noTenant}
	return outcome(&response, r.client.Do(r.t.Context(), request, out, frontegg.WithResponse(&response)))
}

// lookupQuestions are about routes and parameters that only Do can call.
var lookupQuestions = []question{
	{"users/v3/groups of a user without groups", "a row without IDs", func(r *run) string {
		if r.target.userID == "" {
			return ""
		}
		var list []struct {
			GroupIDs []string `json:"groupIds"`
		}
		status := r.get(usersV3+"/groups", url.Values{"ids": {r.target.userID}}, false, &list)
		switch {
		case status != "200":
			return status
		case len(list) == 0:
			return "no row"
		case len(list[0].GroupIDs) > 0:
			return "" // the user is in other groups
		}
		return "a row without IDs"
	}},
	{"groups/v2 without _groupsRelations: roles and users", "empty", func(r *run) string {
		if r.target.roleID == "" || r.target.userID == "" {
			return ""
		}
		g := r.group("relations")
		for _, err := range []error{
			r.groups.AddRoles(r.t.Context(), g.ID, []string{r.target.roleID}),
			r.groups.AddUsers(r.t.Context(), g.ID, []string{r.target.userID}),
		} {
			if err != nil {
				return outcome(nil, err)
			}
		}
		return r.membersOnPage(g.ID)
	}},
	{"groups/v2: _limit=1000 becomes", "200", func(r *run) string {
		var page rows
		if status := r.get(groupsV2, url.Values{"_limit": {"1000"}}, false, &page); status != "200" {
			return status
		}
		if limit := limitInLink.FindStringSubmatch(page.Links.First + " " + page.Links.Last); limit != nil {
			return limit[1]
		}
		return "unknown"
	}},
	{"totalPages with a _limit that is lowered counts by", "the lowered limit", func(r *run) string {
		var page rows
		status := r.get(groupsV2, url.Values{"_limit": {"1000"}}, false, &page)
		switch {
		case status != "200":
			return status
		case page.Metadata.TotalItems == len(page.Items):
			return "" // the tenant has too few groups
		case page.Metadata.TotalPages > 1:
			return "the lowered limit"
		}
		return "the limit of the request"
	}},
	{"users/v3: _email", "the whole address, ignoring case", func(r *run) string {
		email := r.email()
		if email == "" {
			return ""
		}
		half, upper := email[:len(email)/2], strings.ToUpper(email)
		switch {
		case r.found(email) == 0:
			return "finds nothing"
		case r.found(half) > 0:
			return "the beginning of an address, or a part"
		case upper != email && r.found(upper) == 0:
			return "the whole address, with case"
		}
		return "the whole address, ignoring case"
	}},
	{"users/v3 with _limit=0", "400", func(r *run) string {
		return r.get(usersV3, url.Values{"_limit": {"0"}}, false, nil)
	}},
	{"users/v1/email of an unknown address", "404", func(r *run) string {
		return r.get(byEmail, url.Values{"email": {unknownID + "@example.com"}}, true, nil)
	}},
	{"users/v1/email with a tenant", "200", func(r *run) string {
		email := r.email()
		if email == "" {
			return ""
		}
		return r.get(byEmail, url.Values{"email": {email}}, false, nil)
	}},
	{"users/v3/groups without a tenant", "403", func(r *run) string {
		return r.get(usersV3+"/groups", url.Values{"ids": {unknownID}}, true, nil)
	}},
	{"roles/v2 without _sortBy", "200", func(r *run) string {
		return r.get("/identity/resources/roles/v2", nil, false, nil)
	}},
	{"tenants/v2 with a tenant", "403", func(r *run) string {
		return r.get("/tenants/resources/tenants/v2", nil, false, nil)
	}},
	{"groups/v1/config with a tenant", "200", func(r *run) string {
		return r.get("/identity/resources/groups/v1/config", nil, false, nil)
	}},
}

// membersOnPage returns what groups/v2 has in place of the members of a group.
func (r *run) membersOnPage(id string) string {
	var page rows
	query := url.Values{"_limit": {"200"}, "_sortBy": {"createdAt"}, "_order": {"DESC"}}
	if status := r.get(groupsV2, query, false, &page); status != "200" {
		return status
	}
	for _, row := range page.Items {
		if row["id"] != id {
			continue
		}
		roles, users := row["roles"], row["users"]
		rolesList, _ := roles.([]any)
		usersList, _ := users.([]any)
		switch {
		case roles == nil && users == nil:
			return "absent"
		case len(rolesList)+len(usersList) == 0:
			return "empty"
		}
		return fmt.Sprintf("%d roles, %d users", len(rolesList), len(usersList))
	}
	return "the group is not on the page"
}

// email returns the address of the target's user, "" if there is none.
func (r *run) email() string {
	if r.target.userID == "" {
		return ""
	}
	var page rows
	if r.get(usersV3, url.Values{"ids": {r.target.userID}}, false, &page) != "200" || len(page.Items) == 0 {
		return ""
	}
	email, _ := page.Items[0]["email"].(string)
	return email
}

// found returns the number of users that a filter by address finds.
func (r *run) found(email string) int {
	var page rows
	r.get(usersV3, url.Values{"_email": {email}}, false, &page)
	return len(page.Items)
}
