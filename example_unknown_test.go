package frontegg_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// createOnce creates the group of a request, or finds the one that an earlier call
// with the same requestID made. ErrOutcomeUnknown: call again with that requestID.
// ErrConflict: the name is taken by a group that another request made.
func createOnce(ctx context.Context, groups *frontegg.GroupsService, name, requestID string) (*frontegg.Group, error) {
	metadata, err := frontegg.EncodeMetadata(map[string]string{"request": requestID})
	if err != nil {
		return nil, err
	}
	group, err := groups.Create(ctx, frontegg.CreateGroupParams{Name: name, Metadata: metadata})
	if !errors.Is(err, frontegg.ErrOutcomeUnknown) && !errors.Is(err, frontegg.ErrConflict) {
		return group, err
	}
	found, lookup := groups.FindByName(ctx, name) // the conflict may be with an earlier call of this request
	if lookup != nil {
		return nil, fmt.Errorf("%w: %v; looking for %q: %w", frontegg.ErrOutcomeUnknown, err, name, lookup)
	}
	var label struct {
		Request string `json:"request"`
	}
	if err := found.DecodeMetadata(&label); err != nil || label.Request != requestID {
		return nil, fmt.Errorf("group %q: %w", name, frontegg.ErrConflict) // another request's
	}
	return found, nil
}

// A label in the metadata names the request that created the group, also if the responses to
// the create and to the lookup after it were both lost.
func ExampleGroupsService_Create_labeled() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1}))
	if err != nil {
		log.Fatal(err)
	}
	server.Inject(fronteggtest.Fault{Op: "groups.create", Drop: fronteggtest.DropAfterApply})
	server.Inject(fronteggtest.Fault{Op: "groups.listPage", Status: http.StatusServiceUnavailable})
	ctx := context.Background()

	_, err = createOnce(ctx, client.Groups, "Design", "request-7")
	fmt.Println("unknown:", errors.Is(err, frontegg.ErrOutcomeUnknown))

	group, err := createOnce(ctx, client.Groups, "Design", "request-7")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("ours:", group.Name)

	_, err = createOnce(ctx, client.Groups, "Design", "request-8")
	fmt.Println("taken:", errors.Is(err, frontegg.ErrConflict))
	// Output:
	// unknown: true
	// ours: Design
	// taken: true
}
