package fronteggtest

import (
	"cmp"

	"github.com/frontegg-go/frontegg"
)

// userRow is a user of the users API.
type userRow struct {
	ID                      string       `json:"id"`
	Email                   string       `json:"email"`
	Name                    string       `json:"name"`
	ProfilePictureURL       *string      `json:"profilePictureUrl"`
	Sub                     string       `json:"sub"`
	Verified                bool         `json:"verified"`
	MFAEnrolled             bool         `json:"mfaEnrolled"`
	PhoneNumber             *string      `json:"phoneNumber"`
	Provider                string       `json:"provider"`
	TenantID                string       `json:"tenantId"`
	TenantIDs               []string     `json:"tenantIds"`
	ActivatedForTenant      *bool        `json:"activatedForTenant"`
	IsLocked                bool         `json:"isLocked"`
	Tenants                 []userTenant `json:"tenants"`
	Metadata                *string      `json:"metadata"`
	VendorMetadata          string       `json:"vendorMetadata"`
	ExternalID              *string      `json:"externalId"`
	CreatedAt               string       `json:"createdAt"`
	LastLogin               *string      `json:"lastLogin"`
	SubAccountAccessAllowed bool         `json:"subAccountAccessAllowed"`
	ManagedBy               string       `json:"managedBy"`
}

// userTenant is a tenant of a user. Its roles are empty in practice.
type userTenant struct {
	TenantID string   `json:"tenantId"`
	Roles    []string `json:"roles"`
}

// userRowOf returns a user as a call for tenantID sees it. tenantID may be empty.
func (s *Server) userRowOf(p *person, tenantID string) userRow {
	u := &p.value
	row := userRow{
		ID: u.ID, Email: u.Email, Name: u.Name, ProfilePictureURL: nullIfEmpty(u.ProfilePictureURL), Sub: u.ID,
		Verified: u.Verified, Provider: "local", TenantID: u.TenantIDs[0], TenantIDs: u.TenantIDs, IsLocked: u.Locked,
		VendorMetadata: "{}", ExternalID: nullIfEmpty(u.ExternalID), CreatedAt: formatTime(u.CreatedAt),
		ManagedBy: string(cmp.Or(u.ManagedBy, frontegg.ManagedByFrontegg)),
	}
	if !u.LastLogin.IsZero() {
		row.LastLogin = new(formatTime(u.LastLogin))
	}
	for _, id := range u.TenantIDs {
		row.Tenants = append(row.Tenants, userTenant{TenantID: id, Roles: []string{}})
		if id == tenantID {
			row.ActivatedForTenant = new(s.tenant(id).users[u.ID].value.ActivatedForTenant)
		}
	}
	return row
}

// roleRow is a role of the roles API.
type roleRow struct {
	ID            string   `json:"id"`
	VendorID      string   `json:"vendorId"`
	TenantID      *string  `json:"tenantId"`
	Key           string   `json:"key"`
	Name          string   `json:"name"`
	Description   *string  `json:"description"`
	IsDefault     bool     `json:"isDefault"`
	FirstUserRole bool     `json:"firstUserRole"`
	Level         int      `json:"level"`
	CreatedAt     string   `json:"createdAt"`
	UpdatedAt     string   `json:"updatedAt"`
	Permissions   []string `json:"permissions"`
}

func roleRowOf(r *frontegg.Role) roleRow {
	return roleRow{
		ID: r.ID, VendorID: r.VendorID, TenantID: nullIfEmpty(r.TenantID), Key: r.Key, Name: r.Name,
		Description: nullIfEmpty(r.Description), IsDefault: r.IsDefault, FirstUserRole: r.FirstUserRole, Level: r.Level,
		CreatedAt: formatTime(r.CreatedAt), UpdatedAt: formatTime(r.UpdatedAt), Permissions: r.Permissions,
	}
}

// tenantRow is a tenant of the tenants API. Its id is not the ID that other calls
// take: that is tenantId.
type tenantRow struct {
	ID         string  `json:"id"`
	TenantID   string  `json:"tenantId"`
	Name       string  `json:"name"`
	VendorID   string  `json:"vendorId"`
	IsReseller bool    `json:"isReseller"`
	Metadata   *string `json:"metadata"`
	CreatedAt  string  `json:"createdAt"`
	UpdatedAt  string  `json:"updatedAt"`
	DeletedAt  *string `json:"deletedAt"`
}

func (s *Server) tenantRowOf(t *listedTenant) tenantRow {
	return tenantRow{
		ID: t.rowID, TenantID: t.value.ID, Name: t.value.Name, VendorID: s.clientID, IsReseller: t.value.IsReseller,
		Metadata: nullIfEmpty(t.value.Metadata), CreatedAt: formatTime(t.value.CreatedAt), UpdatedAt: formatTime(t.value.UpdatedAt),
	}
}
