package contract

import (
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/internal/op"
)

// load returns a copy of the document.
func load(tb testing.TB) *openapi3.T {
	tb.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(Document)
	require.NoError(tb, err)
	require.NoError(tb, doc.Validate(tb.Context()))
	return doc
}

// operation is an operation of a document.
type operation struct {
	*openapi3.Operation
	doc        *openapi3.T
	method     string
	path       string // including the path of the document's server
	parameters openapi3.Parameters
}

// operations returns the operations of a document by method and path.
func operations(tb testing.TB, doc *openapi3.T) map[string]operation {
	tb.Helper()
	require.NotEmpty(tb, doc.Servers)
	base, err := doc.Servers[0].BasePath()
	require.NoError(tb, err)
	all := map[string]operation{}
	for path, item := range doc.Paths.Map() {
		for method, o := range item.Operations() {
			full := strings.TrimRight(strings.TrimRight(base, "/")+path, "/")
			all[method+" "+full] = operation{
				Operation: o, doc: doc, method: method, path: full,
				parameters: slices.Concat(item.Parameters, o.Parameters),
			}
		}
	}
	return all
}

// anonymous reports whether an operation needs no token.
func (o operation) anonymous() bool {
	if o.Security != nil {
		return len(*o.Security) == 0
	}
	return len(o.doc.Security) == 0
}

func (o operation) has(in, name string) bool { return o.parameters.GetByInAndName(in, name) != nil }

func TestDocument_MatchesOperations(t *testing.T) {
	t.Parallel()
	described := operations(t, load(t))
	names := map[string]bool{}
	for _, o := range op.All() {
		names[o.Name] = true
		d, ok := described[o.Method+" "+o.Route]
		if !assert.True(t, ok, "%s: the document lacks %s %s", o.Name, o.Method, o.Route) {
			continue
		}
		assert.Equal(t, o.Name, d.OperationID, "the document names an operation as the client does")
		assert.Equal(t, o.Scope == op.Anonymous, d.anonymous(), "%s: is called without a token", o.Name)
		assert.Equal(t, o.Scope == op.Tenant, d.has("header", "frontegg-tenant-id"), "%s: takes a tenant", o.Name)
		assert.Equal(t, o.Scope != op.Anonymous, d.has("header", "frontegg-environment-id"), "%s: takes an environment", o.Name)
	}
	for where, d := range described {
		if d.OperationID != "auth.apiTokenV1" { // the client decodes its response, but does not call it
			assert.True(t, names[d.OperationID], "the client has no operation for %s (%s)", where, d.OperationID)
		}
	}
}
