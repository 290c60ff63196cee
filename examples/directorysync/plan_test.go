package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/groupsync"
)

// planned writes a plan of the teams, and returns its file.
func planned(t *testing.T, teams string, more ...string) string {
	t.Helper()
	plan := filepath.Join(t.TempDir(), "plan.json")
	r := runWith(t, append(syncArgs(t, teams, "-plan-out", plan, "-detailed-exitcode"), more...)...)
	require.Equal(t, exitPending, r.exit, r.stderr)
	return plan
}

func applyPlan(t *testing.T, plan string, more ...string) result {
	t.Helper()
	return runWith(t, append([]string{"-apply-plan", plan, "-lock", filepath.Join(t.TempDir(), "lock")}, more...)...)
}

func TestApplyPlan(t *testing.T) {
	s := tenant(t)
	plan := planned(t, header+"k,Eng,a@example.com\nk,Eng,new@example.com\n")
	info, err := os.Stat(plan)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	assert.Empty(t, s.Groups("acme"))
	r := applyPlan(t, plan)
	assert.Equal(t, exitSkipped, r.exit, r.stderr)
	assert.Contains(t, r.summary(), "result=skipped exit=7 steps=2/2 created=1")
	assert.Contains(t, r.stdout, "new@example.com", "what the plan left out is still reported")
	assert.Contains(t, r.stdout, "a@example.com", "the plan is shown again")
	require.Len(t, s.Groups("acme"), 1)
	assert.Len(t, s.Groups("acme")[0].Users, 1)
}

func TestApplyPlan_Invalid(t *testing.T) {
	tests := []struct {
		name    string
		change  func(text string) string
		tenant  string
		message string
	}{
		{"a step was changed", func(text string) string { return strings.ReplaceAll(text, `"Eng"`, `"Evil"`) }, "acme", "was changed"},
		{"a member was changed", func(text string) string { return strings.ReplaceAll(text, `"ub"`, `"ue"`) }, "acme", "was changed"},
		{"another tenant", nil, "globex", "tenant acme"},
		{"another tenant, and the target was changed", func(text string) string { return strings.ReplaceAll(text, "tenant acme", "tenant globex") }, "globex", "was changed: what was approved"},
		{"another time", func(text string) string { return strings.Replace(text, `"created": "20`, `"created": "21`, 1) }, "acme", "was changed"},
		{"what the journal will say", func(text string) string {
			return strings.Replace(text, `"plan":`, `"lost": {"1": {"users": null, "roles": null}}, "plan":`, 1)
		}, "acme", "was changed"},
		{"an unknown field", func(text string) string { return strings.Replace(text, `"plan":`, `"approvedBy": "me", "plan":`, 1) }, "acme", "was changed"},
		{"a field twice", func(text string) string {
			return strings.Replace(text, `"plan":`, `"target": "", "target": "x", "plan":`, 1)
		}, "acme", "was changed"},
		{"a second plan", func(text string) string { return text + text }, "acme", "was changed"},
		{"no plan", func(string) string { return "{}" }, "acme", "is not a plan"},
		{"half a plan", func(text string) string { return text[:len(text)/2] }, "acme", "is not a plan"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tenant(t)
			plan := planned(t, small)
			b, err := os.ReadFile(plan)
			require.NoError(t, err)
			if tt.change != nil {
				changed := tt.change(string(b))
				require.NotEqual(t, string(b), changed)
				require.NoError(t, os.WriteFile(plan, []byte(changed), 0o600))
			}
			t.Setenv("FRONTEGG_TENANT_ID", tt.tenant)
			s.ResetRequests()
			r := applyPlan(t, plan)
			assert.Equal(t, exitBadInput, r.exit, r.stdout)
			assert.Contains(t, r.stderr, tt.message)
			assert.Empty(t, s.Requests(), "nothing is sent")
		})
	}
}

func TestPlanOut_Guard(t *testing.T) {
	tenant(t)
	require.Equal(t, exitOK, runWith(t, syncArgs(t, full, "-apply")...).exit)
	plan := filepath.Join(t.TempDir(), "plan.json")
	r := runWith(t, syncArgs(t, header+"k,Eng,\n", "-plan-out", plan)...)
	assert.Equal(t, exitGuard, r.exit)
	assert.NoFileExists(t, plan)
}

func TestPlanOut_CannotBeWritten(t *testing.T) {
	tenant(t)
	r := runWith(t, syncArgs(t, small, "-plan-out", "no/such/directory/plan.json")...)
	assert.Equal(t, exitFailed, r.exit)
	assert.Contains(t, r.stderr, "no/such/directory")
}

// A plan takes the place of a file, but not of a device.
func TestPlanOut_NoFile(t *testing.T) {
	tenant(t)
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	defer w.Close()
	path := filepath.Join(t.TempDir(), "plan.json")
	require.NoError(t, os.Symlink(fmt.Sprintf("/dev/fd/%d", w.Fd()), path))
	if _, err := os.Stat(path); err != nil {
		t.Logf("no /dev/fd on this system: %v", err)
		return
	}
	run := runWith(t, syncArgs(t, small, "-plan-out", path)...)
	assert.Equal(t, exitFailed, run.exit)
	assert.Contains(t, run.stderr, path+" is not a file")
}

