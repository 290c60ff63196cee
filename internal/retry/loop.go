package retry

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Loop runs the attempts of one call at a time through go-retryablehttp: it has
// the library's loop and its wait, and none of its policies. An attempt keeps
// its answer to itself; the loop sees only that it has ended.
//
// Being the library's transport without a CloseIdleConnections method, a Loop
// also keeps it from flushing the caller's connection pool when a call fails.
type Loop struct {
	try    func(context.Context)
	next   func(context.Context) (time.Duration, bool)
	client retryablehttp.Client
	http   http.Client
	wait   time.Duration
}

// NewLoop returns a Loop that calls try for each attempt and then next, which
// says whether another follows, and after which wait.
func NewLoop(try func(context.Context), next func(context.Context) (time.Duration, bool)) *Loop {
	l := &Loop{try: try, next: next}
	l.http.Transport = attempt{l}
	l.client = retryablehttp.Client{
		HTTPClient: &l.http,
		RetryMax:   1 << 30, // next decides
		CheckRetry: func(ctx context.Context, _ *http.Response, _ error) (again bool, _ error) {
			l.wait, again = l.next(ctx)
			return again, nil
		},
		Backoff: func(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return l.wait },
	}
	return l
}

// Run runs the attempts of a call until next says that the last one was final.
// It returns the context's error if that ended a wait.
func (l *Loop) Run(ctx context.Context) error {
	carrier := (&http.Request{Method: http.MethodGet, URL: nowhere, Header: noHeader}).WithContext(ctx)
	_, err := l.client.Do(&retryablehttp.Request{Request: carrier})
	return err
}

// What passes through go-retryablehttp in place of requests and answers.
var (
	nowhere  = &url.URL{Scheme: "http", Host: "attempt.invalid"}
	noHeader = http.Header{}
	ended    = &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}
)

// attempt is the transport that go-retryablehttp is given.
type attempt struct{ loop *Loop }

// RoundTrip makes an attempt.
func (a attempt) RoundTrip(carrier *http.Request) (*http.Response, error) {
	a.loop.try(carrier.Context())
	return ended, nil
}
