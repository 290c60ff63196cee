package contract

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// theirsVariable names the directory of Frontegg's own OpenAPI files, which must not
// be copied. It may be relative to the repository or to this directory.
const theirsVariable = "FRONTEGG_OPENAPI_DIR"

func TestDocument_MatchesFrontegg(t *testing.T) {
	t.Parallel()
	theirs := theirOperations(t)
	if theirs == nil {
		return
	}
	expected := map[string]int{}
	for _, d := range deviations {
		require.NotEmpty(t, d.why, "%s: a deviation has a reason", d.difference)
		require.NotContains(t, expected, d.difference)
		expected[d.difference] = d.times
	}
	found := compare(operations(t, load(t)), theirs)
	for _, difference := range slices.Sorted(maps.Keys(found)) {
		times := found[difference]
		assert.Equal(t, expected[difference], times, "a deviation that is not listed, or not so often: %s", difference)
		delete(expected, difference)
	}
	assert.Empty(t, expected, "deviations that are listed and no longer occur")
}

// theirOperations reads Frontegg's files. It is nil if there are none.
func theirOperations(t *testing.T) map[string]operation {
	t.Helper()
	given := os.Getenv(theirsVariable)
	dir := theirDir(given)
	files, err := fs.Glob(os.DirFS(dir), "*.yaml")
	if given == "" || err != nil || len(files) == 0 {
		fmt.Printf("not compared: %s=%q must be the directory of Frontegg's OpenAPI files\n", theirsVariable, given)
		return nil
	}
	all := map[string]operation{}
	for _, file := range files {
		doc, err := openapi3.NewLoader().LoadFromIoReader(open(t, filepath.Join(dir, file)))
		require.NoError(t, err, file)
		maps.Copy(all, operations(t, doc))
	}
	return all
}

// theirDir returns the directory that dir names, relative to the repository or to this
// directory.
func theirDir(dir string) string {
	if above := filepath.Join("..", dir); !filepath.IsAbs(dir) && isDir(above) {
		return above
	}
	return dir
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func TestOpenAPIDir(t *testing.T) {
	t.Parallel()
	for dir, want := range map[string]string{
		"docs":                          filepath.Join("..", "docs"),
		filepath.Join("..", "docs"):     filepath.Join("..", "docs"),
		filepath.Join(t.TempDir(), "x"): "",
	} {
		assert.Equal(t, cmp.Or(want, dir), theirDir(dir))
	}
}

func open(t *testing.T, file string) fs.File {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// The comparison of our document with a changed copy.
func TestCompare(t *testing.T) {
	t.Parallel()
	const (
		list = "GET /identity/resources/groups/v1"
		page = "GET /identity/resources/groups/v2"
		make = "POST /identity/resources/groups/v1"
	)
	schema := func(doc *openapi3.T, name string) *openapi3.Schema { return doc.Components.Schemas[name].Value }
	for _, c := range []struct {
		name   string
		change func(doc *openapi3.T, all map[string]operation)
		want   string
	}{
		{"an operation more", func(_ *openapi3.T, all map[string]operation) { all["GET /x"] = all[list] }, "GET /x: only in theirs"},
		{"an operation less", func(_ *openapi3.T, all map[string]operation) { delete(all, list) }, list + ": only in ours"},
		{"a token less", func(_ *openapi3.T, all map[string]operation) {
			all[list].Security = &openapi3.SecurityRequirements{}
		}, list + ": requires a token: only in ours"},
		{"a parameter less", func(doc *openapi3.T, _ map[string]operation) {
			doc.Components.Parameters["relations"].Value.Name = "_relations"
		}, "parameter query _groupsRelations: only in ours"},
		{"a parameter elsewhere", func(doc *openapi3.T, _ map[string]operation) {
			doc.Components.Parameters["tenant"].Value.In = "query"
		}, "parameter header frontegg-tenant-id: only in ours"},
		{"a parameter required", func(doc *openapi3.T, _ map[string]operation) {
			doc.Components.Parameters["tenant"].Value.Required = true
		}, list + " parameter header frontegg-tenant-id: required: only in theirs"},
		{"another minimum", func(_ *openapi3.T, all map[string]operation) {
			all[page].parameters.GetByInAndName("query", "_offset").Schema.Value.Min = new(1.0)
		}, page + " parameter query _offset: minimum: ours 0, theirs 1"},
		{"another enum", func(_ *openapi3.T, all map[string]operation) {
			all[page].parameters.GetByInAndName("query", "_order").Schema.Value.Enum = []any{"asc", "desc"}
		}, page + " parameter query _order: enum: ours ASC DESC, theirs asc desc"},
		{"a body less", func(_ *openapi3.T, all map[string]operation) { all[make].RequestBody = nil }, make + " body: only in ours"},
		{"a body to leave out", func(_ *openapi3.T, all map[string]operation) {
			all[make].RequestBody.Value.Required = false
		}, make + " body: required: only in ours"},
		{"another status", func(_ *openapi3.T, all map[string]operation) { all[make].Responses.Delete("201") }, "status 201: only in ours"},
		{"a header less", func(_ *openapi3.T, all map[string]operation) {
			all[make].Responses.Value("201").Value.Headers = nil
		}, "header X-Rate-Limit-Limit: only in ours"},
		{"another media type", func(_ *openapi3.T, all map[string]operation) {
			all[make].Responses.Value("201").Value.Content = openapi3.Content{"text/xml": nil}
		}, make + " 201 application/json: only in ours"},
		{"a property less", func(doc *openapi3.T, _ map[string]operation) {
			delete(schema(doc, "User").Properties, "email")
		}, "User.email: only in ours"},
		{"a property more", func(doc *openapi3.T, _ map[string]operation) {
			schema(doc, "Role").Properties["rank"] = openapi3.NewSchemaRef("", openapi3.NewStringSchema())
		}, "Role.rank: only in theirs"},
		{"another type", func(doc *openapi3.T, _ map[string]operation) {
			schema(doc, "Role").Properties["level"].Value.Type = &openapi3.Types{"string"}
		}, "Role.level: type: ours number, theirs string"},
		{"another type in a list", func(doc *openapi3.T, _ map[string]operation) {
			schema(doc, "UserIDs").Properties["userIds"].Value.Items.Value.Type = &openapi3.Types{"number"}
		}, "UserIDs.userIds[]: type: ours string, theirs number"},
		{"another format", func(doc *openapi3.T, _ map[string]operation) {
			schema(doc, "Group").Properties["createdAt"].Value.Format = ""
		}, "Group.createdAt: format: ours date-time, theirs none"},
		{"an additional null", func(doc *openapi3.T, _ map[string]operation) {
			schema(doc, "Group").Properties["name"].Value.Nullable = true
		}, "Group.name: null: only in theirs"},
		{"a property required", func(doc *openapi3.T, _ map[string]operation) {
			schema(doc, "Group").Required = append(schema(doc, "Group").Required, "users")
		}, "Group: required users: only in theirs"},
		{"a property to leave out", func(doc *openapi3.T, _ map[string]operation) {
			schema(doc, "NewGroup").Required = nil
		}, "NewGroup: required name: only in ours"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ours, theirs := load(t), load(t)
			all := operations(t, theirs)
			require.Empty(t, compare(operations(t, ours), all))
			c.change(theirs, all)
			assert.Contains(t, compare(operations(t, ours), all), c.want)
		})
	}
}
