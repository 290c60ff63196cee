package main

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/groupsync"
)

// unchangedTenants measures a sync of many tenants that are as they should be, with one
// client.
func unchangedTenants(ctx context.Context, r *report) error {
	const count, atOnce, delay = 1000, 16, 50 * time.Millisecond
	r.section(fmt.Sprintf("Sync of %d unchanged tenants, %d at once, %v a request", count, atOnce, delay))
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.Client()
	if err != nil {
		return err
	}
	if _, err := syncAll(ctx, client, count, atOnce); err != nil { // creates the groups
		return err
	}
	_ = client.Close()

	server.Inject(fronteggtest.Fault{Times: -1, Delay: delay})
	before := len(server.Requests())
	if client, err = server.Client(); err != nil { // has no token and no connections
		return err
	}
	defer func() { _ = client.Close() }()
	took, err := syncAll(ctx, client, count, atOnce)
	if err != nil {
		return err
	}
	logins := 0
	requests := server.Requests()[before:]
	for _, request := range requests {
		if request.Op == "auth.vendor" {
			logins++
		}
	}
	fewest := (count + atOnce - 1) / atOnce
	r.atMost(fmt.Sprintf("time, of %d round trips", fewest), 1.25, took.Seconds()/(time.Duration(fewest)*delay).Seconds(),
		fmt.Sprintf("(%.2f s)", took.Seconds()))
	r.atMost("requests for a tenant", 1, float64(len(requests)-logins)/count, "")
	r.atMost("token requests", 1, float64(logins), "")
	return nil
}

// syncAll syncs the tenants and returns how long it took.
func syncAll(ctx context.Context, client *frontegg.Client, count, atOnce int) (time.Duration, error) {
	wanted := []groupsync.Group{{Key: "admins", Name: "Admins"}, {Key: "readers", Name: "Readers"}}
	tenants := make(chan int, count)
	for tenant := range count {
		tenants <- tenant
	}
	close(tenants)
	failed := make(chan error, count)
	var workers sync.WaitGroup
	began := time.Now()
	for range atOnce {
		workers.Go(func() {
			for tenant := range tenants {
				groups := client.ForTenant(fmt.Sprintf("tenant-%04d", tenant)).Groups
				if _, err := groupsync.Sync(ctx, groups, wanted, groupsync.Options{Owner: "bench"}, groupsync.ApplyOptions{}); err != nil {
					failed <- err
				}
			}
		})
	}
	workers.Wait()
	took := time.Since(began)
	select {
	case err := <-failed:
		return 0, err
	default:
		return took, nil
	}
}

// sharedLimit measures processes that share a rate limit through Redis.
func sharedLimit(ctx context.Context, r *report) error {
	const processes, limit, windows = 8, 100, 2
	r.section(fmt.Sprintf("%d processes under a limit of %d requests a minute", processes, limit))
	server := fronteggtest.NewServer(fronteggtest.WithRateLimit(limit, time.Minute))
	defer server.Close()
	socket, stop, err := startRedis(ctx)
	if err != nil {
		return err
	}
	defer stop()
	id, key := server.Credentials()
	if err := runWorkers(ctx, processes, worker{Redis: socket, URL: server.URL(), ClientID: id, APIKey: key, Limit: limit, Lasts: windows * time.Minute}); err != nil {
		return err
	}

	var began time.Time
	var served, refused, early int
	for _, request := range server.Requests() {
		if request.Op != "groups.list" {
			continue
		}
		if began.IsZero() {
			began = request.Time
		}
		switch first := request.Time.Sub(began) < time.Minute; {
		case request.Status == 429 && first:
			early++
		case request.Status == 429:
			refused++
		case !first && request.Time.Sub(began) < windows*time.Minute:
			served++
		}
	}
	r.note("responses with status 429 in the first minute", figure(float64(early)))
	r.judge("responses with status 429 after it", "0", figure(float64(refused)), true, refused == 0)
	r.atLeast("share of the limit used in the next minute", 0.95, math.Round(1000*float64(served)/((windows-1)*limit))/1000, "")
	return nil
}
