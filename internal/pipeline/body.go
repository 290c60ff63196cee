package pipeline

import (
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"sync"
)

const (
	// MaxSuccess is the largest success that is read, in decoded bytes.
	MaxSuccess = 32 << 20
	// MaxError is how much of an error answer is kept.
	MaxError = 64 << 10
	// LongestSecret is how much is read beyond MaxError, so that no
	// secret is cut in half before secrets are removed.
	LongestSecret = 16 << 10
	// kept is the largest buffer that is used again.
	kept = 1 << 20
	// unknownLength is the room for an answer whose length the server does not
	// tell, as of every compressed one.
	unknownLength = 32 << 10
	// emptyReads in a row are a body that does not get on.
	emptyReads = 100
)

// ErrTooLarge is why an answer of more than MaxSuccess is broken.
var ErrTooLarge = errors.New("answer too large")

// buffer holds the body of one answer.
type buffer struct{ bytes []byte }

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// Release gives the body's memory back. The zero Response has nothing to give.
func (a *Response) Release() {
	if a.buffer != nil && cap(a.buffer.bytes) <= kept {
		buffers.Put(a.buffer)
	}
	a.buffer, a.Body = nil, nil
}

// read takes the whole answer. A success must be complete; of an error whatever
// there is of the body will do, for the status says what happened.
func read(resp *http.Response) (Response, error) {
	answer := Response{Status: resp.StatusCode, Header: resp.Header}
	if resp.Body == nil {
		return answer, nil
	}
	defer func() { _ = resp.Body.Close() }()
	success := resp.StatusCode >= 200 && resp.StatusCode <= 299
	limit := MaxError + LongestSecret
	switch {
	case success:
		limit = MaxSuccess
	case resp.StatusCode < 200:
		return answer, nil // a switched protocol's body does not end
	}
	buf := buffers.Get().(*buffer)
	err := buf.fill(resp.Body, resp.ContentLength, limit)
	answer.buffer, answer.Body = buf, buf.bytes
	switch {
	case err == nil || !success:
		return answer, nil
	case unreadable(err):
		answer.BodyErr = err
		return answer, nil
	}
	answer.Release()
	return Response{}, err
}

// unreadable says whether a body has come but cannot be read: it is too large,
// or not what its Content-Encoding says. That would not change with another
// attempt, unlike a body that breaks off.
func unreadable(err error) bool {
	if _, ok := errors.AsType[flate.CorruptInputError](err); ok {
		return true
	}
	return errors.Is(err, ErrTooLarge) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum)
}

// fill reads r to its end, at most limit bytes. A length that the server claims
// is believed up to the size that is kept anyway; negative: it claims none.
func (b *buffer) fill(r io.Reader, length int64, limit int) error {
	b.bytes = b.bytes[:0]
	if length < 0 {
		length = unknownLength
	}
	if want := min(length, kept-1) + 1; int64(cap(b.bytes)) < want { // room to see the end
		b.bytes = make([]byte, 0, max(want, 512))
	}
	for empty := 0; empty < emptyReads; empty++ {
		if len(b.bytes) == cap(b.bytes) {
			b.bytes = append(b.bytes, 0)[:len(b.bytes)]
		}
		n, err := r.Read(b.bytes[len(b.bytes):cap(b.bytes)])
		b.bytes = b.bytes[:len(b.bytes)+n]
		switch {
		case len(b.bytes) > limit:
			b.bytes = b.bytes[:limit]
			return ErrTooLarge
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case n > 0:
			empty = -1
		}
	}
	return io.ErrNoProgress
}
