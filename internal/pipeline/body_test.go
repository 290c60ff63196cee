package pipeline

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sized is a body that notes how much room it is given first.
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

func TestTheRoomForABody(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		length   int64
		from, to int
	}{
		"of unknown length, as a compressed one": {-1, 16 << 10, 64 << 10},
		"empty":                                  {0, 1, 512},
		"of 100 KiB":                             {100 << 10, 100<<10 + 1, 100<<10 + 1},
		"of the largest that is kept":            {kept, kept, kept},
		"of a length that is a lie":              {1 << 60, kept, kept},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := &sized{Reader: strings.NewReader("x")}
			var b buffer
			require.NoError(t, b.fill(body, tt.length, MaxSuccess))
			assert.Equal(t, "x", string(b.bytes))
			assert.GreaterOrEqual(t, body.room, tt.from)
			assert.LessOrEqual(t, body.room, tt.to)
		})
	}
}

func TestABodyIsReadToItsEndWhateverLengthWasClaimed(t *testing.T) {
	t.Parallel()
	want := bytes.Repeat([]byte("0123456789"), 50_000)
	for _, length := range []int64{-1, 0, 10, int64(len(want)), 1 << 60} {
		var b buffer
		require.NoError(t, b.fill(bytes.NewReader(want), length, MaxSuccess))
		assert.True(t, bytes.Equal(want, b.bytes), "a claim of %d", length)
		require.ErrorIs(t, b.fill(bytes.NewReader(want), length, 1000), ErrTooLarge)
		assert.Len(t, b.bytes, 1000)
	}
}
