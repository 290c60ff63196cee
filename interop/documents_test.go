package interop

import (
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
	files := []string{ownDocument}
	if dir, chosen := os.LookupEnv(openAPIVariable); chosen {
		if above := filepath.Join("..", dir); !filepath.IsAbs(dir) && isDir(above) {
			dir = above // relative to the repository
		}
		var err error
		files, err = filepath.Glob(filepath.Join(dir, "*.yaml"))
		require.NoError(t, err)
		require.NotEmpty(t, files, "%s=%s has no .yaml files", openAPIVariable, dir)
	}
	var all []document
	for _, file := range files {
		all = append(all, parse(t, file))
	}
	t.Logf("documents: %v", files)
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
