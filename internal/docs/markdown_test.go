package docs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// root is the root directory of the repository.
const root = "../.."

// document is a parsed Markdown file.
type document struct {
	path     string // below root, with slashes
	snippets []snippet
	links    []link
	anchors  map[string]bool
}

// snippet is a fenced block of Go.
type snippet struct {
	file, info, text string
	line             int // of the first line of text
}

// link is a link within the repository.
type link struct {
	target string
	line   int
}

var (
	fence      = regexp.MustCompile("^\\s*(?:[-*] )?(```+)\\s*(.*)$")
	goInfo     = regexp.MustCompile(`(?i)^(go|golang)\b`)
	heading    = regexp.MustCompile(`^#{1,6}\s+(.*?)\s*#*$`)
	inlineCode = regexp.MustCompile("`[^`]*`")
	inlineLink = regexp.MustCompile(`\]\(<?([^)>\s]+)>?(?:\s+"[^"]*")?\)`)
	reference  = regexp.MustCompile(`^\[[^\]]+\]:\s+<?([^>\s]+)`)
	scheme     = regexp.MustCompile(`^[a-z][a-z0-9+.-]*:`)
)

// documents reads every Markdown file of the repository.
func documents(t *testing.T) []*document {
	t.Helper()
	var out []*document
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		hidden := strings.HasPrefix(name, ".") && name != ".github" && path != root
		if d.IsDir() && (hidden || name == "node_modules" || name == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(name) != ".md" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		below, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		doc, err := parse(filepath.ToSlash(below), string(text))
		out = append(out, doc)
		return err
	})
	require.NoError(t, err)
	require.NotEmpty(t, out)
	return out
}

// parse parses a Markdown file.
func parse(path, text string) (*document, error) {
	doc := &document{path: path, anchors: map[string]bool{}}
	var open string // the fence that is open
	var block snippet
	for i, line := range strings.Split(text, "\n") {
		mark := fence.FindStringSubmatch(line)
		switch {
		case open == "" && mark != nil:
			open = mark[1]
			block = snippet{file: path, info: mark[2], line: i + 2}
		case open != "" && mark != nil && len(mark[1]) >= len(open) && mark[2] == "":
			open = ""
			if goInfo.MatchString(block.info) {
				doc.snippets = append(doc.snippets, block)
			}
		case open != "":
			block.text += line + "\n"
		default:
			doc.prose(line, i+1)
		}
	}
	if open != "" {
		return doc, fmt.Errorf("%s:%d: the fence is not closed", path, block.line-1)
	}
	return doc, nil
}

// prose finds links and headings in a line.
func (d *document) prose(line string, number int) {
	if h := heading.FindStringSubmatch(line); h != nil {
		d.anchors[anchor(h[1])] = true
	}
	line = inlineCode.ReplaceAllString(line, "")
	for _, pattern := range []*regexp.Regexp{inlineLink, reference} {
		for _, found := range pattern.FindAllStringSubmatch(line, -1) {
			if !scheme.MatchString(found[1]) {
				d.links = append(d.links, link{found[1], number})
			}
		}
	}
}

// anchor returns GitHub's anchor of a heading.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}

func TestParse(t *testing.T) {
	t.Parallel()
	doc, err := parse("a.md", strings.Join([]string{
		"# What's new, `Ensure`?",
		"See [that](b.md#x \"t\"), [there](https://example.com) and `[no](link)`.",
		"[ref]: c.md",
		"````text", "```go", "[no](link)", "````",
		"  ```go module=x", "  a()", "", "  b()", "  ```",
	}, "\n"))
	require.NoError(t, err)
	assert.Equal(t, map[string]bool{"whats-new-ensure": true}, doc.anchors)
	assert.Equal(t, []link{{"b.md#x", 2}, {"c.md", 3}}, doc.links)
	assert.Equal(t, []snippet{{"a.md", "go module=x", "  a()\n\n  b()\n", 9}}, doc.snippets)

	_, err = parse("a.md", "text\n```go\na()\n")
	require.EqualError(t, err, "a.md:2: the fence is not closed")
}
