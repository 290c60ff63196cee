package pipeline

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"sync"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/retry"
)

const (
	// MaxSuccess is the size of the largest successful response, in decoded bytes.
	MaxSuccess = 32 << 20
	// MaxError is how many bytes of an error response are kept.
	MaxError = 64 << 10
	// LongestSecret is how many bytes are read beyond MaxError, so that secrets are
	// removed before the body is cut.
	LongestSecret = 16 << 10
	// maxPooled is the size of the largest buffer that is reused.
	maxPooled = 1 << 20
	// unknownLength is the initial size of a buffer for a response without a length,
	// as every compressed response.
	unknownLength = 32 << 10
	// maxEmptyReads is how many reads in a row may return nothing.
	maxEmptyReads = 100
)

// ErrTooLarge is the BodyErr of a response of more than MaxSuccess.
var ErrTooLarge = errors.New("response too large")

var errNoResponse = errors.New("the transport returned no response and no error")

// Response is a complete response with status 2xx.
type Response struct {
	Status   int
	Header   http.Header
	Body     []byte // valid until Release
	Attempts int
	// BodyErr is why Body is incomplete: it was too large or could not be decoded.
	BodyErr error

	buffered *response
}

// Release releases the memory of Body. The zero Response has none.
func (r *Response) Release() {
	r.buffered.release()
	r.buffered, r.Body = nil, nil
}

// response is a response whose body is in memory. It is also the Body of its
// http.Response. Responses are reused.
type response struct {
	http.Response
	bytes.Reader
	body []byte
	err  error // why body is incomplete
}

// Close does nothing: the last response is kept until the end of the call.
func (r *response) Close() error { return nil }

var responses = sync.Pool{New: func() any { return new(response) }}

func (r *response) release() {
	if r == nil {
		return
	}
	body := r.body[:0]
	if cap(body) > maxPooled {
		body = nil
	}
	*r = response{body: body}
	responses.Put(r)
}

// read reads the whole response into memory. A successful response must be
// complete. The body of an error response may be incomplete: its status is enough.
func (c *call) read(req *http.Request, next http.RoundTripper) (*http.Response, error) {
	resp, err := next.RoundTrip(req)
	switch {
	case err != nil:
		return nil, err
	case resp == nil || resp.StatusCode < 100:
		return nil, errNoResponse
	}
	c.trace.gotResponse()
	body := resp.Body
	if body == nil {
		body = http.NoBody
	}
	defer func() { _ = body.Close() }()
	if resp.Request != nil && resp.Request.Response != nil { // only a redirect sets it
		return nil, retry.ErrRedirectFollowed
	}
	r := responses.Get().(*response)
	r.Response = *resp
	r.Body = r
	if _, err := resp.Location(); err != nil && r.Header.Get("Location") != "" {
		// http.Client would fail on it, although redirects are not followed.
		r.Header = r.Header.Clone()
		r.Header.Del("Location")
	}
	success := resp.StatusCode >= 200 && resp.StatusCode <= 299
	switch {
	case success:
		err = r.fill(body, MaxSuccess, c.trace)
	case resp.StatusCode >= 200: // the body of a switched protocol does not end
		_ = r.fill(body, MaxError+LongestSecret, c.trace)
	}
	switch {
	case err == nil:
	case isUndecodable(err), resp.Uncompressed && c.request.Op.Result == op.NoDocument && errors.Is(err, io.ErrUnexpectedEOF):
		r.err = err // ignored by an operation without a result
	default:
		r.release()
		return nil, err
	}
	r.Reset(r.body)
	return &r.Response, nil
}

// fill reads the body to its end, at most limit bytes. The Content-Length is trusted
// up to maxPooled.
func (r *response) fill(body io.Reader, limit int, t *trace) error {
	length := r.ContentLength
	if length < 0 {
		length = unknownLength
	}
	r.body = r.body[:0]
	if want := min(length, maxPooled-1) + 1; int64(cap(r.body)) < want { // one more to see the end
		r.body = make([]byte, 0, max(want, 512))
	}
	for empty := 0; empty < maxEmptyReads; empty++ {
		if len(r.body) == cap(r.body) {
			r.body = append(r.body, 0)[:len(r.body)]
		}
		n, err := body.Read(r.body[len(r.body):cap(r.body)])
		r.body = r.body[:len(r.body)+n]
		switch {
		case len(r.body) > limit:
			r.body = r.body[:limit]
			return ErrTooLarge
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case n > 0:
			t.gotResponse()
			empty = -1
		}
	}
	return io.ErrNoProgress
}

// isUndecodable reports whether a body cannot be used although it was received: it
// is too large or does not match its Content-Encoding. Unlike a truncated body it
// would be the same after a retry.
func isUndecodable(err error) bool {
	if _, ok := errors.AsType[flate.CorruptInputError](err); ok {
		return true
	}
	return errors.Is(err, ErrTooLarge) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum)
}
