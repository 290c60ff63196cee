// Package debug writes requests and responses as text, without secrets.
package debug

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/redact"
)

// maxBody is how many bytes of a body are written.
const maxBody = 4 << 10

// Transport writes the requests and responses of Next to W.
type Transport struct {
	Next   http.RoundTripper
	Redact *redact.Redactor
	W      io.Writer

	count atomic.Int64 // of requests
	mu    sync.Mutex   // for W
}

// RoundTrip sends a request with Next. The response is written when its body has been read
// or closed.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	out, body, err := readBody(req)
	if err != nil {
		return nil, err
	}
	number := t.count.Add(1)
	t.write(number, '>', req.Method+" "+req.URL.String(), req.Header, t.text(body))
	began := time.Now()
	resp, err := t.Next.RoundTrip(out)
	if err != nil || resp == nil || resp.Body == nil {
		t.write(number, '<', fmt.Sprintf("no response after %v: %v", time.Since(began).Round(time.Millisecond), err), nil, "")
		return resp, err
	}
	success := resp.StatusCode >= 200 && resp.StatusCode <= 299
	resp.Body = &reader{ReadCloser: resp.Body, done: func(head []byte, err error) {
		text := t.text(head)
		if success && isTokenPath(req.URL.Path) && len(head) > 0 { // it has a token that is not yet known
			text = "(the body may have a token)"
		}
		if err != nil {
			text += fmt.Sprintf("\n(the body is incomplete: %v)", err)
		}
		t.write(number, '<', fmt.Sprintf("%d %s after %v", resp.StatusCode, http.StatusText(resp.StatusCode), time.Since(began).Round(time.Millisecond)), resp.Header, text)
	}}
	return resp, nil
}

// Unwrap returns Next.
func (t *Transport) Unwrap() http.RoundTripper { return t.Next }

// readBody returns a copy of the request that can be sent, and its body.
func readBody(req *http.Request) (*http.Request, []byte, error) {
	if req.Body == nil {
		return req, nil, nil
	}
	body, err := io.ReadAll(req.Body) // the pipeline's, which is in memory
	_ = req.Body.Close()
	if err != nil {
		return nil, nil, err
	}
	out := *req
	out.Body = io.NopCloser(bytes.NewReader(body))
	return &out, body, nil
}

// isTokenPath reports whether the path is that of a token request.
func isTokenPath(path string) bool {
	return strings.HasSuffix(path, "/auth/vendor") || strings.HasSuffix(path, "/api-token")
}

// text returns the start of a body without secrets.
func (t *Transport) text(body []byte) string {
	clean := pipeline.Excerpt(body, t.Redact)
	if len(clean) <= maxBody {
		return string(clean)
	}
	return string(clean[:maxBody]) + "\n(and more)"
}

// write writes a message: a line, headers and text. Each line begins with the number of the
// request, so that no text of the server looks like another message.
func (t *Transport) write(number int64, direction byte, line string, header http.Header, text string) {
	var b strings.Builder
	add := func(line string) {
		fmt.Fprintf(&b, "%c%d %s\n", direction, number, redact.Printable(line, 2*maxBody))
	}
	add(t.Redact.Text(line))
	for _, key := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[key] {
			if isSecretHeader(key) {
				value = redact.Mark
			}
			add(t.Redact.Text(key) + ": " + t.Redact.Text(value))
		}
	}
	if text != "" {
		add("")
		for part := range strings.Lines(text) {
			add(strings.TrimRight(part, "\r\n"))
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	_, _ = io.WriteString(t.W, b.String())
}

// isSecretHeader reports whether the value of a header may be a secret, by its name.
func isSecretHeader(key string) bool {
	key = strings.ToLower(key)
	return slices.ContainsFunc([]string{"auth", "cookie", "token", "secret", "key", "password", "signature", "credential"}, func(part string) bool {
		return strings.Contains(key, part)
	})
}

// reader keeps the start of a body and passes it to done, once.
type reader struct {
	io.ReadCloser
	head []byte
	once sync.Once
	done func(head []byte, err error)
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if room := pipeline.MaxError + pipeline.LongestSecret - len(r.head); room > 0 {
		r.head = append(r.head, p[:min(n, room)]...)
	}
	switch err {
	case nil:
	case io.EOF:
		r.finish(nil)
	default:
		r.finish(err)
	}
	return n, err
}

func (r *reader) Close() error {
	r.finish(nil)
	return r.ReadCloser.Close()
}

func (r *reader) finish(err error) { r.once.Do(func() { r.done(r.head, err) }) }
