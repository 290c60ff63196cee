package docs

import (
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	// Imported so that go test does not use a cached result when they change.
	_ "github.com/frontegg-go/frontegg"
	_ "github.com/frontegg-go/frontegg/fronteggtest"
	_ "github.com/frontegg-go/frontegg/groupsync"
	_ "github.com/frontegg-go/frontegg/pace"
)

const module = "github.com/frontegg-go/frontegg"

// packages are imported implicitly in snippets.
var packages = map[string]string{
	"frontegg": module, "fronteggtest": module + "/fronteggtest", "groupsync": module + "/groupsync", "pace": module + "/pace",
	"bytes": "bytes", "cmp": "cmp", "context": "context", "csv": "encoding/csv", "errors": "errors", "flag": "flag",
	"fmt": "fmt", "http": "net/http", "httptest": "net/http/httptest", "io": "io", "json": "encoding/json", "log": "log",
	"maps": "maps", "os": "os", "signal": "os/signal", "slices": "slices", "slog": "log/slog", "strings": "strings",
	"sync": "sync", "synctest": "testing/synctest", "testing": "testing", "time": "time", "tls": "crypto/tls",
	"url": "net/url",
}

// parameters are the variables that are declared in function bodies.
const parameters = `ctx context.Context, t *testing.T, client *frontegg.Client, server *fronteggtest.Server,
	group *frontegg.Group, tenantID, groupID, userID, roleID, clientID, apiKey, secret, jwt, name string,
	userIDs, roleIDs []string, logger *slog.Logger, wanted []groupsync.Group`

func TestSnippets_Compile(t *testing.T) {
	t.Parallel()
	var snippets []snippet
	for _, d := range documents(t) {
		snippets = append(snippets, d.snippets...)
	}
	require.NotEmpty(t, snippets)
	c := newCompiler(t, snippets)
	for _, s := range snippets {
		t.Run(fmt.Sprintf("%s:%d", s.file, s.line), func(t *testing.T) {
			for _, err := range c.check(s) {
				t.Error(err)
			}
		})
	}
}

// compiler checks snippets against the packages as they are built.
type compiler struct {
	goVersion string
	exports   map[string]string // files of export data, by import path
}

// newCompiler builds every package that the snippets can import.
func newCompiler(t *testing.T, snippets []snippet) *compiler {
	t.Helper()
	paths := slices.Collect(maps.Values(packages))
	for _, s := range snippets {
		if f, err := parser.ParseFile(token.NewFileSet(), "", s.text, parser.ImportsOnly); err == nil {
			for _, i := range f.Imports {
				imported, err := strconv.Unquote(i.Path.Value)
				require.NoError(t, err)
				paths = append(paths, imported)
			}
		}
	}
	slices.Sort(paths)
	c := &compiler{exports: map[string]string{}}
	c.goVersion = "go" + strings.TrimSpace(list(t, "-m", "-f", "{{.GoVersion}}"))
	listed := list(t, append([]string{"-e", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}"}, slices.Compact(paths)...)...)
	for line := range strings.Lines(listed) {
		imported, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		c.exports[imported] = file
	}
	return c
}

// list runs go list in the root module. Nothing is downloaded.
func list(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOWORK=off")
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	require.NoError(t, err, problems.String())
	return string(out)
}

// check returns the problems of a snippet, each with file and line.
func (c *compiler) check(s snippet) []error {
	if dir, ok := strings.CutPrefix(s.info, "go module="); ok {
		return excerpt(s, dir)
	}
	if s.info != "go" {
		return []error{fmt.Errorf("%s:%d: the info string %q is neither go nor go module=DIR", s.file, s.line, s.info)}
	}
	source, whole := complete(s)
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, "", source, parser.SkipObjectResolution)
	if err != nil {
		if all, ok := errors.AsType[scanner.ErrorList](err); ok {
			err = all[0] // the others are consequences
		}
		return []error{err}
	}
	var problems []error
	config := types.Config{
		GoVersion: c.goVersion,
		Importer:  importer.ForCompiler(files, "gc", c.export),
		Error: func(err error) {
			if e, ok := errors.AsType[types.Error](err); whole || !ok || !e.Soft { // soft: something is not used
				problems = append(problems, err)
			}
		},
	}
	_, _ = config.Check(f.Name.Name, files, []*ast.File{f}, nil) // its error is the first of problems
	return problems
}

// export opens the export data of a package.
func (c *compiler) export(imported string) (io.ReadCloser, error) {
	if strings.HasPrefix(imported, module+"/internal") {
		return nil, errors.New("is internal: a user cannot import it")
	}
	file := c.exports[imported]
	if file == "" {
		return nil, errors.New("is not in the root module, or does not build")
	}
	return os.Open(file)
}

// complete turns a snippet into a file. whole reports whether it already was one.
func complete(s snippet) (source string, whole bool) {
	parses := func(source string) bool {
		_, err := parser.ParseFile(token.NewFileSet(), "", source, parser.SkipObjectResolution)
		return err == nil
	}
	here := fmt.Sprintf("//line %s:%d\n", s.file, s.line)
	if _, err := parser.ParseFile(token.NewFileSet(), "", s.text, parser.PackageClauseOnly); err == nil {
		return here + s.text, true
	}
	body := here + s.text
	if !parses("package snippet\n" + s.text) {
		body = "func _(" + parameters + ") error {\n{\n" + body + "\n}\nreturn nil\n}\n"
	}
	return "package snippet\n" + imports(body) + body, false
}

// imports returns import declarations for the packages that a source uses.
func imports(body string) string {
	f, _ := parser.ParseFile(token.NewFileSet(), "", "package snippet\n"+body, parser.SkipObjectResolution)
	used := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if name, ok := selector.X.(*ast.Ident); ok && packages[name.Name] != "" {
				used[name.Name] = true
			}
		}
		return true
	})
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(used)) {
		fmt.Fprintf(&b, "import %q\n", packages[name])
	}
	return b.String()
}

// excerpt requires that a file of the module in dir has the lines of the snippet.
func excerpt(s snippet, dir string) []error {
	at := fmt.Sprintf("%s:%d: module=%s", s.file, s.line, dir)
	module := os.DirFS(path.Join(root, dir))
	files, err := goFiles(module)
	if err != nil {
		return []error{fmt.Errorf("%s: %w", at, err)}
	}
	want := "\n" + trimmed(s.text)
	for _, source := range files {
		if strings.Contains("\n"+trimmed(source), want) {
			return nil
		}
	}
	return []error{fmt.Errorf("%s: no Go file of the module has these lines", at)}
}

// goFiles returns the text of every Go file of a module.
func goFiles(module fs.FS) ([]string, error) {
	if _, err := fs.Stat(module, "go.mod"); err != nil {
		return nil, errors.New("there is no module in that directory")
	}
	var out []string
	err := fs.WalkDir(module, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "node_modules":
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		text, err := fs.ReadFile(module, name)
		out = append(out, string(text))
		return err
	})
	return out, err
}

// trimmed returns text without indentation and empty lines.
func trimmed(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}
