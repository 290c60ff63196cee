// Package validate has the rules for input. Each rule is a function that returns
// why a value is invalid, or "" for a valid one. The reason never contains the
// value, which may be a secret.
package validate

import (
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// GroupID checks an ID that becomes a path segment: it must remain one segment
// and must not be a fixed route.
func GroupID(id string) string {
	switch id {
	case "":
		return "is empty"
	case ".", "..", "config", "bulkGet":
		return "is a reserved word, not a group id"
	}
	if len(id) > 128 {
		return "is longer than 128 characters"
	}
	for i := range len(id) {
		if c := id[i]; !isAlphanumeric(c) && c != '-' && c != '.' && c != '_' && c != '~' && c != ':' {
			return "has a character outside A-Z a-z 0-9 - . _ ~ :"
		}
	}
	return ""
}

// MemberID checks the ID of a role or user. It is sent in a body, so more is
// valid than in a group ID. An e-mail address is the common mistake.
func MemberID(id string) string {
	if reason := visible(id, 128); reason != "" {
		return reason
	}
	if strings.Contains(id, "@") {
		return "is an e-mail address, not an id"
	}
	return ""
}

// ListedID checks the ID of a user that is sent in a list of IDs, separated by commas.
func ListedID(id string) string {
	if strings.Contains(id, ",") {
		return "has a comma"
	}
	return MemberID(id)
}

// Email checks an e-mail address: one with a local part and a domain, without spaces
// and control characters. Whether it exists is for the server to say.
func Email(address string) string {
	at := strings.LastIndexByte(address, '@')
	switch {
	case address == "":
		return "is empty"
	case len(address) > 320:
		return "is too long for an e-mail address"
	case !utf8.ValidString(address), strings.ContainsFunc(address, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return "has a character that an e-mail address cannot have"
	case at < 1, at == len(address)-1, strings.ContainsAny(address, "<>"), strings.Contains(address[:at], "@") && address[0] != '"':
		return "is not an e-mail address"
	}
	return ""
}

// FoldEmail returns the address in lower case. A letter that is not ASCII never becomes an
// ASCII letter: with the Kelvin sign for a k it would be the address of another user.
func FoldEmail(email string) string {
	return strings.Map(func(r rune) rune {
		lower := unicode.ToLower(r)
		if r > unicode.MaxASCII && lower <= unicode.MaxASCII {
			return r
		}
		return lower
	}, email)
}

// IsUUID reports whether an ID has the form of a UUID.
func IsUUID(id string) bool {
	if len(id) != 36 {
		return false
	}
	for i := range len(id) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (id[i] == '-') || !dash && !isAlphanumeric(id[i]) {
			return false
		}
	}
	return true
}

// HeaderID checks an ID that becomes a header value: a tenant or environment.
func HeaderID(id string) string { return visible(id, 256) }

// Token checks an access token or another secret.
func Token(token string) string {
	if strings.Contains(token, "[REDACTED]") {
		return "is what is printed in place of a secret, not the secret"
	}
	if scheme := "bearer "; len(token) > len(scheme) && strings.EqualFold(token[:len(scheme)], scheme) {
		return "begins with Bearer: leave that out"
	}
	return visible(token, 16<<10)
}

// Name checks the name of a group.
func Name(name string) string {
	if strings.TrimSpace(name) == "" {
		return "is empty"
	}
	return ""
}

// lineBreak is the reason for a value that was read from a file or a command.
const lineBreak = "ends in a line break: remove it"

const notVisible = "has a character that is not visible ASCII"

func endsInLineBreak(s string) bool { return strings.TrimRight(s, "\r\n") != s }

func visible(s string, limit int) string {
	if s == "" {
		return "is empty"
	}
	if len(s) > limit {
		return "is too long"
	}
	if endsInLineBreak(s) {
		return lineBreak
	}
	for i := range len(s) {
		if s[i] == ' ' {
			return notVisible + ": a space"
		}
		if s[i] < ' ' || s[i] > '~' {
			return notVisible
		}
	}
	return ""
}

// Why a header is reserved: the client sets it, it is hop-by-hop, or it changes
// how net/http behaves. Accept-Encoding turns off decompression, and with an
// Idempotency-Key net/http retries requests silently.
const (
	credentialHeader = "is set from the client's credentials"
	setByClient      = "is set by the client"
	hopByHop         = "is hop-by-hop: net/http sets it"
	setByTransport   = "changes how net/http sends the request or reads the response"
)

var reservedHeaders = map[string]string{
	"Authorization": credentialHeader, "X-Access-Token": credentialHeader, "Frontegg-Tenant-Id": "is set by WithTenant and ForTenant",
	"Frontegg-Environment-Id": "is set by WithEnvironment",
	"Accept":                  setByClient, "Content-Type": setByClient, "User-Agent": "is set by the client; WithApplication adds to it",
	"Host": hopByHop, "Content-Length": hopByHop, "Transfer-Encoding": hopByHop, "Connection": hopByHop,
	"Proxy-Connection": hopByHop, "Keep-Alive": hopByHop, "Te": hopByHop, "Trailer": hopByHop,
	"Upgrade": hopByHop, "Expect": hopByHop, "Proxy-Authorization": hopByHop,
	"Accept-Encoding": setByTransport, "Content-Encoding": setByTransport, "Range": setByTransport,
	"Idempotency-Key": setByTransport, "X-Idempotency-Key": setByTransport,
}

// HeaderName checks the name of a header.
func HeaderName(key string) string {
	if key == "" || len(key) > 256 {
		return "has an empty or overlong name"
	}
	for i := range len(key) {
		if c := key[i]; !isAlphanumeric(c) && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return "has a name that is not a header name"
		}
	}
	return ""
}

