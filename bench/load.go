package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/frontegg-go/frontegg"
)

const (
	loadCallers = 64
	loadTime    = 3 * time.Second
)

// load measures 64 goroutines that get a group repeatedly over TLS, with the default
// client and with plain net/http.
func load(ctx context.Context, s *server, r *report) error {
	r.section("64 goroutines over TLS, GET of 1 KB")
	var dials atomic.Int64
	standard := http.DefaultTransport.(*http.Transport)
	dial := standard.DialContext
	standard.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		dials.Add(1)
		return dial(ctx, network, addr)
	}
	standard.TLSClientConfig = &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS12}

	base := s.TLSURL + "/0s/one/1"
	hc := &http.Client{Transport: standard}
	perSecond, err := drive(func() error {
		return floorCall(ctx, hc, http.MethodGet, base+groupsPath+"/"+groupID(1), nil, new(frontegg.Group))
	})
	if err != nil {
		return err
	}
	floorDials := dials.Swap(0)
	standard.CloseIdleConnections()

	client, err := frontegg.NewClient(frontegg.WithToken(bearer), frontegg.WithTenant(tenant), frontegg.WithBaseURL(base))
	if err != nil {
		return err
	}
	ours, err := drive(func() error { _, err := client.Groups.Get(ctx, groupID(1)); return err })
	if err != nil {
		return err
	}
	_ = client.Close()
	r.note("net/http with http.DefaultTransport", fmt.Sprintf("%d new connections, %.0f requests/s", floorDials, perSecond))
	r.atMost("new connections", 96, float64(dials.Load()), "")
	r.atLeast("requests/s of http.DefaultTransport", 5, ours/perSecond, fmt.Sprintf("× (%.0f requests/s)", ours))
	return nil
}

// drive calls f from all callers concurrently and returns the calls per second.
func drive(f func() error) (perSecond float64, err error) {
	var calls atomic.Int64
	var wg sync.WaitGroup
	failures := make(chan error, loadCallers)
	began := time.Now()
	for range loadCallers {
		wg.Go(func() {
			for time.Since(began) < loadTime {
				if err := f(); err != nil {
					failures <- err
					return
				}
				calls.Add(1)
			}
		})
	}
	wg.Wait()
	took := time.Since(began)
	close(failures)
	for failure := range failures {
		err = errors.Join(err, failure)
	}
	return float64(calls.Load()) / took.Seconds(), err
}

// slowLogin is a transport with a slow token endpoint.
type slowLogin struct {
	memory
	wait   time.Duration
	logins atomic.Int64
	body   []byte
}

func (l *slowLogin) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(req.URL.Path, "/auth/vendor") {
		return l.memory.RoundTrip(req)
	}
	l.logins.Add(1)
	select {
	case <-time.After(l.wait):
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	return newMemory(l.body).RoundTrip(req)
}

// stampede measures many callers who need the first token, and one whose context
// ends before it arrives.
func stampede(ctx context.Context, r *report) error {
	r.section("200 callers without a token")
	const callers, runs = 200, 20
	body, err := json.Marshal(map[string]any{"token": bearer, "expiresIn": 3600})
	if err != nil {
		return err
	}
	var most int64
	var late []time.Duration
	for range runs {
		login := &slowLogin{memory: *newMemory(encode(group(one, groupID(1)))), wait: 100 * time.Millisecond, body: body}
		client, err := frontegg.NewClient(frontegg.WithCredentials("client", "key"), frontegg.WithTenant(tenant),
			frontegg.WithHTTPClient(&http.Client{Transport: login}))
		if err != nil {
			return err
		}
		var wg sync.WaitGroup
		var failed atomic.Int64
		for range callers {
			wg.Go(func() {
				if _, err := client.Groups.Get(ctx, groupID(1)); err != nil {
					failed.Add(1)
				}
			})
		}
		began := time.Now()
		hurried, cancel := context.WithTimeout(ctx, 3*time.Millisecond)
		_, err = client.Groups.Get(hurried, groupID(1))
		late = append(late, time.Since(began))
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("a caller with 3 ms got %w", err)
		}
		wg.Wait()
		if failed.Load() > 0 {
			return fmt.Errorf("%d of %d callers failed", failed.Load(), callers)
		}
		most = max(most, login.logins.Load())
	}
	r.atMost("token requests", 1, float64(most), "")
	r.atMost("a caller with a deadline of 3 ms is back after", 10, float64(median(late))/1e6, "ms, the median of 20")
	return nil
}
