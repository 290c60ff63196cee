package groupsync_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

func TestLabel(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, metadata, want string }{
		{"nothing", "", `{"groupsync":{"owner":"hr","key":"k"}}`},
		{"white space", " \n", `{"groupsync":{"owner":"hr","key":"k"}}`},
		{"an empty object", "{}", `{"groupsync":{"owner":"hr","key":"k"}}`},
		{"order and large numbers", `{"z":12345678901234567890,"a":1.10}`, `{"z":12345678901234567890,"a":1.10,"groupsync":{"owner":"hr","key":"k"}}`},
		{"nested values and escapes", `{ "a" : {"x":[1, null]}, "é\u00e9":"\u003c" }`, `{"a":{"x":[1, null]},"é\u00e9":"\u003c","groupsync":{"owner":"hr","key":"k"}}`},
		{"another mark", `{"a":1,"groupsync":{"owner":"crm","key":"x"},"b":2}`, `{"a":1,"groupsync":{"owner":"hr","key":"k"},"b":2}`},
		{"another mark, written with escapes", `{"\u0067roupsync":1}`, `{"\u0067roupsync":{"owner":"hr","key":"k"}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := groupsync.Label(tt.metadata, "hr", "k")
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			again, err := groupsync.Label(got, "hr", "k")
			require.NoError(t, err)
			assert.Equal(t, got, again, "marking twice changes nothing")
		})
	}
}

func TestLabel_InvalidArguments(t *testing.T) {
	t.Parallel()
	for _, metadata := range []string{"text", "null", "[]", `"x"`, "{", `{"a"}`, `{"a":1}x`, `{"a":1} {}`, `{"a":1,"a":2}`, `{"a":1]`, "{\"a\":\"\xff\"}"} {
		_, err := groupsync.Label(metadata, "hr", "k")
		require.ErrorContains(t, err, "the metadata is not a JSON object", metadata)
	}
	var invalid *frontegg.ValidationError
	_, err := groupsync.Label("", "", "k")
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "owner", invalid.Field)
	_, err = groupsync.Label("", "hr", "\xff")
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "key", invalid.Field)
}

func TestCompute_UnreadableLabel(t *testing.T) {
	t.Parallel()
	for _, metadata := range []string{
		`{"groupsync":null}`, `{"groupsync":"hr"}`, `{"groupsync":[]}`, `{"groupsync":{}}`,
		`{"groupsync":{"owner":"hr","key":""}}`, `{"groupsync":{"owner":"hr","key":7}}`, `{"groupsync":{"owner":"","key":"k"}}`,
		"null", "{", `{"a":1,"a":2,"groupsync":{"owner":"hr","key":"k"}}`,
	} {
		g := owned("1", "k", "Eng")
		g.Metadata = metadata
		p, err := groupsync.Compute([]groupsync.Group{{Key: "l", Name: "Ops"}}, []frontegg.Group{g}, hr)
		require.NoError(t, err)
		assert.Equal(t, []string{"Eng " + groupsync.ReasonUnreadable}, reasons(p), metadata)
	}
}

func TestApply_OtherMetadataStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	g := w.AddGroup(tenant, frontegg.Group{Name: "Eng", Metadata: `{"cost":12345678901234567890,"groupsync":{"owner":"hr","key":"k"}}`})
	w.sync(t, []groupsync.Group{{Key: "k", Name: "Dev", Description: new("new"), UserIDs: []string{"ua"}}}, hr)
	assert.Equal(t, g.Metadata, named(t, w.Server, "Dev").Metadata)
}

func TestLabel_TakeOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	g := w.AddGroup(tenant, frontegg.Group{Name: "Eng", Metadata: `{"cost":7}`})
	wanted := []groupsync.Group{{Key: "k", Name: "Eng", Description: new("ours")}}
	require.True(t, w.compute(t, wanted, hr).Empty())

	metadata, err := groupsync.Label(g.Metadata, "hr", "k")
	require.NoError(t, err)
	_, err = w.client.Groups.Update(t.Context(), g.ID, frontegg.UpdateGroupParams{Metadata: &metadata})
	require.NoError(t, err)
	assert.Equal(t, []string{`edit "Eng"`}, texts(w.sync(t, wanted, hr)))
}