// Header checks a header that a caller adds.
func Header(key, value string) string {
	if reason := HeaderName(key); reason != "" {
		return reason
	}
	if reason := reservedHeaders[http.CanonicalHeaderKey(key)]; reason != "" {
		return reason
	}
	for i := range len(value) {
		if c := value[i]; (c < ' ' && c != '\t') || c == 0x7f {
			return "has a value with a control character"
		}
	}
	return ""
}

// Product checks a name or version for the User-Agent.
func Product(s string) string {
	if reason := visible(s, 128); reason != "" {
		return reason
	}
	if strings.ContainsAny(s, "()<>@,;:\\\"/[]?={}") {
		return "has a character that a User-Agent cannot hold"
	}
	return ""
}

// BaseURL parses and checks a base URL. A path prefix is kept, without a trailing
// slash.
func BaseURL(raw string, insecure bool) (*url.URL, string) {
	u, err := url.Parse(raw)
	switch {
	case endsInLineBreak(raw):
		return nil, lineBreak
	case err != nil:
		return nil, "is not a URL that begins with https://" // the parser's error would repeat a password
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, "must begin with https:// (or http:// on loopback)"
	case u.User != nil:
		return nil, "has user info; use credentials options"
	case u.Hostname() == "":
		return nil, "has no host"
	case strings.HasSuffix(u.Host, ":"):
		return nil, "has an empty port"
	case u.Port() != "" && !isPort(u.Port()):
		return nil, "has a port that is not from 1 to 65535"
	case u.RawQuery != "" || u.ForceQuery:
		return nil, "has a query"
	case u.Fragment != "" || strings.Contains(raw, "#"):
		return nil, "has a fragment"
	case u.Opaque != "":
		return nil, "is not a URL with a host"
	case hasDotSegment(u.Path) || hasDotSegment(u.EscapedPath()):
		return nil, "has a . or .. segment"
	case strings.Contains(u.Path, "//"):
		return nil, "has an empty path segment"
	case strings.HasSuffix(strings.ToLower(u.RawPath), "%2f"):
		return nil, "ends in an escaped slash"
	case strings.ContainsAny(u.Path, "\\\x00\r\n"):
		return nil, "has a character that a path prefix cannot hold"
	case u.Scheme == "http" && !insecure && !loopback(u.Hostname()):
		return nil, "is plain http to a host that is not loopback: a token would travel in the clear; use https, or WithInsecureHTTP"
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	return u, ""
}

func hasDotSegment(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
