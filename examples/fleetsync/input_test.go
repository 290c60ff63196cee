package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/groupsync"
)

func TestParse(t *testing.T) {
	tests := map[string]struct {
		text string
		want []groupsync.Named
	}{
		"members of groups in any order": {
			"key,name,roles,member\na,A,viewer,x@e.com\nb,B,,\na,A,viewer,y@e.com\n",
			[]groupsync.Named{
				{Key: "a", Name: "A", Emails: []string{"x@e.com", "y@e.com"}, RoleKeys: []string{"viewer"}},
				{Key: "b", Name: "B", Emails: []string{}, RoleKeys: []string{}},
			},
		},
		"without the column, roles, description and color stay as they are": {
			"key,name,member\na,A,\n", []groupsync.Named{{Key: "a", Name: "A", Emails: []string{}}},
		},
		"an empty cell clears": {
			"key,name,description,color,member\na,A,,,\n",
			[]groupsync.Named{{Key: "a", Name: "A", Description: new(""), Color: new(""), Emails: []string{}}},
		},
		"the same row twice, blanks and a byte order mark": {
			"\ufeffkey, name ,member\na, A ,x@e.com\na,A,x@e.com\n", []groupsync.Named{{Key: "a", Name: "A", Emails: []string{"x@e.com"}}},
		},
		"no groups": {"key,name,member\n", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := parse(strings.NewReader(tt.text), false)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got[""])
		})
	}
}

func TestParse_Problems(t *testing.T) {
	tests := map[string]struct {
		text         string
		tenantColumn bool
		want         string
	}{
		"empty file":            {"", false, "no line of column names"},
		"missing column":        {"key,name\n", false, `column "member" is missing`},
		"unknown column":        {"key,name,member,rolez\n", false, `column "rolez" is unknown or there twice`},
		"column twice":          {"key,name,member,key\n", false, `column "key" is unknown or there twice`},
		"tenant in a directory": {"tenant,key,name,member\n", false, `column "tenant" is unknown`},
		"no column tenant":      {"key,name,member\n", true, `column "tenant" is missing`},
		"no tenant":             {"tenant,key,name,member\n,a,A,\n", true, "line 2: tenant is required"},
		"no key":                {"key,name,member\n,A,\n", false, "line 2: key and name are required"},
		"rows that differ":      {"key,name,member\na,A,\na,B,\n", false, `line 3: group "a" differs from an earlier row`},
		"roles that differ":     {"key,name,roles,member\na,A,x,\na,A,y,\n", false, `line 3: group "a" differs from an earlier row`},
		"a short row":           {"key,name,member\na,A\n", false, "line 2: wrong number of fields"},
		"column names again":    {"key, name,member\na,A,\n\ufeffkey,name,member\nb,B,\n", false, "line 3: repeats the column names"},
		"an open quote":         {"key,name,member\na,\"A,\n", false, "line 2"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := parse(strings.NewReader(tt.text), tt.tenantColumn)
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func TestOpenInput(t *testing.T) {
	const header = "key,name,member\n"
	t.Run("a file with a column tenant", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "all.csv")
		require.NoError(t, os.WriteFile(path, []byte("tenant,key,name,member\nb,k,K,\na,k,K,\n"), 0o600))
		in, err := openInput(path)
		require.NoError(t, err)
		assert.Equal(t, []string{"a", "b"}, in.tenants)
		groups, err := in.read("a")
		require.NoError(t, err)
		assert.Len(t, groups, 1)
	})
	t.Run("a directory, with an ID that is no file name", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "a%2Fb.csv"), []byte(header+"k,K,\n"), 0o600))
		in, err := openInput(dir)
		require.NoError(t, err)
		assert.Equal(t, []string{"a/b"}, in.tenants)
		groups, err := in.read("a/b")
		require.NoError(t, err)
		assert.Len(t, groups, 1)
	})
	t.Run("a directory as Kubernetes mounts a ConfigMap", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, os.Mkdir(filepath.Join(dir, "..2026_11_25"), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "..2026_11_25", "acme.csv"), []byte(header+"k,K,\n"), 0o600))
		require.NoError(t, os.Symlink("..2026_11_25", filepath.Join(dir, "..data")))
		require.NoError(t, os.Symlink("..data/acme.csv", filepath.Join(dir, "acme.csv")))
		in, err := openInput(dir)
		require.NoError(t, err)
		assert.Equal(t, []string{"acme"}, in.tenants)
		groups, err := in.read("acme")
		require.NoError(t, err)
		assert.Len(t, groups, 1)
	})
	for name, file := range map[string]string{"another file": "notes.txt", "upper case": "a.CSV", "bad escape": "a%2.csv", "needless escape": "a%41.csv"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(header), 0o600))
			_, err := openInput(dir)
			assert.ErrorContains(t, err, "is not named like a tenant's file")
		})
	}
	t.Run("no tenants", func(t *testing.T) {
		dir := t.TempDir()
		_, err := openInput(dir)
		require.ErrorContains(t, err, dir+": there is no tenant in it")
		path := filepath.Join(dir, "all.csv")
		require.NoError(t, os.WriteFile(path, []byte("tenant,"+header), 0o600))
		_, err = openInput(path)
		require.ErrorContains(t, err, path+": there is no tenant in it")
	})
	t.Run("nothing there", func(t *testing.T) {
		_, err := openInput(filepath.Join(t.TempDir(), "missing"))
		assert.ErrorContains(t, err, "-input: ")
	})
}

func TestSync_BadFile(t *testing.T) {
	e := newEnvironment(t, 1)
	e.input = filepath.Join(t.TempDir(), "all.csv")
	require.NoError(t, os.WriteFile(e.input, []byte("tenant,key,name,member\nacme,,A,\n"), 0o600))
	code, _ := e.run(t.Context(), "sync")
	assert.Equal(t, exitBadInput, code)
	assert.Contains(t, e.log.String(), "all.csv: line 2: key and name are required")
	assert.Zero(t, e.server.Count(""))
}
