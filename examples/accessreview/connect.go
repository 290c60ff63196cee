package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/examples/internal/cli"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// connect returns a review of the tenants that the flags and the environment name, or
// of a fake server in memory if no FRONTEGG_ variable is set. closeAll frees both.
func connect(ctx context.Context, cfg config, stderr io.Writer) (r *review, target string, closeAll func(), err error) {
	options := []frontegg.ClientOption{frontegg.WithApplication("accessreview", frontegg.Version)}
	var client *frontegg.Client
	if cli.HasEnvironment() {
		target = cli.Target(cfg.tenant)
		if cfg.allTenants {
			target = cli.Server() + ", all tenants"
		}
		client, err = frontegg.NewClientFromEnv(options...)
		closeAll = func() { _ = client.Close() }
	} else {
		target = "made-up data of a fake server"
		server := fronteggtest.NewServer()
		seed(server)
		client, err = server.MemoryClient(options...)
		closeAll = func() { _ = client.Close(); server.Close() }
		cfg.allTenants = cfg.allTenants || cfg.tenant == ""
	}
	if err != nil {
		return nil, "", nil, err
	}
	fmt.Fprintln(stderr, "accessreview:", target)
	tenants := client.Tenants.All(ctx, frontegg.TenantWalkOptions{})
	if !cfg.allTenants {
		tenants = one(frontegg.Tenant{ID: cmp.Or(cfg.tenant, os.Getenv("FRONTEGG_TENANT_ID"))})
	}
	return &review{client: client, tenants: tenants, concurrency: cfg.concurrency}, target, closeAll, nil
}

// one returns a walk over one tenant.
func one(tenant frontegg.Tenant) iter.Seq2[frontegg.Tenant, error] {
	return func(yield func(frontegg.Tenant, error) bool) { yield(tenant, nil) }
}

// seed adds two tenants to review.
func seed(server *fronteggtest.Server) {
	roles := map[string]frontegg.Role{}
	for _, name := range []string{"Admin", "Auditor", "Billing", "Developer", "Viewer"} {
		roles[name] = server.AddRole("", frontegg.Role{Key: strings.ToLower(name), Name: name})
	}
	people := []string{
		"Ada Bianchi", "Ben Okafor", "Chloé Moreau", "Dmitri Petrov", "Elena Novak", "Farid Haddad",
		"Gita Larsen", "Hugo Nakamura", "Ines Schmidt", "Jonas Weber", "Keiko Tanaka", "Liam Ito",
	}
	for i, tenant := range []frontegg.Tenant{{ID: "acme", Name: "Acme Corporation"}, {ID: "globex", Name: "Globex"}} {
		server.AddTenant(tenant)
		var users []frontegg.User
		for n, name := range people[i*4 : i*4+8] {
			first, last, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(name, "é", "e")), " ")
			users = append(users, server.AddUser(tenant.ID, frontegg.User{
				Name: name, Email: first + "." + last + "@example.com", Locked: n == 5,
				LastLogin: time.Date(2026, time.Month(11-n), 3+n, 9, 0, 0, 0, time.UTC),
			}))
		}
		server.AssignRoles(tenant.ID, users[0].ID, roles["Admin"].ID)
		server.AssignRoles(tenant.ID, users[3].ID, roles["Viewer"].ID, roles["Billing"].ID)
		for _, g := range []struct {
			name  string
			roles []string
			users []frontegg.User
		}{
			{"Everybody", []string{"Viewer"}, users},
			{"Engineering", []string{"Developer"}, users[1:5]},
			{"Finance", []string{"Billing", "Auditor"}, users[5:7]},
		} {
			group := frontegg.Group{Name: g.name, Users: g.users}
			for _, name := range g.roles {
				group.Roles = append(group.Roles, roles[name])
			}
			server.AddGroup(tenant.ID, group)
		}
	}
}
