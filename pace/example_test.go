package pace_test

import (
	"context"
	"fmt"
	"log"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/pace"
)

// Clients that share the limiter send at most 100 requests a minute on each route.
func ExamplePerMinute() {
	limiter := pace.PerMinute(100)
	client, err := frontegg.NewClientFromEnv(frontegg.WithRateLimiter(limiter))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	for tenant, err := range client.Tenants.All(context.Background(), frontegg.TenantWalkOptions{}) {
		if err != nil {
			log.Fatal(err)
		}
		groups, err := client.ForTenant(tenant.ID).Groups.List(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(tenant.Name, len(groups))
	}
}
