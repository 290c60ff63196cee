package interop

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const (
	openAPIVariable = "FRONTEGG_OPENAPI_DIR"
	openAPIDefault  = "../../shared/openapi"
	ownDocument     = "../contract/openapi.yaml"
)

// document is an OpenAPI file and the path of its servers: "/identity",
// "/auth/vendor" or "".
type document struct{ file, prefix string }

// documents returns Frontegg's own files if available, else the project's.
func documents(t *testing.T) []document {
	t.Helper()
	dir, chosen := os.LookupEnv(openAPIVariable)
	if !chosen {
		dir = openAPIDefault
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	require.NoError(t, err)
	if len(files) == 0 {
		require.Falsef(t, chosen, "%s=%s has no .yaml files", openAPIVariable, dir)
		files = []string{ownDocument}
	}
	var all []document
	for _, file := range files {
		all = append(all, document{file: file, prefix: serverPath(t, file)})
	}
	t.Logf("documents: %v", all)
	return all
}

// serverPath returns the path of the first server of the document. The servers of a
// document differ only in their hosts.
func serverPath(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var parsed struct {
		Servers []struct {
			URL string `yaml:"url"`
		} `yaml:"servers"`
	}
	require.NoError(t, yaml.Unmarshal(text, &parsed), file)
	if len(parsed.Servers) == 0 {
		return ""
	}
	server, err := url.Parse(parsed.Servers[0].URL)
	require.NoError(t, err, file)
	return strings.TrimSuffix(server.Path, "/")
}
