package fronteggtest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/frontegg-go/frontegg"
)

// listedTenant is a tenant as the tenants API lists it.
type listedTenant struct {
	rowID string // the id of the row, which is not the tenant's ID
	value frontegg.Tenant
}

var tenantPages = pageRules{maxLimit, []string{"createdAt", "name", "tenantId"}}

func (s *Server) listTenants(c *call) response {
	q := c.URL.Query()
	p, failure := readPage(q, tenantPages)
	if failure != nil {
		return *failure
	}
	filter, ids := strings.ToLower(q.Get("_filter")), listParam(q, "_tenantIds")
	var tenants []*listedTenant
	for _, a := range s.tenantOrder {
		t := &a.listed.value
		if strings.Contains(strings.ToLower(t.Name+"\n"+t.ID), filter) && (ids == nil || slices.Contains(ids, t.ID)) {
			tenants = append(tenants, a.listed)
		}
	}
	if p.by != "" {
		slices.SortFunc(tenants, func(x, y *listedTenant) int {
			return cmp.Or(compareTenants(p.by, &x.value, &y.value), cmp.Compare(x.value.ID, y.value.ID))
		})
	}
	return lookupPage(s, c, p, tenants, s.tenantRowOf)
}

func compareTenants(by string, x, y *frontegg.Tenant) int {
	switch by {
	case "createdAt":
		return x.CreatedAt.Compare(y.CreatedAt)
	case "name":
		return cmp.Compare(x.Name, y.Name)
	}
	return 0
}
