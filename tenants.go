package frontegg

import "time"

// Tenant is an account of the environment.
//
// A field that the server left out or sent as null is the zero value.
type Tenant struct {
	// ID is what [Client.ForTenant] and [WithTenant] take.
	ID   string `json:"tenantId"`
	Name string `json:"name"`
	// Metadata is JSON in a string, as the API stores it. It may be empty.
	Metadata string `json:"metadata"`
	// IsReseller reports whether the tenant may have sub-tenants.
	IsReseller bool      `json:"isReseller"`
	CreatedAt  time.Time `json:"createdAt"`
	UpdatedAt  time.Time `json:"updatedAt"`
}
