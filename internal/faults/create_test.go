package faults

import (
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

// ledger counts how often each group was created.
type ledger struct {
	mu      sync.Mutex
	created map[string]int
}

// apply counts the create of a request and returns the response body.
func (l *ledger) apply(r *http.Request) string {
	name := r.Header.Get("X-Name")
	l.mu.Lock()
	defer l.mu.Unlock()
	l.created[name]++
	return `{"id":"g1","name":"` + name + `"}`
}

// createFaults are faults before and after a create is processed.
func (l *ledger) createFaults() []responder {
	after := func(a responder) responder {
		return func(r *http.Request) (*http.Response, error) { l.apply(r); return a(r) }
	}
	var all []responder
	for _, err := range connectionErrors {
		all = append(all, failWith(err), after(failWith(err)), after(truncated(io.ErrUnexpectedEOF)))
	}
	for _, err := range dialErrors {
		all = append(all, failWith(err))
	}
	for _, status := range []int{408, 500, 502, 503, 504, 520, 521, 522, 523, 524, 501} {
		all = append(all, reply(status, ""), after(reply(status, "", "Retry-After", "1")))
	}
	for _, body := range []string{"", "<html>", "null", "{}", `{"id":`} {
		all = append(all, after(reply(201, body)))
	}
	return append(all, hang, after(hang), reply(401, ""), reply(429, ""), reply(429, "", "Retry-After", "1"), reply(429, "", resetHeader, "soon"),
		reply(409, ""), reply(400, ""), reply(307, "", "Location", "/"))
}

func TestCreate_NeverProcessedTwice(t *testing.T) {
	bubble(t, func(t *testing.T) {
		creates := 5_000
		if n, err := strconv.Atoi(os.Getenv("FAULTS_CREATES")); err == nil {
			creates = n
		}
		book := &ledger{created: map[string]int{}}
		faults := book.createFaults()
		s := &fakeTransport{
			Respond: func(r *http.Request) (*http.Response, error) {
				if rand.N(10) < 4 {
					return reply(201, book.apply(r))(r)
				}
				return faults[rand.N(len(faults))](r)
			},
			Login: issueTokens(time.Hour),
		}
		outcomes := map[string]error{}
		var mu sync.Mutex
		var callers sync.WaitGroup
		for worker := range 16 {
			callers.Go(func() {
				var c *frontegg.Client
				for i := worker; i < creates; i += 16 {
					if i/16%20 == 0 { // a new budget
						c = newLoginClient(t, s)
					}
					name := "group-" + strconv.Itoa(i)
					g, err := c.Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: name}, frontegg.WithHeader("X-Name", name))
					assert.True(t, err != nil || g.Name == name)
					mu.Lock()
					outcomes[name] = err
					mu.Unlock()
				}
			})
		}
		callers.Wait()
		retries := len(s.Seen) - creates
		assert.Greater(t, retries, creates/50, "creates that were not processed are retried")
		require.Len(t, outcomes, creates)
		for name, err := range outcomes {
			count := book.created[name]
			switch {
			case count > 1:
				t.Fatalf("%s was created %d times", name, count)
			case err == nil && count == 0:
				t.Fatalf("%s was lost", name)
			case err != nil && count == 1 && !errors.Is(err, frontegg.ErrOutcomeUnknown):
				t.Fatalf("%s was created, and the error does not say that it may have been: %v", name, err)
			}
		}
		for _, a := range s.Seen {
			require.Contains(t, a.Body, `"`+a.Header.Get("X-Name")+`"`, "a header of one call in another")
		}
	})
}
