package main

import (
	"context"
	"fmt"
	"time"

	"github.com/frontegg-go/frontegg"
)

const (
	walkPages    = 100
	walkPageSize = 100
	walkRuns     = 3
)

// dataset is the data of a tenant of the server: a number of groups of a kind, and a delay.
type dataset struct {
	delay time.Duration
	kind  kind
	total int
}

// client returns a new client of the dataset.
func (s *server) client(a dataset) (*frontegg.Client, error) {
	return frontegg.NewClient(frontegg.WithToken(bearer), frontegg.WithTenant(tenant),
		frontegg.WithBaseURL(fmt.Sprintf("%s/%v/%s/%d", s.URL, a.delay, a.kind, a.total)))
}

// walk reads all groups of a dataset once, with a new client.
func (s *server) walk(ctx context.Context, a dataset, pageSize, concurrency int) (time.Duration, error) {
	client, err := s.client(a)
	if err != nil {
		return 0, err
	}
	defer func() { _ = client.Close() }()
	seen := 0
	began := time.Now()
	for _, err := range client.Groups.All(ctx, frontegg.WalkOptions{PageSize: pageSize, Concurrency: concurrency}) {
		if err != nil {
			return 0, err
		}
		seen++
	}
	took := time.Since(began)
	if seen != a.total {
		return 0, fmt.Errorf("a walk of %d groups yielded %d", a.total, seen)
	}
	return took, nil
}

// rounds returns the minimum of round trips to read pages n at a time, if the first
// page has the total.
func rounds(pages, n int) int {
	if n == 1 {
		return pages
	}
	return 1 + (pages-1+n-1)/n
}

// point is a point of the plot.
type point struct {
	concurrency  int
	took, fewest time.Duration
}

// walks measures walks over 100 pages of 100 and returns the points of slim groups
// at 50 ms.
func walks(ctx context.Context, s *server, r *report) ([]point, error) {
	r.section("Walks of 100 pages of 100 groups")
	goals := map[kind]map[int]float64{slim: {1: 1.06, 8: 1.15, 16: 1.25}, full: {16: 1.45}}
	var plot []point
	for _, delay := range []time.Duration{50 * time.Millisecond, 20 * time.Millisecond} {
		for _, k := range []kind{slim, full} {
			concurrencies := []int{1, 8, 16}
			plotted := delay == 50*time.Millisecond && k == slim
			if plotted {
				concurrencies = []int{1, 2, 4, 8, 16, 32}
			}
			for _, n := range concurrencies {
				var runs []time.Duration
				for range walkRuns {
					took, err := s.walk(ctx, dataset{delay, k, walkPages * walkPageSize}, walkPageSize, n)
					if err != nil {
						return nil, err
					}
					runs = append(runs, took)
				}
				took, fewest := median(runs), time.Duration(rounds(walkPages, n))*delay
				what := fmt.Sprintf("%s groups, %v, %d in flight", k, delay, n)
				measured := float64(took) / float64(fewest)
				goal := goals[k][n]
				if delay != 50*time.Millisecond {
					goal = 0
				}
				r.atMost(what, goal, measured, fmt.Sprintf("× %d RTT (%v)", rounds(walkPages, n), took.Round(time.Millisecond)))
				if plotted {
					plot = append(plot, point{n, took, fewest})
				}
			}
		}
	}
	return plot, nil
}

const (
	bulkIDs         = 10_000
	bulkBatch       = 200 // ids in a request
	bulkConcurrency = 8   // requests at once
)

// bulk measures a bulk read of many ids.
func bulk(ctx context.Context, s *server, r *report) error {
	r.section("Bulk reads")
	const delay = 50 * time.Millisecond
	ids := make([]string, bulkIDs)
	for i := range ids {
		ids[i] = groupID(i)
	}
	var runs []time.Duration
	for range walkRuns {
		client, err := s.client(dataset{delay, slim, bulkIDs})
		if err != nil {
			return err
		}
		began := time.Now()
		groups, err := client.Groups.BulkGet(ctx, ids)
		runs = append(runs, time.Since(began))
		_ = client.Close()
		if err != nil {
			return err
		}
		if len(groups) != len(ids) || groups[bulkIDs-1].ID != ids[bulkIDs-1] {
			return fmt.Errorf("a bulk read of %d ids returned %d groups", len(ids), len(groups))
		}
	}
	trips := (bulkIDs/bulkBatch + bulkConcurrency - 1) / bulkConcurrency
	took := median(runs)
	r.atMost("BulkGet of 10,000 ids, 50ms", 1.25, float64(took)/float64(time.Duration(trips)*delay),
		fmt.Sprintf("× %d RTT (%v)", trips, took.Round(time.Millisecond)))
	return nil
}
