package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func setEnvironment(t *testing.T, env map[string]string) {
	t.Helper()
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "FRONTEGG_") {
			t.Setenv(name, "")
		}
	}
	for name, value := range env {
		t.Setenv(name, value)
	}
}

func TestTarget(t *testing.T) {
	for _, tt := range []struct {
		name   string
		env    map[string]string
		tenant string
		want   string
	}{
		{"the defaults", nil, "", "api.frontegg.com (region eu), tenant none"},
		{"a region", map[string]string{"FRONTEGG_REGION": "US", "FRONTEGG_TENANT_ID": "acme"}, "", "api.us.frontegg.com (region us), tenant acme"},
		{"a base URL", map[string]string{"FRONTEGG_BASE_URL": "http://127.0.0.1:80", "FRONTEGG_REGION": "us"}, "", "http://127.0.0.1:80, tenant none"},
		{"a tenant of the caller", map[string]string{"FRONTEGG_TENANT_ID": "acme"}, "globex\x1b[2J", `api.frontegg.com (region eu), tenant globex\x1b[2J`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			setEnvironment(t, tt.env)
			assert.Equal(t, tt.env != nil, HasEnvironment())
			assert.Equal(t, tt.want, Target(tt.tenant))
		})
	}
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `\x1b]0;owned\a\u009b31m\nnext é日`, Printable("\x1b]0;owned\a\u009b31m\nnext é日"))
}

func TestIsTerminal_File(t *testing.T) {
	t.Parallel()
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	require.NoError(t, err)
	defer f.Close()
	assert.False(t, IsTerminal(f))
	assert.False(t, HasColor(f))
	assert.False(t, IsTerminal(&bytes.Buffer{}))
}

func TestProgress_Terminal(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := NewProgress(&out, nil)
	p.terminal = true
	p.Show("apply", 1, 4) // too early
	p.Show("apply", 4, 4)
	fmt.Fprintln(p, "a line")
	p.Clear()
	p.Clear()
	const drawn = "apply     [============] 100%"
	assert.Equal(t, "\r\x1b[K"+drawn+"\r\x1b[Ka line\n"+drawn+"\r\x1b[K", out.String())
}

func TestProgress_NotTerminal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := NewProgress(&out, nil)
		for done := range 12 {
			p.Show("apply", done, 12)
			p.Show("groups", done, 0)
			<-time.After(time.Second)
		}
		p.Show("apply", 12, 12)
		p.Clear()
		assert.Equal(t, "apply: 5 of 12\napply: 10 of 12\napply: 12 of 12\n", out.String())
	})
}

func TestProgress_FitsThirtyColumns(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"", "apply", strings.Repeat("reading", 10)} {
		for _, total := range []int{0, 1, 7, 1_000_000} {
			for _, done := range []int{0, total / 2, total, 123_456_789} {
				if total > 0 && done > total {
					continue
				}
				got := bar(what, done, total)
				assert.Less(t, len(got), 30, got)
			}
		}
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	word := strings.Repeat("word ", 15) // 75 columns
	for _, tt := range []struct{ name, text, want string }{
		{"short lines", "a\n\n  b", "a\n\n  b"},
		{"80 columns", strings.Repeat("x", 80) + "\n", strings.Repeat("x", 80) + "\n"},
		{"at a blank", word + "another\nnext\n", strings.TrimSpace(word) + "\n    another\nnext\n"},
		{"with an indent", "  " + word + "another", "  " + strings.TrimSpace(word) + "\n      another"},
		{"a long word", strings.Repeat("x", 100), strings.Repeat("x", 80) + "\n    " + strings.Repeat("x", 20)},
		{"wide characters", strings.Repeat("日", 41), strings.Repeat("日", 40) + "\n    日"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, Wrap(tt.text))
		})
	}
}
