package frontegg_test

import (
	"context"
	"encoding/json"
	"iter"
	"log/slog"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/groupsync"
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
)

// some has values of basic types, which fix the types of the fields below.
var some struct {
	text  string
	count int
	yes   bool
	at    time.Time
	span  time.Duration
	texts []string
	bytes []byte
	facts map[string]any
	cause error
}

// The types with their fields. A field that is added breaks nothing.
var (
	_ = frontegg.Client{Groups: (*frontegg.GroupsService)(nil), Users: (*frontegg.UsersService)(nil), Roles: (*frontegg.RolesService)(nil), Tenants: (*frontegg.TenantsService)(nil)}
	_ = frontegg.RetryPolicy{MaxAttempts: some.count, AttemptTimeout: some.span, MaxElapsed: some.span, MaxWait: some.span}
	_ = frontegg.Response{StatusCode: some.count, Header: http.Header{}, TraceID: some.text, Attempts: some.count, RateLimit: frontegg.RateLimit{}}
	_ = frontegg.RateLimit{Limit: some.count, Remaining: some.count, Reset: some.at}
	_ = frontegg.Token{Value: frontegg.Secret(some.text), Expiry: some.at}
	_ = frontegg.Group{
		ID: some.text, Name: some.text, Color: some.text, Description: some.text, Metadata: some.text, Roles: []frontegg.Role{}, Users: []frontegg.User{},
		ManagedBy: frontegg.ManagedBy(some.text), CreatedAt: some.at, UpdatedAt: some.at,
	}
	_ = frontegg.Role{
		ID: some.text, VendorID: some.text, TenantID: some.text, Key: some.text, Name: some.text, Description: some.text,
		IsDefault: some.yes, FirstUserRole: some.yes, Level: some.count, CreatedAt: some.at, UpdatedAt: some.at,
	}
	_ = frontegg.User{ID: some.text, Email: some.text, Name: some.text, ProfilePictureURL: some.text, ActivatedForTenant: some.yes, CreatedAt: some.at}
	_ = frontegg.User{ExternalID: some.text, TenantIDs: some.texts, Verified: some.yes, Locked: some.yes, LastLogin: some.at, ManagedBy: frontegg.ManagedBy(some.text)}
	_ = frontegg.Role{Permissions: some.texts}
	_ = frontegg.Tenant{ID: some.text, Name: some.text, Metadata: some.text, IsReseller: some.yes, CreatedAt: some.at, UpdatedAt: some.at}
	_ = frontegg.UserWalkOptions{PageSize: some.count, Concurrency: some.count, IncludeSubTenants: some.yes}
	_ = frontegg.TenantWalkOptions{PageSize: some.count, Concurrency: some.count}
	_ = frontegg.CreateGroupParams{Name: some.text, Color: some.text, Description: some.text, Metadata: some.text}
	_ = frontegg.UpdateGroupParams{Name: &some.text, Color: &some.text, Description: &some.text, Metadata: &some.text}
	_ = frontegg.GroupsConfig{Enabled: some.yes, RolesEnabled: some.yes}
	_ = frontegg.UpdateGroupsConfigParams{Enabled: &some.yes, RolesEnabled: &some.yes}
	_ = frontegg.Change{Added: some.texts, Removed: some.texts, Skipped: some.texts}
	_ = frontegg.PageOptions{Page: some.count, Size: some.count, SortBy: frontegg.SortField(some.text), Order: frontegg.Order(some.text)}
	_ = frontegg.WalkOptions{PageSize: some.count, SortBy: frontegg.SortField(some.text), Order: frontegg.Order(some.text), Concurrency: some.count}
	_ = frontegg.GroupPage{Groups: []frontegg.Group{}, Page: some.count, TotalItems: some.count, TotalPages: some.count, Links: frontegg.PageLinks{}}
	_ = frontegg.PageLinks{Next: some.text, Prev: some.text, First: some.text, Last: some.text}
	_ = frontegg.CallInfo{Op: some.text, Method: some.text, Route: some.text, Host: some.text, Tenant: some.text}
	_ = frontegg.CallResult{StatusCode: some.count, Attempts: some.count, Waited: some.span, TraceID: some.text, Err: some.cause}
	_ = frontegg.Hook(func(context.Context, frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) { return nil, nil })
)

