package filestore_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet"
	"github.com/frontegg-go/frontegg/fleet/filestore"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// newSharingClient is what each program does, with a path below
// [os.UserCacheDir], for example.
func newSharingClient(path, clientID, apiKey string, where frontegg.ClientOption) (*frontegg.Client, error) {
	login, err := frontegg.NewTokenSource(frontegg.WithCredentials(clientID, apiKey), where)
	if err != nil {
		return nil, err
	}
	key, err := fleet.DeriveKey(clientID, apiKey) // or 32 bytes of your own
	if err != nil {
		return nil, err
	}
	source, err := fleet.NewTokenSource(login, filestore.New(path), fleet.TokenOptions{
		ClientID: clientID,
		Key:      key,
		Logger:   slog.Default(), // logs failures of the store
	})
	if err != nil {
		return nil, err
	}
	return frontegg.NewClient(frontegg.WithTokenSource(source), where)
}

// A command that runs three times logs in once. Only its user can read the file.
func Example() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	path := filepath.Join(dir, "frontegg-token")
	server := fronteggtest.NewServer()
	clientID, apiKey := server.Credentials()

	for range 3 { // each a run of its own
		client, err := newSharingClient(path, clientID, apiKey, frontegg.WithBaseURL(server.URL()))
		if err != nil {
			log.Fatal(err)
		}
		if _, err := client.Groups.List(context.Background(), frontegg.WithTenant("acme")); err != nil {
			log.Fatal(err)
		}
		_ = client.Close()
	}
	info, err := os.Stat(path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("lists:", server.Count("groups.list"), "logins:", server.Count("auth.vendor"), info.Mode())
	server.Close()
	_ = os.RemoveAll(dir)
	// Output: lists: 3 logins: 1 -rw-------
}
