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
	found, lookup := groups.FindByName(ctx, name) // a conflict may be with ourselves
	if lookup != nil {
		return nil, fmt.Errorf("%w: %v; looking for %q: %w", frontegg.ErrOutcomeUnknown, err, name, lookup)
	}
	var mark struct {
		Request string `json:"request"`
	}
	if err := found.DecodeMetadata(&mark); err != nil || mark.Request != requestID {
		return nil, fmt.Errorf("group %q: %w", name, frontegg.ErrConflict) // somebody else's
	}
	return found, nil
}

// A mark in the metadata tells whose group it is that has the name, also where
// the answer to the create and the look-up after it were both lost.
func ExampleGroupsService_Create_marked() {
	client, server := demo(frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1}))
	server.Inject(fronteggtest.Fault{Op: "groups.create", Drop: fronteggtest.DropAfterApply})
	server.Inject(fronteggtest.Fault{Op: "groups.listPage", Status: http.StatusServiceUnavailable})
	ctx := context.Background()

	_, err := createOnce(ctx, client.Groups, "Design", "request-7")
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
