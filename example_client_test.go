package frontegg_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

func ExampleNewClient() {
	client, err := frontegg.NewClient(
		frontegg.WithCredentials("my-client-id", "my-api-key"),
		frontegg.WithRegion(frontegg.RegionUS),
		frontegg.WithTenant("acme"),
		frontegg.WithApplication("billing", "1.4.0"),
	)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	fmt.Println("nothing was sent yet: the first call logs in")
	// Output: nothing was sent yet: the first call logs in
}

// The errors of all options are returned together. They have no secrets.
func ExampleNewClient_problems() {
	_, err := frontegg.NewClient(
		frontegg.WithBaseURL("http://api.example.com"),
		frontegg.WithTenant(""),
	)
	fmt.Println(err)
	// Output:
	// frontegg: NewClient: WithTenant is empty
	// frontegg: NewClient: WithBaseURL is plain http to a host that is not loopback: a token would travel in the clear; use https, or WithInsecureHTTP
	// frontegg: NewClient: credentials are required: use WithCredentials, WithAPIToken, WithToken or WithTokenSource
}

func ExampleNewClientFromEnv() {
	// Set by the shell or the deployment, not by the program.
	for key, value := range map[string]string{
		"FRONTEGG_CLIENT_ID": "my-client-id",
		"FRONTEGG_API_KEY":   "my-api-key",
		"FRONTEGG_TENANT_ID": "acme",
		"FRONTEGG_REGION":    "us",
	} {
		os.Setenv(key, value)
		defer os.Unsetenv(key)
	}

	client, err := frontegg.NewClientFromEnv()
	fmt.Println(client != nil, err)
	// Output: true <nil>
}

// One client serves many tenants. A view shares its token and connections.
func ExampleClient_ForTenant() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering"})
	server.AddGroup("acme", frontegg.Group{ID: "g-2", Name: "Operations"})
	server.AddGroup("acme", frontegg.Group{ID: "g-3", Name: "Support"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	server.AddGroup("globex", frontegg.Group{Name: "Research"})
	ctx := context.Background()

	for _, tenant := range []string{"acme", "globex"} {
		groups, err := client.ForTenant(tenant).Groups.List(ctx)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(tenant, len(groups))
	}
	fmt.Println("token requests:", server.Count("auth.vendor"))
	// Output:
	// acme 3
	// globex 1
	// token requests: 1
}

func ExampleClient_Close() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	if err := client.Close(); err != nil {
		log.Fatal(err)
	}
	_, err = client.Groups.List(context.Background())
	fmt.Println(err)
	// Output: frontegg: groups.list: GET /identity/resources/groups/v1: not sent: the client is closed
}

// On the client it is the default of all calls. On a call it is for that call.
func ExampleWithTenant() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	server.AddGroup("globex", frontegg.Group{Name: "Research"})

	groups, err := client.Groups.List(context.Background(), frontegg.WithTenant("globex"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(groups[0].Name)
	// Output: Research
}

// With credentials of an environment, each call requires a tenant.
func ExampleWithTenant_required() {
	server := fronteggtest.NewServer()
	client, err := server.MemoryClient() // no WithTenant
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Groups.List(context.Background())
	fmt.Println(errors.Is(err, frontegg.ErrTenantRequired), len(server.Requests()))
	// Output: true 0
}

// A custom domain or a proxy often has a path prefix. It is kept.
func ExampleWithBaseURL() {
	server := fronteggtest.NewServer()
	clientID, apiKey := server.Credentials()
	client, err := frontegg.NewClient(
		frontegg.WithCredentials(clientID, apiKey),
		frontegg.WithBaseURL("https://admin.example.com/frontegg"),
		frontegg.WithTenant("acme"),
		frontegg.WithHTTPClient(&http.Client{Transport: server.Transport()}), // in place of the network
	)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.Groups.List(context.Background()); err != nil {
		log.Fatal(err)
	}
	for _, r := range server.Requests() {
		fmt.Println(r.Method, r.Path)
	}
	// Output:
	// POST /frontegg/auth/vendor
	// GET /frontegg/identity/resources/groups/v1
}

// A command that a person waits for gives up earlier than a nightly job.
func ExampleWithRetry() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering"})
	server.AddGroup("acme", frontegg.Group{ID: "g-2", Name: "Operations"})
	server.AddGroup("acme", frontegg.Group{ID: "g-3", Name: "Support"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"), frontegg.WithRetry(frontegg.RetryPolicy{
		MaxAttempts: 2,
		MaxElapsed:  20 * time.Second,
		MaxWait:     10 * time.Second,
	}))
	if err != nil {
		log.Fatal(err)
	}
	server.Inject(fronteggtest.Fault{Op: "groups.list", Status: http.StatusServiceUnavailable})

	groups, err := client.Groups.List(context.Background())
	fmt.Println(len(groups), err, "requests:", server.Count("groups.list"))
	// Output: 3 <nil> requests: 2
}

// The timeout is for the whole call, with its retries and waits.
func ExampleWithTimeout() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	server.Inject(fronteggtest.Fault{Op: "groups.get", Drop: fronteggtest.DropBeforeApply, Hang: true})

	_, err = client.Groups.Get(context.Background(), "g-1", frontegg.WithTimeout(50*time.Millisecond))
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output: true
}

func ExampleWithHeader() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"), frontegg.WithHeader("X-Request-Source", "nightly-sync"))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.Groups.Get(context.Background(), "g-1"); err != nil {
		log.Fatal(err)
	}
	for _, r := range server.Requests() {
		if r.Op == "groups.get" {
			fmt.Println(r.Header.Get("X-Request-Source"))
		}
	}
	// Output: nightly-sync
}

// A token of a whole Frontegg account needs an environment.
func ExampleWithEnvironment() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Groups.Config(context.Background(), frontegg.WithEnvironment("staging-client-id"))
	if err != nil {
		log.Fatal(err)
	}
	last := server.Requests()[server.Count("")-1]
	fmt.Println(last.Op, last.Header.Get("frontegg-environment-id"))
	// Output: groups.config staging-client-id
}
