package pipeline

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/redact"
	"github.com/frontegg-go/frontegg/internal/validate"
)

func TestSameOrigin(t *testing.T) {
	t.Parallel()
	base, _ := validate.BaseURL("https://api.test:8443/prefix", false)
	for raw, want := range map[string]bool{
		"https://api.test:8443/x": true, "https://api.test:8443/other?x": true, "http://api.test:8443/x": false, "https://api.test/x": false,
		"https://api.test:443/x": false, "https://api.test.evil:8443/x": false, "https://evil/prefix": false,
	} {
		u, err := url.Parse(raw)
		assert.NoError(t, err)
		assert.Equal(t, want, sameOrigin(u, base), raw)
	}
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	const secret = "canary-secret-0123456789"
	clean := redact.New(secret)
	jwts := strings.Repeat("eyJ"+strings.Repeat("a", 16<<10-4)+" ", 3) // redacted to a few bytes
	for cut := 1; cut < len(secret); cut++ {
		for _, end := range []int{MaxError, MaxError + LongestSecret} {
			for _, before := range []string{"", jwts} {
				body := before + strings.Repeat("x", end-len(before)-cut) + secret + "y"
				got := Excerpt([]byte(body), clean)
				assert.NotContains(t, string(got), "cana", "cut %d at %d", cut, end)
				assert.LessOrEqual(t, len(got), MaxError)
			}
		}
	}
	short := []byte("short")
	got := Excerpt(short, clean)
	assert.Equal(t, short, got)
	got[0] = 'X'
	assert.Equal(t, "short", string(short), "a copy")
	assert.Len(t, Excerpt(bytes.Repeat([]byte("x"), 200<<10), clean), MaxError)
}

// FuzzURL puts valid IDs into every route.
func FuzzURL(f *testing.F) {
	for _, id := range []string{"g1", "a.b-c_d~e:f", "...", "..", "%2e%2e", "a/b", "a?b", "a#b", "\x00", "a%2Fb", "@evil", "//evil"} {
		f.Add(id, "https://api.test/prefix")
		f.Add(id, "https://api.test/a%2Fb")
		f.Add(id, "https://api.test")
	}
	f.Fuzz(func(t *testing.T, id, rawBase string) {
		base, reason := validate.BaseURL(rawBase, false)
		if validate.GroupID(id) != "" || reason != "" {
			return // invalid
		}
		p := &Pipeline{Base: base}
		for _, o := range op.All() {
			r := &Request{Op: o, Query: "_limit=1"}
			if strings.Contains(o.Route, "{") {
				r.Params = []string{id}
			}
			u := p.url(r)
			route := strings.NewReplacer("{id}", id, "{groupId}", id).Replace(o.Route)
			if !sameOrigin(u, base) || u.EscapedPath() != base.EscapedPath()+route || u.RawQuery != "_limit=1" {
				t.Errorf("%s with id %q became %q", o.Name, id, u)
			}
			sent, err := url.ParseRequestURI(u.RequestURI())
			if err != nil || strings.Count(sent.EscapedPath(), "/") != strings.Count(base.EscapedPath(), "/")+strings.Count(o.Route, "/") {
				t.Errorf("%s with id %q is sent as %q", o.Name, id, u.RequestURI())
			}
		}
	})
}
