package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/frontegg-go/frontegg"
)

// workload is a call of the floor, this library and its peers.
type workload struct {
	name, method, path string
	params             any
	body               []byte
	target             func() any // the floor's target
	ours               func(context.Context, *frontegg.GroupsService) error
	goals              goals
}

const groupsPath = "/identity/resources/groups/v1"

func workloads() []workload {
	id := groupID(1)
	return []workload{
		{
			name: "GET 1 KB", method: http.MethodGet, path: groupsPath + "/" + id,
			body: encode(group(one, id)), target: func() any { return new(frontegg.Group) },
			ours: func(ctx context.Context, s *frontegg.GroupsService) error {
				_, err := s.Get(ctx, id)
				return err
			},
			goals: goals{time: 0.70, allocs: 1, bytes: 0.75},
		},
		{
			name: "POST 1 KB", method: http.MethodPost, path: groupsPath, params: newGroup,
			body: encode(createdGroup()), target: func() any { return new(frontegg.Group) },
			ours: func(ctx context.Context, s *frontegg.GroupsService) error {
				_, err := s.Create(ctx, newGroup)
				return err
			},
			goals: goals{time: 0.90, allocs: 1, bytes: 0.75},
		},
		{
			name: "list of 100", method: http.MethodGet, path: groupsPath,
			body: listOf(full, 100), target: func() any { return new(list) },
			ours: func(ctx context.Context, s *frontegg.GroupsService) error {
				_, err := s.List(ctx)
				return err
			},
			goals: goals{time: 0.50, allocs: 0.75, bytes: 0.50},
		},
	}
}

// goals are maxima, as shares of the floor.
type goals struct{ time, allocs, bytes float64 }

// overhead compares each workload with the floor, for this library and its peers. If
// the floor differs from itself, the line fails: the run is too noisy.
func overhead(ctx context.Context, r *report) error {
	for _, w := range workloads() {
		r.section(fmt.Sprintf("%s (%d bytes), against the floor", w.name, len(w.body)))
		clients, err := w.clients(ctx)
		if err != nil {
			return err
		}
		floor := clients[0].call
		allocs, bytes := w.compare(clients, r)
		for _, c := range clients[2:] {
			a, b := cost(c.call)
			r.note(c.name, fmt.Sprintf("time %.2f, allocations %+.0f, bytes %+.0f", ratio(floor, c.call), a-allocs, b-bytes))
		}
	}
	return nil
}

// compare compares this library with the floor, and returns what a call of the floor
// costs.
func (w workload) compare(clients []contender, r *report) (allocs, bytes float64) {
	floor, ours := clients[0].call, clients[1].call
	allocs, bytes = cost(floor)
	r.between("the floor itself: time", 0.95, 1.05, ratio(floor, floor))
	a, b := cost(ours)
	r.atMost("frontegg: time", w.goals.time, ratio(floor, ours), "")
	r.atMost("frontegg: allocations", w.goals.allocs, a/allocs, fmt.Sprintf("(%.0f of %.0f)", a, allocs))
	r.atMost("frontegg: bytes", w.goals.bytes, b/bytes, fmt.Sprintf("(%.0f of %.0f)", b, bytes))
	return allocs, bytes
}

// contender is a client that makes a workload's call.
type contender struct {
	name string
	call func()
}

// clients returns the floor, this library and its peers, in that order.
func (w workload) clients(ctx context.Context) ([]contender, error) {
	hc := &http.Client{Transport: newMemory(w.body)}
	client, err := frontegg.NewClient(frontegg.WithToken(bearer), frontegg.WithTenant(tenant), frontegg.WithHTTPClient(hc))
	if err != nil {
		return nil, err
	}
	contenders := []contender{
		{"floor", must(func() error { return floorCall(ctx, hc, w.method, apiURL+w.path, w.params, w.target()) })},
		{"frontegg", must(func() error { return w.ours(ctx, client.Groups) })},
	}
	for _, p := range peers {
		call, err := p.call(ctx, hc)
		if err != nil {
			return nil, err
		}
		contenders = append(contenders, contender{p.name, must(func() error { return call(w.method, w.path, w.params, w.target()) })})
	}
	return contenders, nil
}

// must returns f without its error, for which it panics.
func must(f func() error) func() {
	return func() {
		if err := f(); err != nil {
			panic(err)
		}
	}
}