// The errors, which are pointers.
var (
	_ error = &frontegg.APIError{
		Op: some.text, Method: some.text, Path: some.text, StatusCode: some.count, Code: some.text, Messages: some.texts, Context: some.facts,
		TraceID: some.text, Attempts: some.count, RetryAt: some.at, Body: some.bytes,
	}
	_ error = &frontegg.TransportError{Op: some.text, Method: some.text, Path: some.text, Tenant: some.text, Attempts: some.count, Err: some.cause}
	_ error = &frontegg.DecodeError{Op: some.text, Tenant: some.text, StatusCode: some.count, TraceID: some.text, Body: some.bytes, Err: some.cause}
	_ error = &frontegg.ValidationError{Op: some.text, Field: some.text, Reason: some.text}
	_ error = &frontegg.RateLimitError{Op: some.text, Path: some.text, Tenant: some.text, RetryAt: some.at, Err: some.cause}
	_ error = &frontegg.AuthError{Err: some.cause}
	_ error = &frontegg.BatchError{Op: some.text, Applied: some.texts, Pending: some.texts, Err: some.cause}

	_ = []error{
		frontegg.ErrBadRequest, frontegg.ErrUnauthorized, frontegg.ErrForbidden, frontegg.ErrNotFound, frontegg.ErrConflict,
		frontegg.ErrRateLimited, frontegg.ErrServer, frontegg.ErrAuthentication, frontegg.ErrTenantRequired,
		frontegg.ErrOutcomeUnknown, frontegg.ErrPagination, frontegg.ErrResponseTooLarge, frontegg.ErrAmbiguous,
	}
)

// The constants with their types.
var (
	_ = []frontegg.Region{frontegg.RegionEU, frontegg.RegionUS, frontegg.RegionCA, frontegg.RegionAU}
	_ = []frontegg.Relations{frontegg.RelationsRoles, frontegg.RelationsUsers, frontegg.RelationsRolesAndUsers}
	_ = []frontegg.ManagedBy{frontegg.ManagedByFrontegg, frontegg.ManagedBySCIM}
	_ = []frontegg.SortField{frontegg.SortByID, frontegg.SortByName, frontegg.SortByCreatedAt, frontegg.SortByUpdatedAt}
	_ = []frontegg.Order{frontegg.Ascending, frontegg.Descending}

	_ string = frontegg.Version
)

// The kinds of options.
var (
	_ frontegg.ClientOption  = frontegg.Option(nil)
	_ frontegg.RequestOption = frontegg.Option(nil)
	_ frontegg.ReadOption    = frontegg.RequestOption(nil)
)

// source is a TokenSource by its one method.
type source interface {
	Token(context.Context) (frontegg.Token, error)
}

