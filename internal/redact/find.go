package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"html"
	"iter"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxEscapeDepth is how many layers of escapes are decoded: a JSON text in a JSON
// string, on an HTML page.
const maxEscapeDepth = 3

// span is the part text[from:to] of a text.
type span struct{ from, to int }

// finder finds secrets in a text.
type finder struct {
	secrets [][]byte
	found   []span
}

// search finds the secrets in b, as they are or below some layers of escapes. places
// has the position in the text of each byte of b and of its end. It is nil if b is
// the text.
func (s *finder) search(b []byte, places []int, layers int) {
	for _, found := range spans(b, s.secrets) {
		if places != nil {
			found = span{places[found.from], places[found.to]}
		}
		s.found = append(s.found, found)
	}
	if layers == 0 {
		return
	}
	for _, sign := range []byte{'\\', '%', '&', '~'} {
		plain, inner := unescape(b, sign)
		if inner == nil {
			continue
		}
		if places != nil {
			for i, place := range inner {
				inner[i] = places[place]
			}
		}
		s.search(plain, inner, layers-1)
	}
}

// spans returns where b has one of the secrets, a JWT, or a token after the words bearer,
// token and secret.
func spans(b []byte, secrets [][]byte) []span {
	var found []span
	for _, secret := range secrets {
		for i := range occurrences(b, secret) {
			found = append(found, span{i, i + len(secret)})
		}
	}
	tokens := runs{b: b}
	for i := range occurrences(b, []byte("eyJ")) { // how every JWT begins, and a part of words like surveyJob
		found = tokens.appendAt(found, i, looksLikeJWT)
	}
	lower := bytes.ToLower(b)
	if len(lower) != len(b) { // invalid or rare text: compare with case
		lower = b
	}
	for _, word := range [][]byte{[]byte("bearer"), []byte(`token"`), []byte(`secret"`)} {
		tokens.end = 0
		for i := range occurrences(lower, word) {
			begin := i + len(word)
			for begin < len(b) && strings.IndexByte(" \t:=\"'", b[begin]) >= 0 {
				begin++
			}
			if begin > i+len(word) {
				found = tokens.appendAt(found, begin, looksLikeToken)
			}
		}
	}
	return found
}

// occurrences returns an iterator over the positions of part in b.
func occurrences(b, part []byte) iter.Seq[int] {
	return func(yield func(int) bool) {
		for from := 0; ; {
			i := bytes.Index(b[from:], part)
			if i < 0 || !yield(from+i) {
				return
			}
			from += i + 1
		}
	}
}

// runs finds runs of token characters. Each run is read once, so that the time is
// linear in the length of the text.
type runs struct {
	b   []byte
	end int // of the last run
}

// appendAt appends the run at from if it looks like a token. Calls must be in order of
// from. A run inside the last one is ignored.
func (r *runs) appendAt(found []span, from int, looks func(run []byte) bool) []span {
	if from < r.end {
		return found
	}
	r.end = from
	for r.end < len(r.b) && isTokenByte(r.b[r.end]) {
		r.end++
	}
	if !looks(r.b[from:r.end]) {
		return found
	}
	return append(found, span{from, r.end})
}

const (
	// minToken is the length of the shortest run that looks like a token.
	minToken = 10
	// longRun is the length from which any run looks like a token.
	longRun = 40
)

// terms are names and dates that have letters and digits but are no tokens.
var terms = regexp.MustCompile(`(?i)sha-?(1|224|256|384|512)|md5|[ehpr]s(256|384|512)|base-?(16|32|58|64)|oauth-?2(\.[01])?|utf-?(8|16)|x\.?509|ed25519|` +
	`[0-9]{4}-[0-9]{2}-[0-9]{2}t[0-9]{2}`)

// looksLikeToken reports whether a run after a word like Bearer is a token and not a
// word: it has letters and digits, or is very long.
func looksLikeToken(run []byte) bool {
	if len(run) < minToken {
		return false
	}
	rest := terms.ReplaceAll(run, nil)
	isLetter := func(c rune) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
	isDigit := func(c rune) bool { return '0' <= c && c <= '9' }
	return len(run) >= longRun || bytes.ContainsFunc(rest, isLetter) && bytes.ContainsFunc(rest, isDigit)
}

// looksLikeJWT reports whether a run that begins with eyJ is the base64 of JSON. Words
// are not: they decode to bytes that are not printable.
func looksLikeJWT(run []byte) bool {
	if len(run) < minToken || len(run) >= longRun {
		return len(run) >= longRun
	}
	head := run[:min(len(run)/4*4, 12)]
	decoded, err := base64.RawURLEncoding.AppendDecode(nil, head)
	return err == nil && !bytes.ContainsFunc(decoded, func(c rune) bool { return c < ' ' || c > '~' })
}

func isTokenByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~+/=", c) >= 0
}

// replace returns b with Mark instead of each span: b itself if there is none.
func replace(b []byte, found []span) []byte {
	if len(found) == 0 {
		return b
	}
	slices.SortFunc(found, func(x, y span) int { return x.from - y.from })
	var out []byte
	done := 0 // up to here b is in out
	for _, s := range found {
		if s.from >= done {
			out = append(append(out, b[done:s.from]...), Mark...)
		}
		done = max(done, s.to)
	}
	return append(out, b[done:]...)
}

// unescape decodes the escapes of JSON, a URL, HTML or a JSON pointer in b, which begin
// with sign. places has the position in b of each byte of the result and of its end. It
// is nil if nothing is escaped.
func unescape(b []byte, sign byte) (plain []byte, places []int) {
	if bytes.IndexByte(b, sign) < 0 {
		return b, nil
	}
	changed := false
	for i := 0; i < len(b); {
		text, size := b[i:i+1], 1
		if b[i] == sign {
			text, size = escape(b[i:])
			changed = changed || size > 1
		}
		for _, c := range text {
			plain = append(plain, c)
			places = append(places, i)
		}
		i += size
	}
	if !changed {
		return b, nil
	}
	return plain, append(places, len(b))
}

// escape decodes the escaped character at the start of b and returns its size.
func escape(b []byte) (text []byte, size int) {
	switch {
	case b[0] == '%':
		return hexadecimal(b, 1, 2)
	case b[0] == '&':
		if end := bytes.IndexByte(b[:min(len(b), 12)], ';'); end > 0 {
			return []byte(html.UnescapeString(string(b[:end+1]))), end + 1
		}
	case b[0] == '~':
		if len(b) > 1 && (b[1] == '0' || b[1] == '1') {
			return []byte{"~/"[b[1]-'0']}, 2
		}
	case len(b) > 1 && b[1] == 'u':
		return hexadecimal(b, 2, 4)
	case len(b) > 1 && b[1] == 'x':
		return hexadecimal(b, 2, 2)
	case len(b) > 1:
		return b[1:2], 2
	}
	return b[:1], 1
}

// hexadecimal decodes the character whose number is b[from:from+digits].
func hexadecimal(b []byte, from, digits int) (text []byte, size int) {
	if len(b) < from+digits {
		return b[:1], 1
	}
	number, err := hex.DecodeString(string(b[from : from+digits]))
	if err != nil {
		return b[:1], 1
	}
	if digits > 2 {
		number = utf8.AppendRune(nil, rune(number[0])<<8|rune(number[1]))
	}
	return number, from + digits
}
