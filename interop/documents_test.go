package interop

import (
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const (
	openAPIVariable = "FRONTEGG_OPENAPI_DIR"
	ownDocument     = "../contract/openapi.yaml"
)

// document is an OpenAPI file, the path of its servers ("/identity", "/auth/vendor" or
// "") and the paths of its operations.
type document struct {
	file, prefix string
	paths        []string
}

// documents returns Frontegg's own files if available, else the project's.
func documents(t *testing.T) []document {
	t.Helper()
	given := os.Getenv(openAPIVariable)
	dir := given
	if above := filepath.Join("..", dir); !filepath.IsAbs(dir) && isDir(above) {
		dir = above // relative to the repository
	}
	files, err := fs.Glob(os.DirFS(dir), "*.yaml")
	if given == "" || err != nil || len(files) == 0 {
		t.Logf("documents: %s", ownDocument)
		return []document{parse(t, ownDocument)}
	}
	t.Logf("documents: %v in %s", files, dir)
	var all []document
	for _, file := range files {
		all = append(all, parse(t, filepath.Join(dir, file)))
	}
	return all
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// parse reads a document. Its servers differ only in their hosts.
func parse(t *testing.T, file string) document {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var parsed struct {
		Servers []struct {
			URL string `yaml:"url"`
		} `yaml:"servers"`
		Paths map[string]any `yaml:"paths"`
	}
	require.NoError(t, yaml.Unmarshal(text, &parsed), file)
	doc := document{file: file, paths: slices.Sorted(maps.Keys(parsed.Paths))}
	if len(parsed.Servers) > 0 {
		server, err := url.Parse(parsed.Servers[0].URL)
		require.NoError(t, err, file)
		doc.prefix = strings.TrimSuffix(server.Path, "/")
	}
	return doc
}
