package redact

import (
	"bytes"
	"encoding/hex"
	"html"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// deepest is how many layers of escapes are looked through: a JSON text in a
// JSON string, on an HTML page.
const deepest = 3

// span is a part of a text: from the byte at from up to that at to.
type span struct{ from, to int }

// search is a look for secrets in a text.
type search struct {
	secrets [][]byte
	found   []span
}

// look finds what b tells, as it is or below some layers of escapes. places has
// for each byte of b, and its end, the place in the text that is searched; nil:
// b is that text.
func (s *search) look(b []byte, places []int, layers int) {
	for _, found := range spans(b, s.secrets) {
		if places != nil {
			found = span{places[found.from], places[found.to]}
		}
		s.found = append(s.found, found)
	}
	if layers == 0 {
		return
	}
	for _, sign := range []byte{'\\', '%', '&'} {
		plain, inner := unescape(b, sign)
		if inner == nil {
			continue
		}
		if places != nil {
			for i, place := range inner {
				inner[i] = places[place]
			}
		}
		s.look(plain, inner, layers-1)
	}
}

// spans returns where b tells one of the secrets, or what looks like a token.
func spans(b []byte, secrets [][]byte) []span {
	var found []span
	for _, secret := range secrets {
		for i := range occurrences(b, secret) {
			found = append(found, span{i, i + len(secret)})
		}
	}
	tokens := runs{b: b}
	for i := range occurrences(b, []byte("eyJ")) { // how every JWT begins
		found = tokens.appendAt(found, i)
	}
	lower := bytes.ToLower(b)
	if len(lower) != len(b) { // broken or rare text; its case then counts
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
				found = tokens.appendAt(found, begin)
			}
		}
	}
	return found
}

// occurrences yields where part begins in b.
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

// runs finds runs of token characters, each once: text that begins a token at
// every other byte must not cost the square of its length.
type runs struct {
	b   []byte
	end int // of the last run
}

// appendAt appends the run that begins at from, if it is long enough to be a
// token. Calls go from left to right; a run that ends with the last one is part
// of it.
func (r *runs) appendAt(found []span, from int) []span {
	if from < r.end {
		return found
	}
	r.end = from
	for r.end < len(r.b) && isTokenByte(r.b[r.end]) {
		r.end++
	}
	if r.end-from < minSecret {
		return found
	}
	return append(found, span{from, r.end})
}

func isTokenByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~+/=", c) >= 0
}

// cut returns b with the mark in the place of each span; b itself where there is
// none.
func cut(b []byte, found []span) []byte {
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

// unescape returns b as a reader of JSON, of a URL or of HTML would see it, by the
// sign with which the escapes begin. For each byte of it, and its end, places has
// the place in b; nil where nothing is escaped.
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

// escape reads one escaped character: what it stands for, and its size.
func escape(b []byte) (text []byte, size int) {
	switch {
	case b[0] == '%':
		return hexadecimal(b, 1, 2)
	case b[0] == '&':
		if end := bytes.IndexByte(b[:min(len(b), 12)], ';'); end > 0 {
			return []byte(html.UnescapeString(string(b[:end+1]))), end + 1
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

// hexadecimal reads the character whose number stands in b[from:from+digits].
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
