package docs

import (
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// public are the directories of the public packages.
var public = []string{"", "fronteggtest", "groupsync", "pace", "fleet", "fleet/filestore", "fleet/redislimit", "fleet/redisstore", "otelfrontegg"}

func TestDocComments(t *testing.T) {
	t.Parallel()
	c := newCompiler(t, nil)
	for _, dir := range public {
		imported := path.Join(module, dir)
		t.Run(imported, func(t *testing.T) {
			t.Parallel()
			for _, problem := range c.documentation(t, filepath.Join(root, dir), imported) {
				t.Error(problem)
			}
		})
	}
}

func TestDocumentation_Problems(t *testing.T) {
	t.Parallel()
	got := newCompiler(t, nil).documentation(t, "testdata/godoc", "example.com/godoc")
	assert.ElementsMatch(t, []string{
		"Bare is not documented",
		"T.Method is not documented",
		"the documentation of T: [Nobody] is not a name",
		"the documentation of T: [frontegg.Nobody] is not a name",
		"the documentation of T: [frontegg.Client.Nothing] is not a name",
		"the documentation of T: [github.com/frontegg-go/frontegg/fleet.Nobody] is not a name",
		"the documentation of T: [github.com/frontegg-go/frontegg/fleet.TokenSource.Nothing] is not a name",
	}, got)
}

// documentation returns the problems of the comments of a package.
func (c *compiler) documentation(t *testing.T, dir, imported string) []string {
	t.Helper()
	p := documented(t, dir, imported)
	r := &reader{t: t, parser: p.Parser(), importer: importer.ForCompiler(token.NewFileSet(), "gc", c.export)}
	r.read("the package", p.Doc)
	r.values(append(p.Consts, p.Vars...))
	r.funcs("", p.Funcs)
	for _, typ := range p.Types {
		r.read(typ.Name, typ.Doc)
		r.values(append(typ.Consts, typ.Vars...))
		r.funcs("", typ.Funcs)
		r.funcs(typ.Name+".", typ.Methods)
	}
	return r.problems
}

// documented parses the package in dir.
func documented(t *testing.T, dir, imported string) *doc.Package {
	t.Helper()
	files := token.NewFileSet()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	var parsed []*ast.File
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			f, err := parser.ParseFile(files, name, nil, parser.ParseComments|parser.SkipObjectResolution)
			require.NoError(t, err)
			parsed = append(parsed, f)
		}
	}
	require.NotEmpty(t, parsed, dir)
	p, err := doc.NewFromFiles(files, parsed, imported)
	require.NoError(t, err)
	return p
}

// reader reads comments and collects their problems.
type reader struct {
	t        *testing.T
	parser   *comment.Parser
	importer types.Importer
	problems []string
}

func (r *reader) funcs(prefix string, funcs []*doc.Func) {
	for _, f := range funcs {
		r.read(prefix+f.Name, f.Doc)
	}
}

// values reads the comments of constants and variables; in a group, a comment on
// the group or on the name is enough.
func (r *reader) values(values []*doc.Value) {
	for _, v := range values {
		for _, spec := range v.Decl.Specs {
			s := spec.(*ast.ValueSpec)
			r.read(s.Names[0].Name, v.Doc+s.Doc.Text()+s.Comment.Text())
		}
	}
}

// unresolved matches text that looks like a doc link and is not one.
var unresolved = regexp.MustCompile(`\[\*?(?:[a-z]+\.)?[A-Z]\w*[a-z]\w*(?:\.\w+)?\]`)

func (r *reader) read(name, text string) {
	if text == "" {
		r.problems = append(r.problems, name+" is not documented")
		return
	}
	words := func(list []comment.Text) {
		for _, word := range list {
			switch w := word.(type) {
			case comment.Plain:
				for _, link := range unresolved.FindAllString(string(w), -1) {
					r.problems = append(r.problems, "the documentation of "+name+": "+link+" is not a name")
				}
			case *comment.DocLink:
				if w.ImportPath != "" && !r.exists(w) {
					r.problems = append(r.problems, "the documentation of "+name+": ["+plain(w.Text)+"] is not a name")
				}
			}
		}
	}
	var blocks func(list []comment.Block)
	blocks = func(list []comment.Block) {
		for _, block := range list {
			switch b := block.(type) {
			case *comment.Paragraph:
				words(b.Text)
			case *comment.List:
				for _, item := range b.Items {
					blocks(item.Content)
				}
			}
		}
	}
	blocks(r.parser.Parse(text).Content)
}

// exists reports whether another package declares the name of a link. Only packages
// of this project and the standard library are checked.
func (r *reader) exists(l *comment.DocLink) bool {
	if dir, ok := strings.CutPrefix(l.ImportPath, module+"/fleet"); ok {
		return declares(documented(r.t, filepath.Join(root, "fleet", dir), l.ImportPath), l)
	}
	p, err := r.importer.Import(l.ImportPath)
	if err != nil {
		return !strings.HasPrefix(l.ImportPath, module)
	}
	if l.Name == "" {
		return true
	}
	if l.Recv == "" {
		return p.Scope().Lookup(l.Name) != nil
	}
	typ := p.Scope().Lookup(l.Recv)
	if typ == nil {
		return false
	}
	found, _, _ := types.LookupFieldOrMethod(typ.Type(), true, p, l.Name)
	return found != nil
}

// declares is exists for a package of another module. It is parsed and not compiled,
// because its dependencies may be missing.
func declares(p *doc.Package, l *comment.DocLink) bool {
	hasFunc := func(funcs []*doc.Func) bool {
		return slices.ContainsFunc(funcs, func(f *doc.Func) bool { return f.Name == l.Name })
	}
	hasValue := func(values []*doc.Value) bool {
		return slices.ContainsFunc(values, func(v *doc.Value) bool { return slices.Contains(v.Names, l.Name) })
	}
	if l.Name == "" || l.Recv == "" && (hasFunc(p.Funcs) || hasValue(p.Consts) || hasValue(p.Vars)) {
		return true
	}
	for _, typ := range p.Types {
		switch {
		case l.Recv == typ.Name:
			return hasFunc(typ.Methods)
		case l.Recv == "" && (l.Name == typ.Name || hasFunc(typ.Funcs) || hasValue(typ.Consts) || hasValue(typ.Vars)):
			return true
		}
	}
	return false
}

// plain returns the text of a link.
func plain(list []comment.Text) string {
	var b strings.Builder
	for _, word := range list {
		if w, ok := word.(comment.Plain); ok {
			b.WriteString(string(w))
		}
	}
	return b.String()
}
