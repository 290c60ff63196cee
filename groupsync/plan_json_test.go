package groupsync_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// thereAndBack encodes and decodes a plan.
func thereAndBack(t *testing.T, p *groupsync.Plan) *groupsync.Plan {
	t.Helper()
	b, err := json.MarshalIndent(p, "", "  ")
	require.NoError(t, err)
	var out groupsync.Plan
	require.NoError(t, json.Unmarshal(b, &out))
	return &out
}

// bigPlan is a plan with something of everything.
func bigPlan(t *testing.T, w *world) *groupsync.Plan {
	t.Helper()
	_, wanted := mixed()
	wanted = append(wanted, groupsync.Group{Key: "leave2", Name: " leave", UnknownUsers: []string{"x@example.com"}})
	opts := everything
	opts.Prefix, opts.Tenant, opts.Names = "", tenant, map[string]string{"uc": "uc@example.com"}
	return w.compute(t, wanted, opts)
}

func TestPlan_JSON(t *testing.T) {
	t.Parallel()
	actual, _ := mixed()
	w, _ := newGatedWorld(t, append(actual, frontegg.Group{ID: "by-hand", Name: "By hand"})...)
	p := bigPlan(t, w)
	require.NotEmpty(t, p.Skipped)
	require.NotEmpty(t, p.Warnings)
	require.NotEmpty(t, p.Names)
	again := thereAndBack(t, p)
	assert.Equal(t, p, again)
	assert.Equal(t, p.String(), again.String())
	r, err := apply(t, w, again)
	require.NoError(t, err)
	assert.Equal(t, len(p.Steps), r.Done)
}

func TestPlan_JSON_Empty(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync(t, engAndOps, hr)
	p := w.compute(t, engAndOps, hr)
	assert.Equal(t, p, thereAndBack(t, p))
	_, err := apply(t, w, thereAndBack(t, p))
	require.NoError(t, err)
}

// Every change of a plan is refused, in memory and in JSON.
func TestPlan_Changed(t *testing.T) {
	t.Parallel()
	actual, _ := mixed()
	w, _ := newGatedWorld(t, actual...)
	before := bigPlan(t, w)
	b, err := json.Marshal(before)
	require.NoError(t, err)
	w.ResetRequests()
	for _, tt := range []struct{ name, old, new string }{
		{"another member", `"ids":["uc"]`, `"ids":["ud"]`},
		{"a member more", `"ids":["uc"]`, `"ids":["uc","ud"]`},
		{"another group", `"groupId":"id-gone"`, `"groupId":"id-join"`},
		{"another kind", `"kind":"remove roles"`, `"kind":"add roles"`},
		{"another role", `"grants":["rc"]`, `"grants":["rd"]`},
		{"another name", `"name":"Made"`, `"name":"Mode"`},
		{"another text", `"description":"d"`, `"description":"e"`},
		{"another owner", `"owner":"hr","prefix"`, `"owner":"crm","prefix"`},
		{"another prefix", `"version":1`, `"version":1,"prefix":"x"`},
		{"another tenant", `"tenant":"acme"`, `"tenant":"other"`},
		{"the options", `"grantRoles":true,`, ``},
		{"the names", `"uc@example.com"`, `"ud@example.com"`},
		{"what is skipped", `x@example.com`, `y@example.com`},
		{"a warning", `"the wanted name`, `"a wanted name`},
		{"an unknown member", `"version":1`, `"version":1,"approvedBy":"me"`},
		{"an unknown member of a step", `"kind":"delete"`, `"kind":"delete","why":""`},
		{"the checksum", `"checksum":"sha256:`, `"checksum":"sha256:0`},
		{"no checksum", `"checksum":"sha256:`, `"checksum":"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := string(b)
			if tt.old == `"owner":"hr","prefix"` {
				tt.old, tt.new = `"owner":"hr","tenant"`, `"owner":"crm","tenant"`
			}
			require.Contains(t, text, tt.old)
			var p groupsync.Plan
			require.NoError(t, json.Unmarshal([]byte(strings.Replace(text, tt.old, tt.new, 1)), &p), "it can be looked at")
			_, err := apply(t, w, &p)
			var invalid *frontegg.ValidationError
			require.ErrorAs(t, err, &invalid)
			assert.Contains(t, err.Error(), "p was changed after Compute made it")
		})
	}
	t.Run("in memory", func(t *testing.T) {
		t.Parallel()
		for _, change := range []func(p *groupsync.Plan){
			func(p *groupsync.Plan) { p.Steps = p.Steps[1:] },
			func(p *groupsync.Plan) { p.Steps = nil },
			func(p *groupsync.Plan) { p.Steps[0].IDs = []string{"ud"} },
			func(p *groupsync.Plan) { p.Skipped = nil },
			func(p *groupsync.Plan) { p.Names = nil },
		} {
			p := thereAndBack(t, before)
			change(p)
			_, err := apply(t, w, p)
			require.ErrorContains(t, err, "p was changed after Compute made it")
		}
	})
	t.Cleanup(func() { assert.Empty(t, w.Requests(), "nothing is sent") })
}

func TestPlan_JSON_Refused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := groupsync.Compute([]groupsync.Group{{Key: "k", Name: "Eng", UserIDs: []string{}}}, []frontegg.Group{owned("1", "k", "Eng", letters("u", 10)...)}, hr)
	guard, ok := errors.AsType[*groupsync.GuardError](err)
	require.True(t, ok)
	again := thereAndBack(t, guard.Plan)
	assert.Equal(t, guard.Plan.String(), again.String())
	require.NotNil(t, again.Refused())
	assert.Same(t, again, again.Refused().Plan)
	_, err = apply(t, w, again)
	require.ErrorIs(t, err, groupsync.ErrGuard)
	assert.Empty(t, w.Requests())

	b, err := json.Marshal(guard.Plan)
	require.NoError(t, err)
	text := string(b)
	from, to := strings.Index(text, `"refused":`), strings.Index(text, `"steps":`)
	var p groupsync.Plan
	require.NoError(t, json.Unmarshal([]byte(text[:from]+text[to:]), &p))
	_, err = apply(t, w, &p)
	require.ErrorContains(t, err, "p was changed", "without its refusal")
}

func TestPlan_UnmarshalJSON_Errors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, message string }{
		{`{}`, "not a plan: it has no version and no checksum"},
		{`{"version":2,"checksum":"x"}`, "a plan of version 2, but only 1 can be read"},
		{`[]`, "not a plan"},
		{`{"version":1,"version":1}`, "not a plan"},
	} {
		require.ErrorContains(t, new(groupsync.Plan).UnmarshalJSON([]byte(tt.text)), tt.message)
	}
}

func TestApply_PlanOfAnotherTenant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	opts := hr
	opts.Tenant = "other"
	p := w.compute(t, engAndOps, opts)
	w.ResetRequests()
	_, err := apply(t, w, p)
	require.ErrorContains(t, err, `p is for tenant "other", but the client is for tenant "acme"`)
	assert.Empty(t, w.Requests())
	opts.Tenant = tenant
	_, err = apply(t, w, w.compute(t, engAndOps, opts))
	require.NoError(t, err)
}
