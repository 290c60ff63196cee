package validate

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// badText are values that are invalid as an ID, header or token.
var badText = []string{"", " ", "a b", "a\tb", "a\nb", "a\r\nX: y", "a\x00", "a\x7f", "ä", "\xff", "a\u2028b"}

func TestGroupID(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"a", "0", "a-b.c_d~e:f", "...", "Config", "config2", "bulkget", "8a7f0c1e-1111-2222-3333-444455556666", strings.Repeat("a", 128)} {
		assert.Empty(t, GroupID(good), good)
	}
	bad := append([]string{
		".", "..", "config", "bulkGet", "a/b", "/", "../x", "%2e%2e", "%2F", "a?b", "a#b", "a;b", "a\\b", "a@b", "a&b", "a=b", "a+b", "a,b", "a\"b",
		strings.Repeat("a", 129),
	}, badText...)
	for _, id := range bad {
		assert.NotEmpty(t, GroupID(id), "%q", id)
	}
}

func TestVisibleASCII(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		check func(string) string
		limit int
		good  []string
		bad   []string
	}{
		{"member id", MemberID, 128, []string{"a/b", "auth0|5", "x:y"}, []string{"jo@example.com"}},
		{"header id", HeaderID, 256, []string{"a/b?c", "t@x", "~!\""}, nil},
		{"token", Token, 16 << 10, []string{"a.b-c_d~e+f/g="}, nil},
		{"product", Product, 128, []string{"app", "1.2.3-rc+4", "my_app"}, []string{"a/b", "a(b)", "a;b", "a@b", "a:b", "<a>", "{a}", `a"b`, `a\b`, "a?b", "a=b"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, s := range append(tt.good, strings.Repeat("a", tt.limit)) {
				assert.Empty(t, tt.check(s), "%.50q", s)
			}
			for _, s := range append(append(tt.bad, strings.Repeat("a", tt.limit+1)), badText...) {
				assert.NotEmpty(t, tt.check(s), "%.50q", s)
			}
		})
	}
}

func TestName(t *testing.T) {
	t.Parallel()
	assert.Empty(t, Name("ä name\n"))
	for _, blank := range []string{"", " ", "\t\n", "\u00a0"} {
		assert.NotEmpty(t, Name(blank), "%q", blank)
	}
}

func TestEmail(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"jane@acme.com", "Jane.O'Neil+a%b&c#d@acme.com", "jürgen@bücher.example", "a@localhost", `"a@b"@acme.com`, "a@[127.0.0.1]",
	} {
		assert.Empty(t, Email(good), good)
	}
	for _, bad := range append([]string{
		"jane", "@acme.com", "jane@", "jane@acme.com@acme.com", "jane@acme.com,joe@acme.com", "jane@acme.com;joe@acme.com", "<jane@acme.com>",
		"Jane <jane@acme.com>", " jane@acme.com", "jane@acme.com\n", "jane\u200b@acme.com", "jane\u00a0@acme.com", strings.Repeat("x", 320) + "@acme.com",
	}, badText...) {
		assert.NotEmpty(t, Email(bad), "%q", bad)
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	for key, value := range map[string]string{"X-Request-Id": "5", "x-a": "", "Accept-Language": "de, en;q=0.5", "X!#$%&'*+-.^_`|~": "tab\tok", "Cookie": "a=b"} {
		assert.Empty(t, Header(key, value), key)
	}
	for _, key := range []string{
		"", " ", "X A", "X:", "X\n", "Ä", "X(", strings.Repeat("x", 257), "authorization", "x-access-token", "AUTHORIZATION", "Frontegg-Tenant-Id", "frontegg-environment-id",
		"Accept", "Content-Type", "User-Agent", "Host", "Content-Length", "Transfer-Encoding", "Connection", "Te", "Trailer", "Upgrade", "Expect",
		"Accept-Encoding", "Range", "Idempotency-Key", "X-Idempotency-Key", "Proxy-Authorization",
	} {
		assert.NotEmpty(t, Header(key, "x"), "%q", key)
	}
	for _, value := range []string{"a\nb", "a\rb", "a\x00b", "a\x7fb", "\x1b[31m"} {
		assert.NotEmpty(t, Header("X-A", value), "%q", value)
	}
}

func TestBaseURL_Valid(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://api.frontegg.com":            "https://api.frontegg.com",
		"https://api.frontegg.com/":           "https://api.frontegg.com",
		"https://admin.example.com/frontegg/": "https://admin.example.com/frontegg",
		"https://h:8443/a/b":                  "https://h:8443/a/b",
		"https://h/a%2Fb/":                    "https://h/a%2Fb",
		"http://localhost:4010":               "http://localhost:4010",
		"http://LOCALHOST:4010":               "http://LOCALHOST:4010",
		"https://h:65535":                     "https://h:65535",
		"http://127.0.0.1:4010":               "http://127.0.0.1:4010",
		"http://127.9.9.9":                    "http://127.9.9.9",
		"http://[::1]:4010/x":                 "http://[::1]:4010/x",
		"http://[::ffff:127.0.0.1]":           "http://[::ffff:127.0.0.1]",
	} {
		u, reason := BaseURL(raw, false)
		require.Empty(t, reason, raw)
		assert.Equal(t, want, u.String())
	}
}

