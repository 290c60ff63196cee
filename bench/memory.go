package main

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"runtime/metrics"
	"time"

	"github.com/frontegg-go/frontegg"
)

// peakHeap returns the growth of the heap while f runs, garbage included.
func peakHeap(f func() error) (bytes float64, err error) {
	runtime.GC()
	runtime.GC() // pools are freed by the second
	base := heap()
	stop, peak := make(chan struct{}), make(chan uint64)
	go func() {
		most := base
		for ticker := time.NewTicker(500 * time.Microsecond); ; {
			select {
			case <-ticker.C:
				most = max(most, heap())
			case <-stop:
				ticker.Stop()
				peak <- max(most, heap())
				return
			}
		}
	}()
	err = f()
	close(stop)
	return float64(<-peak - base), err
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

const mb = 1e6

// streaming measures the memory of long walks over full groups.
func streaming(ctx context.Context, s *server, r *report) error {
	r.section("Peak heap of a streaming walk, full groups, pages of 100")
	page := len(listOf(full, walkPageSize))
	for _, w := range []struct {
		groups, concurrency int
		delay               time.Duration
	}{
		{10_000, 16, 50 * time.Millisecond},
		{100_000, 1, 5 * time.Millisecond},
		{100_000, 16, 20 * time.Millisecond},
	} {
		var took time.Duration
		peak, err := peakHeap(func() (err error) {
			took, err = s.walk(ctx, dataset{w.delay, full, w.groups}, walkPageSize, w.concurrency)
			return err
		})
		if err != nil {
			return err
		}
		goal := 4*mb + 2.5*float64(w.concurrency*page)
		if w.concurrency == 1 {
			goal = 0 // mostly the collector's minimum, 4 MB
		}
		r.atMost(fmt.Sprintf("%d groups, %d in flight", w.groups, w.concurrency), goal/mb, peak/mb,
			fmt.Sprintf("MB (%.1f s)", took.Seconds()))
	}
	return nil
}

// growth measures how time and memory grow with groups and with tenants.
func growth(ctx context.Context, s *server, r *report) error {
	r.section("How it grows: a walk, slim groups, pages of 200, 20ms, 8 in flight")
	for _, groups := range []int{1_000, 10_000, 100_000} {
		var took time.Duration
		peak, err := peakHeap(func() (err error) {
			took, err = s.walk(ctx, dataset{20 * time.Millisecond, slim, groups}, 200, 8)
			return err
		})
		if err != nil {
			return err
		}
		r.note(fmt.Sprintf("%d groups", groups), fmt.Sprintf("%d requests, %v, peak heap %.1f MB",
			groups/200, took.Round(time.Millisecond), peak/mb))
	}

	r.section("How it grows: tenants on one client, one GET of 1 KB each")
	hc := &http.Client{Transport: newMemory(encode(group(one, groupID(1))))}
	client, err := frontegg.NewClient(frontegg.WithToken(bearer), frontegg.WithHTTPClient(hc))
	if err != nil {
		return err
	}
	allocs, bytes := cost(func() { _ = client.ForTenant(tenant) })
	r.atMost("allocations of ForTenant", 2, allocs, fmt.Sprintf("(%.0f bytes)", bytes))
	get := func(c *frontegg.Client) func() {
		return must(func() error { _, err := c.Groups.Get(ctx, groupID(1)); return err })
	}
	for _, tenants := range []int{1, 10, 1_000} {
		views := make([]*frontegg.Client, tenants)
		kept, err := peakHeap(func() error {
			for i := range views {
				views[i] = client.ForTenant(fmt.Sprintf("tenant-%d", i))
			}
			return nil
		})
		if err != nil {
			return err
		}
		next := 0
		took := ratio(get(client), func() {
			get(views[next%tenants])()
			next++
		})
		r.note(fmt.Sprintf("%d tenants", tenants), fmt.Sprintf("%.2f × the time of a call without views, %.1f KB of heap", took, kept/1e3))
	}
	return nil
}
