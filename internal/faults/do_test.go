package faults

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestDo_Retries(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for _, idempotent := range []bool{false, true} {
			for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete, http.MethodPost, http.MethodPatch} {
				s := &fakeTransport{Respond: reply(503, "")}
				err := newClient(t, s).Do(t.Context(), frontegg.Request{Method: method, Path: "/x", Idempotent: idempotent}, nil)
				require.ErrorIs(t, err, frontegg.ErrServer)
				if !idempotent && (method == http.MethodPost || method == http.MethodPatch) {
					assert.Equal(t, 1, s.Requests(), method)
					require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
					assert.ErrorContains(t, err, "before you retry it")
					continue
				}
				assert.Equal(t, 4, s.Requests(), method)
				assert.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
			}
		}
	})
}

func TestDo_RateLimitPerTemplate(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: script(reply(429, "", "Retry-After", "50"), success)}
		c := newClient(t, s)
		get := func(path, id string) time.Duration {
			request := frontegg.Request{Method: http.MethodGet, Path: path, PathParams: map[string]string{"id": id}}
			return elapsed(func() { assert.NoError(t, c.Do(t.Context(), request, nil)) })
		}
		first := make(chan time.Duration)
		go func() { first <- get("/a/{id}", "1") }()
		synctest.Wait()
		assert.Zero(t, get("/b/{id}", "1"))
		assert.GreaterOrEqual(t, get("/a/{id}", "2"), 50*time.Second)
		assert.GreaterOrEqual(t, <-first, 50*time.Second)
	})
}
