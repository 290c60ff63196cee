package frontegg_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestFindByName(t *testing.T) {
	t.Parallel()
	b := &book{page: func(n int) (int, string) { return 200, pageJSON(3, []string{"a", "b", "c"}[n]) }}
	s := walker(t, b)
	g, err := s.FindByName(t.Context(), "b")
	require.NoError(t, err)
	assert.Equal(t, "b", g.ID)
	assert.LessOrEqual(t, len(b.asked), 3, "a few pages are read ahead")
	_, err = s.FindByName(t.Context(), "B")
	require.ErrorIs(t, err, frontegg.ErrNotFound)
}

func TestEnsure(t *testing.T) {
	t.Parallel()
	const made, found = `{"id":"new","name":"Eng"}`, `{"items":[{"id":"old","name":"Eng"}],"_metadata":{"totalPages":1}}`
	const none = `{"items":[]}`
	type response struct {
		status int
		body   string
	}
	tests := []struct {
		name    string
		creates []response
		pages   []response
		id      string
		created bool
		err     error
	}{
		{"there is none", []response{{201, made}}, nil, "new", true, nil},
		{"there is one, or another program was first", []response{{409, ""}}, []response{{200, found}}, "old", false, nil},
		{"the response was lost and the group exists", []response{{503, ""}}, []response{{200, found}}, "old", false, nil},
		{"the response cannot be decoded and the group exists", []response{{201, "<html>"}}, []response{{200, found}}, "old", false, nil},
		{"the create did not run and is done again", []response{{503, ""}, {201, made}}, []response{{200, none}}, "new", true, nil},
		{"the create did not run and another program was first", []response{{503, ""}, {409, ""}}, []response{{200, none}, {200, found}}, "old", false, nil},
		{"the group that conflicts has gone", []response{{409, ""}, {201, made}}, []response{{200, none}}, "new", true, nil},
		{"creates go unanswered", []response{{503, ""}, {500, ""}}, []response{{200, none}, {200, none}}, "", false, frontegg.ErrOutcomeUnknown},
		{"the look fails", []response{{503, ""}}, []response{{403, ""}}, "", false, frontegg.ErrForbidden},
		{"the create is refused", []response{{403, ""}}, nil, "", false, frontegg.ErrForbidden},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			creates, pages := tt.creates, tt.pages
			next := func(list *[]response) (*http.Response, error) {
				require.NotEmpty(t, *list, "one request too many")
				a := (*list)[0]
				*list = (*list)[1:]
				return httpmock.NewStringResponse(a.status, a.body), nil
			}
			c := clientOf(t, func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodPost {
					return next(&creates)
				}
				return next(&pages)
			})
			g, created, err := c.Groups.Ensure(t.Context(), frontegg.CreateGroupParams{Name: "Eng"})
			require.ErrorIs(t, err, tt.err)
			require.NotErrorIs(t, err, frontegg.ErrNotFound, "a program may take that for success")
			assert.Equal(t, tt.created, created)
			if tt.id == "" {
				assert.Nil(t, g)
			} else {
				assert.Equal(t, tt.id, g.ID)
			}
			assert.Empty(t, creates)
			assert.Empty(t, pages)
		})
	}
}

func TestWithTimeout_SeveralRequests(t *testing.T) {
	t.Parallel()
	slow := func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(40 * time.Second):
			return httpmock.NewStringResponse(409, ""), nil
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	synctest.Test(t, func(t *testing.T) {
		c := clientOf(t, slow, frontegg.WithRetry(frontegg.RetryPolicy{AttemptTimeout: time.Minute}))
		began := time.Now()
		_, _, err := c.Groups.Ensure(t.Context(), frontegg.CreateGroupParams{Name: "Eng"}, frontegg.WithTimeout(time.Minute))
		require.Error(t, err)
		assert.Equal(t, time.Minute, time.Since(began))
	})
}
