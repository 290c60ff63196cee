package frontegg_test

import (
	"context"
	"iter"
	"log/slog"
	"net/http"
	"time"

	"github.com/frontegg-go/frontegg"
)

// The signatures that programs compile against. A change that breaks one of
// these lines breaks users.
var (
	_ func(...frontegg.ClientOption) (*frontegg.Client, error)     = frontegg.NewClient
	_ func(...frontegg.ClientOption) (*frontegg.Client, error)     = frontegg.NewClientFromEnv
	_ func(...frontegg.ClientOption) (frontegg.TokenSource, error) = frontegg.NewTokenSource
	_ func(*frontegg.Client, string) *frontegg.Client              = (*frontegg.Client).ForTenant
	_ func(*frontegg.Client) error                                 = (*frontegg.Client).Close
	_ func(string, string) frontegg.ClientOption                   = frontegg.WithCredentials
	_ func(string, string) frontegg.ClientOption                   = frontegg.WithAPIToken
	_ func(string) frontegg.ClientOption                           = frontegg.WithToken
	_ func(frontegg.TokenSource) frontegg.ClientOption             = frontegg.WithTokenSource
	_ func(frontegg.Region) frontegg.ClientOption                  = frontegg.WithRegion
	_ func(string) frontegg.ClientOption                           = frontegg.WithBaseURL
	_ func(*http.Client) frontegg.ClientOption                     = frontegg.WithHTTPClient
	_ func(frontegg.RetryPolicy) frontegg.ClientOption             = frontegg.WithRetry
	_ func(*slog.Logger) frontegg.ClientOption                     = frontegg.WithLogger
	_ func(frontegg.Hook) frontegg.ClientOption                    = frontegg.WithHook
	_ func(string, string) frontegg.ClientOption                   = frontegg.WithApplication
	_ func(string) frontegg.Option                                 = frontegg.WithTenant
	_ func(string) frontegg.Option                                 = frontegg.WithEnvironment
	_ func(string, string) frontegg.Option                         = frontegg.WithHeader
	_ func(time.Duration) frontegg.Option                          = frontegg.WithTimeout
	_ func(*frontegg.Response) frontegg.RequestOption              = frontegg.WithResponse
	_ func(frontegg.Relations) frontegg.ReadOption                 = frontegg.WithRelations
	_ func(frontegg.Group, any) error                              = frontegg.Group.DecodeMetadata
	_ func(any) (string, error)                                    = frontegg.EncodeMetadata
	_ func(frontegg.Secret) string                                 = frontegg.Secret.Reveal
	_ func(*frontegg.GroupPage) bool                               = (*frontegg.GroupPage).HasNext
	_                                                              = frontegg.RetryPolicy{MaxAttempts: 1, AttemptTimeout: 1, MaxElapsed: 1, MaxWait: 1}
	_                                                              = frontegg.Response{StatusCode: 1, Header: nil, TraceID: "", Attempts: 1, RateLimit: frontegg.RateLimit{Limit: 1, Remaining: 1, Reset: time.Time{}}}
	_                                                              = frontegg.Change{Added: nil, Removed: nil}
	_                                                              = frontegg.PageOptions{Page: 1, Size: 1, SortBy: frontegg.SortByID, Order: frontegg.Ascending}
	_                                                              = frontegg.WalkOptions{PageSize: 1, SortBy: frontegg.SortByUpdatedAt, Order: frontegg.Descending, Concurrency: 1}
)

// service is the operations with their signatures.
type service interface {
	List(context.Context, ...frontegg.ReadOption) ([]frontegg.Group, error)
	Get(context.Context, string, ...frontegg.ReadOption) (*frontegg.Group, error)
	BulkGet(context.Context, []string, ...frontegg.ReadOption) ([]frontegg.Group, error)
	Create(context.Context, frontegg.CreateGroupParams, ...frontegg.RequestOption) (*frontegg.Group, error)
	Update(context.Context, string, frontegg.UpdateGroupParams, ...frontegg.RequestOption) (*frontegg.Group, error)
	Delete(context.Context, string, ...frontegg.RequestOption) error
	AddRoles(context.Context, string, []string, ...frontegg.RequestOption) error
	RemoveRoles(context.Context, string, []string, ...frontegg.RequestOption) error
	AddUsers(context.Context, string, []string, ...frontegg.RequestOption) error
	RemoveUsers(context.Context, string, []string, ...frontegg.RequestOption) error
	Config(context.Context, ...frontegg.RequestOption) (*frontegg.GroupsConfig, error)
	UpdateConfig(context.Context, frontegg.UpdateGroupsConfigParams, ...frontegg.RequestOption) error
	ListPage(context.Context, frontegg.PageOptions, ...frontegg.ReadOption) (*frontegg.GroupPage, error)
	All(context.Context, frontegg.WalkOptions, ...frontegg.ReadOption) iter.Seq2[frontegg.Group, error]
	FindByName(context.Context, string, ...frontegg.ReadOption) (*frontegg.Group, error)
	Ensure(context.Context, frontegg.CreateGroupParams, ...frontegg.RequestOption) (*frontegg.Group, bool, error)
	SetRoles(context.Context, string, []string, ...frontegg.RequestOption) (frontegg.Change, error)
	SetUsers(context.Context, string, []string, ...frontegg.RequestOption) (frontegg.Change, error)
}

var _ service = (*frontegg.GroupsService)(nil)
