package redact

import (
	"bytes"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// deepest is how many layers of escapes are looked through: a JSON text in a
// JSON string, on an HTML page.
const deepest = 3

// span is a part of a text: from the byte at from up to that at to.
type span struct{ from, to int }

// find returns where b tells one of the secrets, or what looks like a token, as
// it is or escaped.
func find(b []byte, secrets [][]byte) []span {
	found := spans(b, secrets)
	plain, places := b, []int(nil)
	for range deepest {
		var inner []int
		if plain, inner = unescape(plain); inner == nil {
			break
		}
		if places != nil {
			for i, place := range inner {
				inner[i] = places[place]
			}
		}
		places = inner
		for _, s := range spans(plain, secrets) {
			found = append(found, span{places[s.from], places[s.to]})
		}
	}
	return found
}

// spans returns where b tells one of the secrets, or what looks like a token.
func spans(b []byte, secrets [][]byte) []span {
	var found []span
	for _, secret := range secrets {
		for i := range occurrences(b, secret) {
			found = append(found, span{i, i + len(secret)})
		}
	}
	for i := range occurrences(b, []byte("eyJ")) { // how every JWT begins
		found = appendToken(found, b, i)
	}
	lower := bytes.ToLower(b)
	if len(lower) != len(b) { // broken or rare text; its case then counts
		lower = b
	}
	for _, word := range [][]byte{[]byte("bearer"), []byte(`token"`), []byte(`secret"`)} {
		for i := range occurrences(lower, word) {
			begin := i + len(word)
			for begin < len(b) && strings.IndexByte(" \t:=\"'", b[begin]) >= 0 {
				begin++
			}
			if begin > i+len(word) {
				found = appendToken(found, b, begin)
			}
		}
	}
	return found
}

// occurrences yields where part begins in b.
func occurrences(b, part []byte) func(func(int) bool) {
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

// appendToken appends the run of token characters that begins at from, if it is
// long enough to be a token.
func appendToken(found []span, b []byte, from int) []span {
	to := from
	for to < len(b) && isTokenByte(b[to]) {
		to++
	}
	if to-from < minSecret {
		return found
	}
	return append(found, span{from, to})
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

// unescape returns b as a reader of JSON, of a URL and of HTML would see it, and
// for each of its bytes, and its end, the place in b; nil places where nothing
// is escaped.
func unescape(b []byte) (plain []byte, places []int) {
	if !bytes.ContainsAny(b, `\%&`) {
		return b, nil
	}
	for i := 0; i < len(b); {
		text, size := escape(b[i:])
		for _, c := range text {
			plain = append(plain, c)
			places = append(places, i)
		}
		i += size
	}
	if len(plain) == len(b) {
		return b, nil
	}
	return plain, append(places, len(b))
}

// escape reads one character, escaped or not: what it stands for, and its size.
func escape(b []byte) (text []byte, size int) {
	switch {
	case b[0] == '%':
		return hexadecimal(b, 1, 2)
	case b[0] == '&':
		if end := bytes.IndexByte(b[:min(len(b), 12)], ';'); end > 0 {
			return []byte(html.UnescapeString(string(b[:end+1]))), end + 1
		}
	case b[0] == '\\' && len(b) > 1:
		switch b[1] {
		case 'u':
			return hexadecimal(b, 2, 4)
		case 'x':
			return hexadecimal(b, 2, 2)
		}
		return b[1:2], 2
	}
	return b[:1], 1
}

// hexadecimal reads the character whose number stands in b[from:from+digits].
func hexadecimal(b []byte, from, digits int) (text []byte, size int) {
	if len(b) < from+digits {
		return b[:1], 1
	}
	n, err := strconv.ParseUint(string(b[from:from+digits]), 16, 32)
	if err != nil {
		return b[:1], 1
	}
	if n < utf8.RuneSelf || digits > 2 {
		return utf8.AppendRune(nil, rune(n)), from + digits
	}
	return []byte{byte(n)}, from + digits
}
