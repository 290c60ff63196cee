package faults

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/wire"
)

// endlessBody is a body without an end.
type endlessBody struct{ read *int }

func (e endlessBody) Read(p []byte) (int, error) {
	*e.read += len(p)
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// endlessReply responds with a status and a body without an end.
func endlessReply(status int, read *int) responder {
	return func(r *http.Request) (*http.Response, error) {
		resp, err := reply(status, "")(r)
		resp.Body, resp.ContentLength = io.NopCloser(endlessBody{read}), -1
		return resp, err
	}
}

func TestBody_SuccessLimit(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		read := 0
		s := &fakeTransport{Respond: endlessReply(200, &read)}
		err := call(t.Context(), newClient(t, s))
		requests := 1
		if errorNames[o] != "" {
			requests = 9 // a walk requests smaller pages, down to one row
		}
		assert.Less(t, read, requests*80<<20)
		assert.Equal(t, requests, s.Requests())
		if o.Result == op.NoDocument {
			require.NoError(t, err)
			return
		}
		require.ErrorIs(t, err, frontegg.ErrResponseTooLarge)
		assert.ErrorContains(t, err, "All", "the alternative")
		_ = as[*frontegg.DecodeError](t, err)
	})
}

func TestBody_LimitCountsDecodedBytes(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	_, err := io.Copy(zip, io.LimitReader(endlessBody{new(int)}, 40<<20))
	require.NoError(t, err)
	require.NoError(t, zip.Close())
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb.Bytes())
	}))
	defer srv.Close()
	c := socketClient(t, srv.URL, http.DefaultTransport.(*http.Transport).Clone())
	require.ErrorIs(t, operationCalls[op.List](t.Context(), c), frontegg.ErrResponseTooLarge)
}

func TestBody_ErrorLimit(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		read := 0
		s := &fakeTransport{Respond: endlessReply(400, &read)}
		apiErr := as[*frontegg.APIError](t, call(t.Context(), newClient(t, s)))
		assert.Len(t, apiErr.Body, 64<<10)
		assert.Less(t, read, 1<<20)
		assert.Less(t, len(apiErr.Error()), 2<<10)
	})
}

func TestBody_IncompleteError(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) {
			resp, err := reply(422, "")(r)
			resp.Body = io.NopCloser(io.MultiReader(strings.NewReader("half"), iotest.ErrReader(io.ErrUnexpectedEOF)))
			return resp, err
		}}
		err := call(t.Context(), newClient(t, s))
		require.ErrorIs(t, err, frontegg.ErrBadRequest, "the status is known")
		assert.Equal(t, "half", string(as[*frontegg.APIError](t, err).Body))
	})
}

// invalidResults are bodies of 2xx responses that must not be read as an empty result.
var invalidResults = []string{
	"<html>portal</html>", "null", "true", "5", `"x"`, "{}", `{"errors":["no"]}`, `{"groups":[{"id":"g1"}`, `{"id":"g1"`, `{"enabled":true`,
	`{"groups":null}`, `{"groups":[null]}`, `[{}]`, `{"items":{}}`, "\x00",
}

func TestDecodeError_InvalidResult(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		for _, body := range append([]string{"", "  "}, invalidResults...) {
			s := &fakeTransport{Respond: reply(200, body, "Content-Type", "text/html", "Frontegg-Trace-Id", "trace-1")}
			err := call(t.Context(), newClient(t, s))
			switch {
			case o.Result == op.NoDocument:
				require.NoError(t, err, "any body is accepted")
				continue
			case o == op.Config && (body == "null" || body == "{}"):
				require.NoError(t, err, "an environment that was never configured")
				continue
			case o.Result == op.OptionalDocument && wire.IsAcknowledgment([]byte(body)):
				assert.Equal(t, 2, s.Requests(), "the group is read back")
			default:
				assert.Equal(t, 1, s.Requests())
			}
			decode := as[*frontegg.DecodeError](t, err)
			assert.Equal(t, 200, decode.StatusCode)
			assert.Equal(t, "trace-1", decode.TraceID)
			assert.Equal(t, strings.TrimSpace(body) == "", len(bytes.TrimSpace(decode.Body)) == 0)
			assert.ErrorContains(t, err, "text/html")
			assert.Equal(t, o == op.Create, errors.Is(err, frontegg.ErrOutcomeUnknown))
		}
	})
}

func TestDecodeError_Snippet(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		portal := "<html>\n<script>\x07</script>" + strings.Repeat("log in ", 1000)
		s := &fakeTransport{Respond: reply(200, portal, "Content-Type", "text/html; charset=utf-8")}
		err := call(t.Context(), newClient(t, s))
		if o.Result == op.NoDocument {
			return
		}
		decode := as[*frontegg.DecodeError](t, err)
		assert.Equal(t, 200, decode.StatusCode)
		for _, part := range []string{"200", "text/html", `<html>\n<script>\a</script>log in`} {
			assert.ErrorContains(t, err, part)
		}
		assert.Less(t, len(err.Error()), 600)
		assert.NotContains(t, err.Error(), "\n")
	})
}