// badURLs are invalid base URLs. Those with a password contain the word
// hunter2, which must not be in the reason.
var badURLs = []string{
	"", "api.frontegg.com", "//api.frontegg.com", "/path", "https://", "https:///x", "https:api.frontegg.com", "ftp://h", "file:///etc/passwd",
	"http://api.frontegg.com", "http://10.0.0.1", "http://localhost.example.com", "http://127.0.0.1.example.com", "http://[fe80::1]", "http://0.0.0.0",
	"https://hunter2@h", "https://user:hunter2@h", "https://user:hunter2@h\x7f", "https://user:hunter2@%zz", "https://@h",
	"https://h?x=hunter2", "https://h?", "https://h/#hunter2", "https://h/#", "https://h/a/../b", "https://h/..", "https://h/.", "https://h/%2e%2e/b",
	"https://h/a//b", "https://h:", "https://h/a\\b", "https://h/a%00b", "https://h/a%0ab", "https://h/a b\n", "https://h:port", "https://h:0", "https://h:65536", "https://h/a%2F", "https://h/a%2f/", "https://[::1",
}

func TestBaseURL_Invalid(t *testing.T) {
	t.Parallel()
	for _, raw := range badURLs {
		u, reason := BaseURL(raw, false)
		assert.NotEmpty(t, reason, "%q", raw)
		assert.NotContains(t, reason, "hunter2")
		assert.Nil(t, u)
	}
}

func FuzzGroupID(f *testing.F) {
	for _, id := range []string{"a", "..", "%2e%2e", "a/b", "a?b", "a#b", "config", "\x00", "a:b", "~", "...", "http://evil"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if GroupID(id) != "" {
			return // invalid
		}
		base, _ := BaseURL("https://h:8443/prefix", false)
		u := *base
		u.Path += "/groups/" + id + "/roles"
		sent, err := url.Parse(u.String())
		if err != nil {
			t.Fatal(err)
		}
		clean := sent.JoinPath() // resolves dots as a server might
		for _, u := range []*url.URL{sent, clean} {
			segments := strings.Split(u.EscapedPath(), "/")
			if u.Host != "h:8443" || u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || len(segments) != 5 || segments[1] != "prefix" || segments[3] != id {
				t.Errorf("%q became %q", id, u)
			}
		}
	})
}

func FuzzBaseURL(f *testing.F) {
	for _, raw := range append([]string{"https://h/prefix", "http://localhost:1"}, badURLs...) {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, reason := BaseURL(raw, false)
		if reason != "" {
			return
		}
		if u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Hostname() == "" || strings.HasSuffix(u.Path, "/") {
			t.Errorf("%q became %q", raw, u)
		}
		if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
			t.Errorf("%q is not safe", raw)
		}
	})
}

func TestBaseURL_Insecure(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"http://api.frontegg.com", "http://10.0.0.1:8080/frontegg", "http://proxy"} {
		u, reason := BaseURL(raw, true)
		assert.Empty(t, reason)
		require.NotNil(t, u)
		assert.Equal(t, raw, u.String())
		_, reason = BaseURL(raw, false)
		assert.Contains(t, reason, "WithInsecureHTTP")
	}
	for _, raw := range badURLs {
		if u, reason := BaseURL(raw, true); reason == "" {
			assert.Equal(t, "http", u.Scheme, raw)
		}
	}
}

func TestToken_PasteErrors(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"\n", "\r\n", "\n\n"} {
		assert.Equal(t, lineBreak, Token("key"+end))
		assert.Equal(t, lineBreak, HeaderID("id"+end))
		_, reason := BaseURL("https://api.frontegg.com"+end, false)
		assert.Equal(t, lineBreak, reason)
	}
	for _, token := range []string{"Bearer abc", "bearer abc", "BEARER abc"} {
		assert.Contains(t, Token(token), "leave that out")
	}
	assert.Empty(t, Token("Bearer-abc"))
	assert.Equal(t, "is empty", Token(""))
}

func TestIsUUID(t *testing.T) {
	t.Parallel()
	assert.True(t, IsUUID("3f2b6a1c-7d44-4e19-9c0e-000000000001"))
	for _, id := range []string{"", "admin", "3f2b6a1c-7d44-4e19-9c0e-00000000000", "3f2b6a1c_7d44-4e19-9c0e-000000000001", "3f2b6a1c-7d44-4e19-9c0e-00000000000-"} {
		assert.False(t, IsUUID(id), id)
	}
}
