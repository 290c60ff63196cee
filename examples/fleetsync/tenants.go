package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/frontegg-go/frontegg"
)

// allTenants returns the IDs of the environment's tenants, sorted.
func allTenants(ctx context.Context, client *frontegg.Client) ([]string, error) {
	var ids []string
	for tenant, err := range client.Tenants.All(ctx, frontegg.TenantWalkOptions{Concurrency: 4}) {
		if err != nil {
			return nil, fmt.Errorf("listing the tenants: %w", err)
		}
		ids = append(ids, tenant.ID)
	}
	slices.Sort(ids)
	return ids, nil
}

// missing returns the strings of a that are not in b. Both are sorted.
func missing(a, b []string) []string {
	var out []string
	for _, s := range a {
		if _, found := slices.BinarySearch(b, s); !found {
			out = append(out, s)
		}
	}
	return out
}
