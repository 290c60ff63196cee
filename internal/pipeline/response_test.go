package pipeline

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sized is a body that records the length of the first read.
type sized struct {
	io.Reader
	room int
}

func (s *sized) Read(p []byte) (int, error) {
	if s.room == 0 {
		s.room = len(p)
	}
	return s.Reader.Read(p)
}

func TestFill_Capacity(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		length   int64
		from, to int
	}{
		"unknown length, as of a compressed one": {-1, 16 << 10, 64 << 10},
		"empty":                                  {0, 1, 512},
		"100 KiB":                                {100 << 10, 100<<10 + 1, 100<<10 + 1},
		"largest pooled":                         {maxPooled, maxPooled, maxPooled},
		"wrong length":                           {1 << 60, maxPooled, maxPooled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := &sized{Reader: strings.NewReader("x")}
			r := response{Response: http.Response{ContentLength: tt.length}}
			require.NoError(t, r.fill(body, MaxSuccess, new(trace)))
			assert.Equal(t, "x", string(r.body))
			assert.GreaterOrEqual(t, body.room, tt.from)
			assert.LessOrEqual(t, body.room, tt.to)
		})
	}
}

func TestFill_ContentLength(t *testing.T) {
	t.Parallel()
	want := bytes.Repeat([]byte("0123456789"), 50_000)
	for _, length := range []int64{-1, 0, 10, int64(len(want)), 1 << 60} {
		r := response{Response: http.Response{ContentLength: length}}
		require.NoError(t, r.fill(bytes.NewReader(want), MaxSuccess, new(trace)))
		assert.True(t, bytes.Equal(want, r.body), "Content-Length %d", length)
		require.ErrorIs(t, r.fill(bytes.NewReader(want), 1000, new(trace)), ErrTooLarge)
		assert.Len(t, r.body, 1000)
	}
}
