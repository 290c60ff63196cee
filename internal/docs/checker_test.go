package docs

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	const info = "go"
	tests := []struct{ name, info, text, want string }{
		{"statements", info, "group, err := client.Groups.Get(ctx, groupID)\nif err != nil {\n\treturn err\n}\nfmt.Println(group.Name)\n", ""},
		{"redeclared parameters", info, "ctx := context.Background()\nclient, err := frontegg.NewClientFromEnv()\n", ""},
		{"a variable that is not used", info, "x := 1\n", ""},
		{"declarations", info, "func f(c *frontegg.Client) error { return c.Close() }\n", ""},
		{"a whole program", info, "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println() }\n", ""},
		{"new with an expression", info, "p := frontegg.UpdateGroupParams{Color: new(\"\")}\n", ""},
		{"a missing method", info, "err := client.Close()\nclient.Groups.Erase(ctx, groupID)\n", "docs/a.md:11: client.Groups.Erase undefined"},
		{"an undeclared name", info, "fmt.Println(grp)\n", "docs/a.md:10: undefined: grp"},
		{"a package that is not in the table", info, "yaml.Marshal(group)\n", "docs/a.md:10: undefined: yaml"},
		{"a wrong type", info, "client.Groups.Get(ctx, 7)\n", "docs/a.md:10: cannot use 7"},
		{"no Go at all", info, "x = = 1\n", "docs/a.md:10: expected operand"},
		{"a program that does not use an import", info, "package main\n\nimport \"fmt\"\n\nfunc main() {}\n", "docs/a.md:12: \"fmt\" imported and not used"},
		{"a program that imports what is internal", info, "package main\n\nimport \"" + module + "/internal/op\"\n\nvar _ = op.All\n", "is internal"},
		{"a program that imports another module", info, "package main\n\nimport \"example.com/x\"\n\nvar _ = x.X\n", "is not in the root module"},
		{"an unknown info string", "go norun", "x()\n", "docs/a.md:10: the info string"},
		{"a comma in place of a space", "go,norun", "x()\n", "docs/a.md:10: the info string"},
		{"another word for go", "golang", "x()\n", "docs/a.md:10: the info string"},
		{"an excerpt", "go module=.", "func newCompiler(t *testing.T, snippets []snippet) *compiler {\nt.Helper()\n", ""},
		{"an excerpt that is not one", "go module=.", "func newCompiler() *compiler" + " {\n", "docs/a.md:10: module=.: no Go file"},
		{"an excerpt of no module", "go module=docs", "x()\n", "docs/a.md:10: module=docs: there is no module"},
	}
	var all []snippet
	for _, tt := range tests {
		all = append(all, snippet{"docs/a.md", tt.info, tt.text, 10})
	}
	c := newCompiler(t, all)
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := errors.Join(c.check(all[i])...)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			assert.Contains(t, err.Error(), tt.want)
		})
	}
}
