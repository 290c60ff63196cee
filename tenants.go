package frontegg

import (
	"context"
	"iter"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
)

// TenantsService finds the tenants of an environment. It requires the credentials of an
// environment: see [WithCredentials]. Use it as [Client.Tenants]. It is safe for concurrent
// use.
type TenantsService service

// Tenant is a tenant of the environment: an account, with its users, roles and groups.
//
// A field that is missing or null in the response is the zero value.
type Tenant struct {
	// ID is what [Client.ForTenant] and [WithTenant] take.
	ID   string `json:"tenantId"`
	Name string `json:"name"`
	// Metadata is JSON in a string, as the API stores it. It may be empty.
	Metadata string `json:"metadata"`
	// IsReseller is whether the tenant may have sub-tenants.
	IsReseller bool      `json:"isReseller"`
	CreatedAt  time.Time `json:"createdAt"`
	UpdatedAt  time.Time `json:"updatedAt"`
}

var tenantResource = &resource[Tenant]{
	name: "a tenant", list: "tenants", decode: (*decoder).tenant, id: tenantID, label: tenantID, labels: "tenantId",
}

func (d *decoder) tenant(t *Tenant) error {
	return d.Object(func(name []byte) error {
		switch string(name) {
		case "tenantId":
			return d.String(&t.ID)
		case "name":
			return d.String(&t.Name)
		case "metadata":
			return d.String(&t.Metadata)
		case "isReseller":
			return d.Bool(&t.IsReseller)
		case "createdAt":
			return d.Time(&t.CreatedAt)
		case "updatedAt":
			return d.Time(&t.UpdatedAt)
		}
		return d.Skip()
	})
}

func tenantID(t *Tenant) string { return t.ID }

// TenantWalkOptions are the options of [TenantsService.All]. The zero value reads pages of
// 200 tenants, one at a time.
type TenantWalkOptions struct {
	PageSize int // tenants per page, at most 200; 0 means 200; the server may return fewer
	// Concurrency is the maximum number of pages that are fetched at once, ahead of the
	// reader. 0 and 1 mean one, when the reader needs it.
	Concurrency int
}

// All returns an iterator over all tenants of the environment, by ID. It sends no tenant.
// It reads page by page and yields each tenant once. An error is yielded last. See
// [GroupsService.All] for what happens when tenants are added or removed meanwhile.
//
// [ErrForbidden] or [ErrUnauthorized]: the credentials are not those of an environment.
// [ErrPagination]: the server repeats a page, or has more than 10,000.
//
// GET /tenants/resources/tenants/v2, for each page.
// See https://developers.frontegg.com/ciam/api/tenants/accounts/tenantcontrollerv2_gettenants.
func (s *TenantsService) All(ctx context.Context, walk TenantWalkOptions, opts ...RequestOption) iter.Seq2[Tenant, error] {
	return func(yield func(Tenant, error) bool) {
		c := newCall((*service)(s), op.ListTenantsPage, opts)
		c.name = "tenants.all"
		newWalk(c, tenantResource, walk.PageSize, walk.Concurrency, func(c *call, page, size int) {
			c.setQuery(listQuery{Limit: size, Offset: page, SortBy: "tenantId", Order: Ascending})
		}).all(ctx)(yield)
	}
}