// A plan may be formatted in another way, as jq does.
func TestApplyPlan_Formatted(t *testing.T) {
	s := tenant(t)
	plan := planned(t, header+"k,<Eng> & Co,a@example.com\n")
	b, err := os.ReadFile(plan)
	require.NoError(t, err)
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, b))
	text := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(compact.String())
	require.NotEqual(t, compact.String(), text)
	require.NoError(t, os.WriteFile(plan, []byte(text), 0o600))
	assert.Equal(t, exitOK, applyPlan(t, plan).exit)
	assert.Equal(t, []string{"<Eng> & Co"}, names(s))
}

// lines returns the journal.
func lines(t *testing.T, path string) []entryLine {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	var out []entryLine
	for s := bufio.NewScanner(f); s.Scan(); {
		var line entryLine
		require.NoError(t, json.Unmarshal(s.Bytes(), &line), s.Text())
		assert.False(t, line.Time.IsZero())
		assert.Equal(t, "acme", line.Tenant)
		out = append(out, line)
	}
	return out
}

func TestJournal(t *testing.T) {
	s := tenant(t)
	journal := filepath.Join(t.TempDir(), "changes.jsonl")
	require.Equal(t, exitOK, runWith(t, syncArgs(t, small, "-journal", journal)...).exit)
	assert.NoFileExists(t, journal, "a dry run writes nothing")
	require.Equal(t, exitOK, runWith(t, syncArgs(t, small, "-apply", "-concurrency", "1", "-journal", journal)...).exit)
	first := lines(t, journal)
	require.Len(t, first, 4)
	assert.Equal(t, "create", first[0].Action)
	assert.Equal(t, "done", first[0].Result)
	assert.NotEmpty(t, first[0].GroupID)
	assert.NotEmpty(t, first[0].TraceID)
	assert.Equal(t, "add users", first[2].Action)
	assert.Equal(t, []named{{ID: "ua", Email: "a@example.com"}, {ID: "ub", Email: "b@example.com"}}, first[2].Users)

	s.Inject(fronteggtest.Fault{Op: "groups.removeUsers", Status: http.StatusForbidden, Times: -1})
	r := runWith(t, syncArgs(t, header+"k,Eng,a@example.com\n", "-apply", "-delete", "-concurrency", "1", "-journal", journal)...)
	assert.Equal(t, exitIncomplete, r.exit)
	second := lines(t, journal)[4:]
	var actions []string
	for _, line := range second {
		actions = append(actions, line.Action+" "+line.Group+" "+line.Result)
	}
	assert.Equal(t, []string{"remove users Eng failed", "delete Ops done"}, actions, "one line a write, after those of the first run")
	assert.Equal(t, []named{{ID: "ub", Email: "b@example.com"}}, second[0].Users)
	assert.Contains(t, second[0].Error, "403")
	assert.Equal(t, []named{{ID: "ua", Email: "a@example.com"}}, second[1].Users, "who was in the group")
}

func TestJournal_OfAPlan(t *testing.T) {
	tenant(t)
	require.Equal(t, exitOK, runWith(t, syncArgs(t, small, "-apply")...).exit)
	plan := planned(t, header+"k,Eng,a@example.com\n", "-delete")
	journal := filepath.Join(t.TempDir(), "changes.jsonl")
	require.Equal(t, exitOK, applyPlan(t, plan, "-concurrency", "1", "-journal", journal).exit)
	all := lines(t, journal)
	require.Len(t, all, 2)
	assert.Equal(t, []named{{ID: "ua", Email: "a@example.com"}}, all[1].Users)
}

func TestJournal_UnknownOutcome(t *testing.T) {
	t.Parallel()
	path := write(t, "changes.jsonl", "")
	f, err := openJournal(path)
	require.NoError(t, err)
	defer f.Close()
	log := &journal{tenant: "acme", file: f, names: func(id string) string { return id }}
	log.add(groupsync.Step{Kind: groupsync.AddUsers, IDs: []string{"ua"}}, fmt.Errorf("lost: %w", frontegg.ErrOutcomeUnknown))
	all := lines(t, path)
	require.Len(t, all, 1)
	assert.Equal(t, "unknown", all[0].Result)
	assert.Equal(t, []named{{ID: "ua"}}, all[0].Users, "without an address")
}

// After a line that was cut off, the next one is whole.
func TestJournal_AfterACutLine(t *testing.T) {
	tenant(t)
	path := write(t, "changes.jsonl", "{}\n"+`{"time":"20`)
	require.Equal(t, exitOK, runWith(t, syncArgs(t, header+"k,Eng,\n", "-apply", "-journal", path)...).exit)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	all := strings.Split(string(b), "\n")
	require.Len(t, all, 4)
	assert.Equal(t, []string{"{}", `{"time":"20`}, all[:2], "what was there stays")
	assert.True(t, json.Valid([]byte(all[2])), all[2])
	assert.Empty(t, all[3])
}

// No write without a line: if the disk is full, the run ends.
func TestJournal_EndsTheRun(t *testing.T) {
	s := tenant(t)
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Logf("no /dev/full on this system: %v", err)
		return
	}
	r := runWith(t, syncArgs(t, small, "-apply", "-journal", "/dev/full", "-concurrency", "1")...)
	assert.Equal(t, exitIncomplete, r.exit, r.stderr)
	assert.Contains(t, r.stderr, errJournal.Error())
	assert.Equal(t, 1, s.Applied("groups.create"))
	r = runWith(t, syncArgs(t, header+"k,Eng,\nm,M,\n", "-apply", "-journal", "/dev/full")...)
	assert.Contains(t, r.stdout, "steps=1/1")
	assert.Equal(t, exitIncomplete, r.exit, "the line of the last write is missing, too")
	assert.Contains(t, r.stderr, errJournal.Error())
}
