package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/faults/clock"
)

// Calls that consist of several requests.

// after25Seconds delays a response by 25 seconds.
func after25Seconds(a responder) responder {
	return func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(25 * time.Second):
			return a(r)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

func TestTimeout_CallOfSeveralRequests(t *testing.T) {
	t.Parallel()
	const members = `{"id":"g1","name":"Admins","roles":[{"id":"old"}],"users":[{"id":"old"}]}`
	for name, tt := range map[string]struct {
		respond  responder
		requests int
		call     func(ctx context.Context, s *frontegg.GroupsService, bound frontegg.Option) error
	}{
		"Ensure": {
			script(reply(409, ""), reply(200, page(9, "a")), reply(200, page(9, "b"))),
			4,
			func(ctx context.Context, s *frontegg.GroupsService, bound frontegg.Option) error {
				_, _, err := s.Ensure(ctx, frontegg.CreateGroupParams{Name: "Admins"}, bound)
				return err
			},
		},
		"FindByName": {
			pages(reply(200, page(9, "a")), reply(200, page(9, "b")), reply(200, page(9, "c"))),
			9,
			func(ctx context.Context, s *frontegg.GroupsService, bound frontegg.Option) error {
				_, err := s.FindByName(ctx, "Admins", bound)
				return err
			},
		},
		"SetRoles": {
			script(reply(200, members), reply(200, "")),
			3,
			func(ctx context.Context, s *frontegg.GroupsService, bound frontegg.Option) error {
				_, err := s.SetRoles(ctx, "g1", []string{"new"}, bound)
				return err
			},
		},
		"SetUsers": {
			script(reply(200, members), reply(200, "")),
			3,
			func(ctx context.Context, s *frontegg.GroupsService, bound frontegg.Option) error {
				_, err := s.SetUsers(ctx, "g1", []string{"new"}, bound)
				return err
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &fakeTransport{Respond: after25Seconds(tt.respond)}
				var err error
				took := elapsed(func() { err = tt.call(t.Context(), newClient(t, s).Groups, frontegg.WithTimeout(time.Minute)) })
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.Equal(t, time.Minute, took, "two rounds of requests have a response in it, the third has none")
				assert.Equal(t, tt.requests, s.Requests())
			})
		})
	}
}

func TestWithResponse_LongBulkGet(t *testing.T) {
	t.Parallel()
	ids := make([]string, 1000)
	for i := range ids {
		ids[i] = fmt.Sprintf("g%04d", i)
	}
	// Responses arrive in reverse: the first batch is the last.
	serve := func(status int) responder {
		return func(r *http.Request) (*http.Response, error) {
			text, err := io.ReadAll(r.Body)
			batch := 0
			for !strings.Contains(string(text), fmt.Sprintf(`"g%04d"`, batch*200)) {
				batch++
			}
			clock.Pass(time.Duration(5-batch) * time.Second)
			resp, _ := reply(201, `{"groups":[]}`, "Frontegg-Trace-Id", fmt.Sprint("trace-", batch))(r)
			if batch == 4 {
				resp.StatusCode = status
			}
			return resp, err
		}
	}
	for _, status := range []int{201, 403} {
		synctest.Test(t, func(t *testing.T) {
			var response frontegg.Response
			s := &fakeTransport{Respond: serve(status)}
			_, err := newClient(t, s).Groups.BulkGet(t.Context(), ids, frontegg.WithResponse(&response))
			assert.Equal(t, status != 201, err != nil)
			assert.Equal(t, "trace-4", response.TraceID)
			assert.Equal(t, status, response.StatusCode)
			assert.Equal(t, 5, s.Requests())
		})
	}
}

func TestEnsure_LostResponse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost {
				return nil, errors.New("read: connection reset by peer")
			}
			return success(r)
		}}
		g, created, err := newClient(t, s).Groups.Ensure(t.Context(), frontegg.CreateGroupParams{Name: "Admins"})
		require.NoError(t, err)
		assert.False(t, created)
		assert.Equal(t, "g1", g.ID)
		assert.Equal(t, 2, s.Requests())
	})
}
