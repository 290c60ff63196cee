package redact

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// writings are the encodings in which a server may echo a character of a secret.
var writings = []func(c byte) string{
	func(c byte) string { return string(rune(c)) },
	func(c byte) string { return fmt.Sprintf(`\u%04x`, c) },
	func(c byte) string { return fmt.Sprintf(`\u%04X`, c) },
	func(c byte) string { return fmt.Sprintf(`%%%02X`, c) },
	func(c byte) string { return fmt.Sprintf(`\x%02x`, c) },
	func(c byte) string { return fmt.Sprintf(`&#%d;`, c) },
	func(c byte) string { return fmt.Sprintf(`&#x%x;`, c) },
	func(c byte) string {
		if strings.IndexByte(`"\/`, c) >= 0 {
			return `\` + string(rune(c))
		}
		return string(rune(c))
	},
}

// layers are the encodings of whole texts.
var layers = []func(s string) string{
	func(s string) string { return s },
	func(s string) string { b, _ := json.Marshal(s); return string(b) },
	html.EscapeString,
	url.QueryEscape,
	url.PathEscape,
}

// FuzzRedactor writes secrets into texts, with an encoding for each character, and
// searches for them in the results, also unescaped.
func FuzzRedactor(f *testing.F) {
	f.Add("before ", " after", `s3cr3t"canary<&>\/+key`, []byte{0}, uint8(0))
	f.Add(`{"errors":["`, `"]}`, "canary-0123456789", []byte{1, 0, 2}, uint8(1))
	f.Add("<html>Bearer ", "</html>", "canary%2F41&amp;x", []byte{4, 5, 6}, uint8(2))
	f.Add("/path?token=", "&x=1", "eyJhbGciOiJub25lIn0.e30.c2ln", []byte{3}, uint8(3))
	f.Add(`HTTP/1.1 "`, "\x00\xff", `\u0041\x41&#65;%41`, []byte{7, 1}, uint8(4))
	f.Fuzz(func(t *testing.T, before, after, secret string, how []byte, layer uint8) {
		if len(secret) < 12 || len(how) == 0 || strings.ContainsFunc(secret, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return // not valid as a secret
		}
		if strings.Contains(Mark, secret) || escaped(secret) {
			return // a secret that other text contains
		}
		r := New(secret)
		var written strings.Builder
		for i := range len(secret) {
			written.WriteString(writings[int(how[i%len(how)])%len(writings)](secret[i]))
		}
		text := before + "\n" + layers[int(layer)%len(layers)](written.String()) + "\n" + after
		outputs := []string{
			r.Text(text), string(r.Bytes([]byte(text))), r.Error(fmt.Errorf("broke: %s", text)).Error(),
			fmt.Sprint(r.Header(http.Header{"X": {text}})), fmt.Sprint(r.Object(map[string]any{"k": []any{text}})),
			r.Text(base64.StdEncoding.EncodeToString([]byte(secret))),
		}
		for _, out := range outputs {
			if shows(out, secret, maxEscapeDepth) {
				t.Fatalf("%q shows in %q", secret, out)
			}
		}
		if again := r.Text(outputs[0]); strings.Count(again, Mark) != strings.Count(outputs[0], Mark) {
			t.Errorf("cleaning twice differs: %q, %q", outputs[0], again)
		}
	})
}

// shows reports whether text contains the secret, escaped or not.
func shows(text, secret string, layers int) bool {
	if strings.Contains(text, secret) {
		return true
	}
	for _, sign := range []byte(`\%&`) {
		if plain, places := unescape([]byte(text), sign); layers > 0 && places != nil && shows(string(plain), secret, layers-1) {
			return true
		}
	}
	return false
}

// escaped reports whether a secret may change when it is unescaped.
func escaped(secret string) bool {
	return strings.ContainsAny(secret, `\%&`)
}
