package docs

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

func TestLinks(t *testing.T) {
	t.Parallel()
	docs := documents(t)
	anchors := map[string]map[string]bool{}
	for _, d := range docs {
		anchors[d.path] = d.anchors
	}
	for _, d := range docs {
		for _, l := range d.links {
			if problem := follow(d.path, l.target, anchors); problem != "" {
				t.Errorf("%s:%d: the link to %s %s", d.path, l.line, l.target, problem)
			}
		}
	}
}

// follow returns the problem of a link in the file from, or "".
func follow(from, target string, anchors map[string]map[string]bool) string {
	file, fragment, _ := strings.Cut(target, "#")
	switch {
	case strings.HasPrefix(file, "/"):
		return "is absolute"
	case file == "":
		file = from
	default:
		file = path.Join(path.Dir(from), file)
	}
	if strings.HasPrefix(file, "../") {
		return "leaves the repository"
	}
	if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(file))); err != nil {
		return "leads nowhere"
	}
	if known, isMarkdown := anchors[file]; fragment != "" && isMarkdown && !known[fragment] {
		return "names a heading that is not there"
	}
	return ""
}

func TestFollow_Links(t *testing.T) {
	t.Parallel()
	anchors := map[string]map[string]bool{"README.md": {"install": true}, "docs/a.md": {"b": true}}
	for _, tt := range []struct{ from, target, want string }{
		{"docs/a.md", "../go.mod", ""},
		{"docs/a.md", "../internal", ""},
		{"docs/a.md", "../README.md#install", ""},
		{"README.md", "#install", ""},
		{"README.md", "#instal", "names a heading that is not there"},
		{"docs/a.md", "go.mod", "leads nowhere"},
		{"docs/a.md", "../../go.mod", "leaves the repository"},
		{"docs/a.md", "/go.mod", "is absolute"},
	} {
		if got := follow(tt.from, tt.target, anchors); got != tt.want {
			t.Errorf("%s in %s: got %q, want %q", tt.target, tt.from, got, tt.want)
		}
	}
}