var (
	_ source               = frontegg.TokenSource(nil)
	_ frontegg.TokenSource = source(nil)
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

// The lookups with their signatures.
var (
	_ interface {
		All(context.Context, frontegg.UserWalkOptions, ...frontegg.RequestOption) iter.Seq2[frontegg.User, error]
		FindByEmail(context.Context, string, ...frontegg.RequestOption) (*frontegg.User, error)
		FindByEmails(context.Context, []string, ...frontegg.RequestOption) (map[string]frontegg.User, error)
		GroupIDs(context.Context, []string, ...frontegg.RequestOption) (map[string][]string, error)
		RoleIDs(context.Context, []string, ...frontegg.RequestOption) (map[string][]string, error)
	} = (*frontegg.UsersService)(nil)
	_ interface {
		List(context.Context, ...frontegg.RequestOption) ([]frontegg.Role, error)
		FindByKeys(context.Context, []string, ...frontegg.RequestOption) (map[string]frontegg.Role, error)
	} = (*frontegg.RolesService)(nil)
	_ interface {
		All(context.Context, frontegg.TenantWalkOptions, ...frontegg.RequestOption) iter.Seq2[frontegg.Tenant, error]
	} = (*frontegg.TenantsService)(nil)
)

// Package fronteggtest.
var (
	_ func(...fronteggtest.ServerOption) *fronteggtest.Server             = fronteggtest.NewServer
	_ func(testing.TB, ...fronteggtest.ServerOption) *fronteggtest.Server = fronteggtest.Start
	_ func(string, string) fronteggtest.ServerOption                      = fronteggtest.WithCredentials
	_ func(int, time.Duration) fronteggtest.ServerOption                  = fronteggtest.WithRateLimit
	_ func(int) fronteggtest.ServerOption                                 = fronteggtest.WithRequestLog
	_ func(time.Duration) fronteggtest.ServerOption                       = fronteggtest.WithTokenTTL

	_ = fronteggtest.Fault{
		Op: some.text, Tenant: some.text, After: some.count, Times: some.count, Delay: some.span, Status: some.count, Header: http.Header{}, Body: some.text,
		Apply: some.yes, Drop: fronteggtest.DropNone, Hang: some.yes, ByteDelay: some.span, Respond: http.HandlerFunc(nil),
	}
	_ = []fronteggtest.Drop{
		fronteggtest.DropNone, fronteggtest.DropBeforeApply, fronteggtest.DropAfterApply, fronteggtest.DropMidHeader, fronteggtest.DropMidBody,
	}
	_ = fronteggtest.Request{
		Time: some.at, Op: some.text, Method: some.text, Path: some.text, Query: url.Values{}, Header: http.Header{}, Body: some.bytes,
		Auth: fronteggtest.AuthNone, Tenant: some.text, Status: some.count, TraceID: some.text,
	}
	_ = []fronteggtest.AuthKind{fronteggtest.AuthNone, fronteggtest.AuthEnvironment, fronteggtest.AuthTenant, fronteggtest.AuthInvalid}
)

// fake is a server for tests with the signatures of its methods.
type fake interface {
	URL() string
	Close()
	Handler() http.Handler
	Transport() http.RoundTripper
	Credentials() (clientID, apiKey string)
	Client(...frontegg.ClientOption) (*frontegg.Client, error)
	MemoryClient(...frontegg.ClientOption) (*frontegg.Client, error)
	AddRole(string, frontegg.Role) frontegg.Role
	AddUser(string, frontegg.User) frontegg.User
	AddGroup(string, frontegg.Group) frontegg.Group
	AddAPIToken(string) (clientID, secret string)
	IssueToken(string) string
	RevokeTokens(...string)
	Groups(string) []frontegg.Group
	Inject(fronteggtest.Fault)
	ClearFaults()
	Requests() []fronteggtest.Request
	ResetRequests()
	Count(string) int
	Applied(string) int
}

var _ fake = (*fronteggtest.Server)(nil)

// Package groupsync.
var (
	_ func([]groupsync.Group, []frontegg.Group, groupsync.Options) (*groupsync.Plan, error)                             = groupsync.Compute
	_ func(context.Context, *frontegg.GroupsService, *groupsync.Plan, groupsync.ApplyOptions) (groupsync.Report, error) = groupsync.Apply
	_ func(metadata, owner, key string) (string, error)                                                                 = groupsync.Label
	_ func(*groupsync.Plan) bool                                                                                        = (*groupsync.Plan).Empty
	_ func(*groupsync.Plan) string                                                                                      = (*groupsync.Plan).String
	_ func(*groupsync.Plan) groupsync.Counts                                                                            = (*groupsync.Plan).Counts
	_ func(groupsync.Step) string                                                                                       = groupsync.Step.String
	_ error                                                                                                             = groupsync.ErrGuard
	_ error                                                                                                             = groupsync.ErrIncomplete
	_ error                                                                                                             = &groupsync.StepError{Step: groupsync.Step{}, IDs: some.texts, Err: error(nil)}
	_ interface {
		json.Marshaler
		json.Unmarshaler
	} = (*groupsync.Plan)(nil)
	_ func(context.Context, *frontegg.Client, []groupsync.Named) ([]groupsync.Group, groupsync.Unresolved, error)                            = groupsync.Resolve
	_ func(context.Context, *frontegg.Client, []groupsync.Named) (*groupsync.Directory, error)                                               = groupsync.Lookup
	_ func([]frontegg.User, []frontegg.Role) *groupsync.Directory                                                                            = groupsync.NewDirectory
	_ func(*groupsync.Directory, []groupsync.Named) ([]groupsync.Group, groupsync.Unresolved)                                                = (*groupsync.Directory).Resolve
	_ func(*groupsync.Directory) map[string]string                                                                                           = (*groupsync.Directory).Names
	_ func(groupsync.Unresolved, groupsync.Options) error                                                                                    = groupsync.Unresolved.Guard
	_ func(context.Context, *frontegg.GroupsService, frontegg.WalkOptions) ([]frontegg.Group, error)                                         = groupsync.Read
	_ func(context.Context, *frontegg.GroupsService, []groupsync.Group, groupsync.Options, groupsync.ApplyOptions) (groupsync.Report, error) = groupsync.Sync
	_ func(*groupsync.Plan, string) string                                                                                                   = (*groupsync.Plan).NameOf
	_ func(*groupsync.Plan) string                                                                                                           = (*groupsync.Plan).Owner
	_ func(*groupsync.Plan) string                                                                                                           = (*groupsync.Plan).Tenant
	_ func(*groupsync.Plan) *groupsync.GuardError                                                                                            = (*groupsync.Plan).Refused
	_ func(*frontegg.GroupsService) string                                                                                                   = (*frontegg.GroupsService).Tenant
	_ error                                                                                                                                  = &groupsync.GuardError{Guard: groupsync.GuardEmpty, Detail: some.text, Plan: (*groupsync.Plan)(nil)}

	_ = groupsync.Group{Key: some.text, Name: some.text, Description: &some.text, Color: &some.text, UserIDs: some.texts, RoleIDs: some.texts, UnknownUsers: some.texts, Invalid: some.text}
	_ = groupsync.Named{Key: some.text, Name: some.text, Description: &some.text, Color: &some.text, Emails: some.texts, RoleKeys: some.texts}
	_ = groupsync.Unresolved{Emails: some.texts, RoleKeys: some.texts, People: some.count}
	_ = groupsync.Options{Owner: some.text, Prefix: some.text, Delete: some.yes, GrantRoles: some.yes, Empty: some.yes, Adopt: some.yes, MaxChange: float64(0), ChangeFloor: some.count, MaxTotal: some.count, Tenant: some.text, Names: map[string]string{}}
	_ = groupsync.Plan{Steps: []groupsync.Step{}, Skipped: []groupsync.Skip{}, Warnings: some.texts, Names: map[string]string{}}
	_ = groupsync.Step{
		Kind: groupsync.Create, GroupID: some.text, Key: some.text, Name: some.text, From: some.text, Description: &some.text, Color: &some.text, Metadata: some.text, IDs: some.texts,
		Grants: some.texts, UserCount: some.count, RoleCount: some.count, TraceID: some.text,
	}
	_ = groupsync.Skip{GroupID: some.text, Key: some.text, Name: some.text, Reason: some.text, Detail: some.text, IDs: some.texts}
	_ = groupsync.ApplyOptions{Progress: func(int, int, groupsync.Step) {}, MaxWrites: some.count, Concurrency: some.count, Journal: func(groupsync.Step, error) {}}
	_ = groupsync.Report{Done: some.count, Total: some.count, Counts: groupsync.Counts{}, Failed: []groupsync.StepError{}, Skipped: []groupsync.Skip{}}
	_ = groupsync.Counts{
		Created: some.count, Adopted: some.count, Renamed: some.count, Edited: some.count, Deleted: some.count,
		UsersAdded: some.count, UsersRemoved: some.count, RolesAdded: some.count, RolesRemoved: some.count,
	}
	_ = []groupsync.Kind{
		groupsync.Create, groupsync.Rename, groupsync.Edit, groupsync.RemoveUsers, groupsync.RemoveRoles,
		groupsync.AddUsers, groupsync.AddRoles, groupsync.Delete, groupsync.Adopt,
	}
	_ = []groupsync.Guard{
		groupsync.GuardEmpty, groupsync.GuardPrefix, groupsync.GuardDeleteAll, groupsync.GuardGroup, groupsync.GuardTotal,
		groupsync.GuardDelete, groupsync.GuardGrant, groupsync.GuardRoles, groupsync.GuardCreate, groupsync.GuardUnknown,
	}
)
