package frontegg_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// The token names the tenant: WithTenant is not needed.
func ExampleWithAPIToken() {
	server := fronteggtest.NewServer()
	server.AddGroup("acme", frontegg.Group{Name: "Engineering"})
	clientID, secret := server.AddAPIToken("acme")

	client, err := frontegg.NewClient(
		frontegg.WithAPIToken(clientID, secret),
		frontegg.WithHTTPClient(&http.Client{Transport: server.Transport()}), // in place of the network
	)
	if err != nil {
		log.Fatal(err)
	}
	groups, err := client.Groups.List(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(groups[0].Name)
	// Output: Engineering
}

// A web application acts for its user with the JWT of the request.
func ExampleWithToken() {
	server := fronteggtest.NewServer()
	server.AddGroup("acme", frontegg.Group{Name: "Engineering"})
	jwt := server.IssueToken("acme")

	client, err := frontegg.NewClient(
		frontegg.WithToken(jwt),
		frontegg.WithHTTPClient(&http.Client{Transport: server.Transport()}), // in place of the network
	)
	if err != nil {
		log.Fatal(err)
	}
	groups, err := client.Groups.List(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(groups[0].Name)
	// Output: Engineering
}

// vault stands for the place where a program gets its tokens.
type vault struct{ read func() (string, error) }

// Token is not called concurrently, however many calls wait for a token.
func (v vault) Token(context.Context) (frontegg.Token, error) {
	jwt, err := v.read()
	if err != nil {
		return frontegg.Token{}, fmt.Errorf("read the vault: %w", err)
	}
	return frontegg.Token{Value: frontegg.Secret(jwt), Expiry: time.Now().Add(time.Hour)}, nil
}

func ExampleTokenSource() {
	server := fronteggtest.NewServer()
	source := vault{read: func() (string, error) { return server.IssueToken("acme"), nil }}

	client, err := frontegg.NewClient(
		frontegg.WithTokenSource(source),
		frontegg.WithHTTPClient(&http.Client{Transport: server.Transport()}), // in place of the network
	)
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Groups.List(context.Background())
	fmt.Println(err)
	// Output: <nil>
}

// counting counts the tokens that it passes on, as a cache or a metric does.
type counting struct {
	next  frontegg.TokenSource
	count *int
}

func (c counting) Token(ctx context.Context) (frontegg.Token, error) {
	*c.count++
	return c.next.Token(ctx)
}

// NewTokenSource returns the login of a client, for a program that wraps it.
func ExampleNewTokenSource() {
	server := fronteggtest.NewServer()
	clientID, apiKey := server.Credentials()
	network := frontegg.WithHTTPClient(&http.Client{Transport: server.Transport()})

	login, err := frontegg.NewTokenSource(frontegg.WithCredentials(clientID, apiKey), network)
	if err != nil {
		log.Fatal(err)
	}
	logins := 0
	client, err := frontegg.NewClient(frontegg.WithTokenSource(counting{login, &logins}), frontegg.WithTenant("acme"), network)
	if err != nil {
		log.Fatal(err)
	}
	for range 3 {
		if _, err := client.Groups.List(context.Background()); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println("logins:", logins)
	// Output: logins: 1
}

// A Secret prints as [REDACTED].
func ExampleSecret() {
	apiKey := frontegg.Secret("k-93b1")
	fmt.Println(apiKey)
	fmt.Printf("%q %#v\n", apiKey, struct{ Key frontegg.Secret }{apiKey})
	if err := json.NewEncoder(os.Stdout).Encode(apiKey); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(apiKey.Reveal()))
	// Output:
	// [REDACTED]
	// [REDACTED] struct { Key frontegg.Secret }{Key:[REDACTED]}
	// "[REDACTED]"
	// 6
}

// Wrong credentials are reported by the first call.
func ExampleAuthError() {
	server := fronteggtest.NewServer()
	clientID, _ := server.Credentials()
	client, err := frontegg.NewClient(
		frontegg.WithCredentials(clientID, "not-the-key"),
		frontegg.WithTenant("acme"),
		frontegg.WithHTTPClient(&http.Client{Transport: server.Transport()}), // in place of the network
	)
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Groups.List(context.Background())
	if errors.Is(err, frontegg.ErrAuthentication) {
		fmt.Println("check FRONTEGG_CLIENT_ID and FRONTEGG_API_KEY")
	}
	if rejected, ok := errors.AsType[*frontegg.APIError](err); ok {
		fmt.Println(rejected.Op, rejected.StatusCode, rejected.Messages)
	}
	// Output:
	// check FRONTEGG_CLIENT_ID and FRONTEGG_API_KEY
	// auth.vendor 401 [Invalid credentials]
}
