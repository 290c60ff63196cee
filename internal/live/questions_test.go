package live

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/frontegg-go/frontegg"
)

// unknownID is a well-formed ID that does not exist.
const unknownID = "00000000-0000-4000-8000-000000000000"

// expiredToken is a JWT that expired in 2001.
const expiredToken = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjEwMDAwMDAwMDB9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$`)

// questions are asked in this order.
var questions = slices.Concat(groupQuestions, nameQuestions, memberQuestions, listQuestions, lookupQuestions, tokenQuestions)

var groupQuestions = []question{
	{"a new group: status", "201", func(r *run) string {
		var response frontegg.Response
		_, err := r.create(frontegg.CreateGroupParams{Name: "new"}, frontegg.WithResponse(&response))
		return outcome(&response, err)
	}},
	{"a group's ID", "UUID", func(r *run) string {
		id := r.group("id").ID
		if uuid.MatchString(id) {
			return "UUID"
		}
		return fmt.Sprintf("%d characters, like %s", len(id), id)
	}},
	{"a new group: managedBy", "frontegg", func(r *run) string { return string(r.group("managed").ManagedBy) }},
	{"a new group: fields not given", "empty", func(r *run) string {
		g := r.group("bare")
		if g.Color+g.Description+g.Metadata == "" {
			return "empty"
		}
		return fmt.Sprintf("color %q, description %q, metadata %q", g.Color, g.Description, g.Metadata)
	}},
	{"metadata", "unchanged", func(r *run) string {
		const sent = `{"b": 1,  "a":[ ]}`
		g, err := r.create(frontegg.CreateGroupParams{Name: "metadata", Metadata: sent})
		if err != nil {
			return outcome(nil, err)
		}
		if g.Metadata == sent {
			return "unchanged"
		}
		return "becomes " + g.Metadata
	}},
	{"an update with an empty description", "clears it", func(r *run) string {
		g, err := r.create(frontegg.CreateGroupParams{Name: "clear", Description: "text", Color: "#fff"})
		if err != nil {
			return outcome(nil, err)
		}
		g, err = r.groups.Update(r.t.Context(), g.ID, frontegg.UpdateGroupParams{Description: new("")})
		switch {
		case err != nil:
			return outcome(nil, err)
		case g.Color != "#fff":
			return "also changes the color"
		case g.Description == "":
			return "clears it"
		}
		return "leaves " + g.Description
	}},
	{"a group that was deleted: get, delete", "404, 404", func(r *run) string {
		g := r.group("deleted")
		if err := r.groups.Delete(r.t.Context(), g.ID); err != nil {
			return outcome(nil, err)
		}
		var response frontegg.Response
		_, err := r.groups.Get(r.t.Context(), g.ID, frontegg.WithResponse(&response))
		first := outcome(&response, err)
		return first + ", " + outcome(&response, r.groups.Delete(r.t.Context(), g.ID, frontegg.WithResponse(&response)))
	}},
}

var nameQuestions = []question{
	{"a name that is taken", "409", func(r *run) string { return r.second("taken", "taken") }},
	{"a name that differs in case", "201", func(r *run) string { return r.second("case", "CASE") }},
	{"a name that differs by a space at its end", "201", func(r *run) string { return r.second("space", "space ") }},
	{"a name of a group that was deleted", "201", func(r *run) string {
		if err := r.groups.Delete(r.t.Context(), r.group("reused").ID); err != nil {
			return outcome(nil, err)
		}
		return r.named("reused")
	}},
	{"a name of 1,000 characters", "201", func(r *run) string { return r.named(strings.Repeat("x", 1000)) }},
	{"a name with letters of many scripts", "kept", func(r *run) string {
		const name = "Ärzte 医者 🩺"
		if g := r.group(name); g.Name != r.prefix+name {
			return "becomes " + g.Name
		}
		return "kept"
	}},
}

// second creates two groups and returns the outcome of the second.
func (r *run) second(first, second string) string {
	r.group(first)
	return r.named(second)
}

// named returns the outcome of creating a group.
func (r *run) named(name string) string {
	var response frontegg.Response
	_, err := r.create(frontegg.CreateGroupParams{Name: name}, frontegg.WithResponse(&response))
	return outcome(&response, err)
}

// change is AddRoles, RemoveRoles, AddUsers or RemoveUsers.
type change = func(ctx context.Context, groupID string, ids []string, opts ...frontegg.RequestOption) error

var memberQuestions = []question{
	{"a role: add, again, remove, again", "201, 201, 200, 200", func(r *run) string {
		return r.member(r.target.roleID, r.groups.AddRoles, r.groups.RemoveRoles)
	}},
	{"a user: add, again, remove, again", "201, 201, 200, 200", func(r *run) string {
		return r.member(r.target.userID, r.groups.AddUsers, r.groups.RemoveUsers)
	}},
	{"a role that does not exist: add, again, remove, again", "404, 404, 404, 404", func(r *run) string {
		return r.member(unknownID, r.groups.AddRoles, r.groups.RemoveRoles)
	}},
	{"a user that does not exist: add, again, remove, again", "404, 404, 404, 404", func(r *run) string {
		return r.member(unknownID, r.groups.AddUsers, r.groups.RemoveUsers)
	}},
}

// member adds a member to a new group and removes it, each twice.
func (r *run) member(id string, add, remove change) string {
	if id == "" {
		return ""
	}
	g := r.group(fmt.Sprintf("members %d", len(r.made)))
	var all []string
	for _, do := range []change{add, add, remove, remove} {
		var response frontegg.Response
		err := do(r.t.Context(), g.ID, []string{id}, frontegg.WithResponse(&response))
		all = append(all, outcome(&response, err))
	}
	return strings.Join(all, ", ")
}

var listQuestions = []question{
	{"bulkGet of an ID that does not exist", "201 with 0 groups", func(r *run) string {
		var response frontegg.Response
		list, err := r.groups.BulkGet(r.t.Context(), []string{unknownID}, frontegg.WithResponse(&response))
		return counted(list, &response, err)
	}},
	{"the list of a tenant that does not exist", "200 with 0 groups", func(r *run) string {
		var response frontegg.Response
		list, err := r.groups.List(r.t.Context(), frontegg.WithTenant(unknownID), frontegg.WithResponse(&response))
		return counted(list, &response, err)
	}},
	{"a page after the last one", "200 with 0 groups", func(r *run) string {
		var response frontegg.Response
		page, err := r.groups.ListPage(r.t.Context(), frontegg.PageOptions{Page: 9_000}, frontegg.WithResponse(&response))
		if err != nil {
			return outcome(&response, err)
		}
		return counted(page.Groups, &response, err)
	}},
	{"_offset=1 with _limit=2", "the second page", func(r *run) string {
		rows, err := r.page(frontegg.PageOptions{})
		if err != nil {
			return outcome(nil, err)
		}
		second, err := r.page(frontegg.PageOptions{Page: 1, Size: 2})
		switch {
		case err != nil:
			return outcome(nil, err)
		case slices.Equal(second, rows[2:min(4, len(rows))]):
			return "the second page"
		case slices.Equal(second, rows[1:3]):
			return "from the second row on"
		}
		return "other rows"
	}},
	{"pages: totals", "right", func(r *run) string {
		list, err := r.groups.List(r.t.Context())
		if err != nil {
			return outcome(nil, err)
		}
		page, err := r.groups.ListPage(r.t.Context(), frontegg.PageOptions{Size: 2})
		switch {
		case err != nil:
			return outcome(nil, err)
		case page.TotalItems == 0 && page.TotalPages == 0:
			return "absent"
		case page.TotalItems == len(list) && page.TotalPages == (len(list)+1)/2:
			return "right"
		}
		return fmt.Sprintf("%d groups on %d pages instead of %d on %d", page.TotalItems, page.TotalPages, len(list), (len(list)+1)/2)
	}},
	{"a success: trace ID", "there", func(r *run) string {
		var response frontegg.Response
		_, err := r.groups.List(r.t.Context(), frontegg.WithResponse(&response))
		switch {
		case err != nil:
			return outcome(nil, err)
		case response.TraceID == "":
			return "none"
		}
		return "there"
	}},
	{"a success: rate limit headers", "none, or all three", func(r *run) string {
		var response frontegg.Response
		_, err := r.groups.List(r.t.Context(), frontegg.WithResponse(&response))
		limit := response.RateLimit
		switch {
		case err != nil:
			return outcome(nil, err)
		case limit == frontegg.RateLimit{}, limit.Limit > 0 && !limit.Reset.IsZero():
			return "none, or all three"
		}
		return fmt.Sprintf("%+v", limit)
	}},
}

// page returns the IDs on a page.
func (r *run) page(options frontegg.PageOptions) ([]string, error) {
	page, err := r.groups.ListPage(r.t.Context(), options)
	if err != nil {
		return nil, err
	}
	var ids []string
	for i := range page.Groups {
		ids = append(ids, page.Groups[i].ID)
	}
	return ids, nil
}

func counted(list []frontegg.Group, response *frontegg.Response, err error) string {
	if err != nil {
		return outcome(response, err)
	}
	return fmt.Sprintf("%s with %d groups", outcome(response, err), len(list))
}

var tokenQuestions = []question{
	{"an invalid token", "401", func(r *run) string { return r.withToken("not-a-token") }},
	{"an expired token", "401", func(r *run) string { return r.withToken(expiredToken) }},
	{"a wrong API key", "401", func(r *run) string {
		return r.with(frontegg.WithCredentials(unknownID, unknownID))
	}},
}

func (r *run) withToken(token string) string { return r.with(frontegg.WithToken(token)) }

// with returns the outcome of a list with other credentials.
func (r *run) with(credentials frontegg.ClientOption) string {
	client, err := r.target.connect(credentials)
	if err != nil {
		return err.Error()
	}
	var response frontegg.Response
	_, err = client.Groups.List(r.t.Context(), frontegg.WithResponse(&response))
	return outcome(&response, errors.Join(err, client.Close()))
}
