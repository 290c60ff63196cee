package frontegg

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/pipeline"
	"github.com/frontegg-go/frontegg/internal/wire"
)

// send sends the call and expects no answer but success.
func (c *call) send(ctx context.Context) error {
	answer, err := c.do(ctx)
	answer.Release()
	return err
}

// sendForGroup sends the call and returns the group that it answers with.
func (c *call) sendForGroup(ctx context.Context) (*Group, error) {
	answer, err := c.do(ctx)
	if err != nil {
		return nil, err
	}
	defer answer.Release()
	if c.request.Op.Result == op.OptionalDocument && answer.BodyErr == nil && len(bytes.TrimSpace(answer.Body)) == 0 {
		return c.readBack(ctx)
	}
	var g Group
	err = c.decode(&answer, func() error {
		return wire.ReadGroup(answer.Body, func(w *wire.Group) { g = groupOf(w, c.options.relations) })
	})
	if err != nil {
		return nil, err
	}
	return &g, nil
}

// readBack gets the group that an update has changed without showing it.
func (c *call) readBack(ctx context.Context) (*Group, error) {
	get := *c
	get.request.Op, get.request.Body = op.Get, nil
	g, err := get.sendForGroup(ctx)
	if err != nil {
		return nil, because(fmt.Sprintf("frontegg: %s: the group was changed, but reading it back failed: %s", c.name, plain(err)), err)
	}
	return g, nil
}

// sendForGroups sends the call and returns the list of groups that it answers with.
func (c *call) sendForGroups(ctx context.Context) ([]Group, error) {
	groups, _, err := c.sendForList(ctx)
	return groups, err
}

// sendForPage sends the call and returns the page that it answers with.
func (c *call) sendForPage(ctx context.Context, number int) (*GroupPage, error) {
	groups, page, err := c.sendForList(ctx)
	if err != nil {
		return nil, err
	}
	return &GroupPage{
		Groups: groups, Page: number,
		TotalItems: max(0, int(page.Metadata.TotalItems)), TotalPages: max(0, int(page.Metadata.TotalPages)),
		Links: PageLinks(page.Links),
	}, nil
}

func (c *call) sendForList(ctx context.Context) ([]Group, wire.Page, error) {
	answer, err := c.do(ctx)
	if err != nil {
		return nil, wire.Page{}, err
	}
	defer answer.Release()
	groups := []Group{}
	var page wire.Page
	err = c.decode(&answer, func() (err error) {
		page, err = wire.ReadGroups(answer.Body, func(g *wire.Group) { groups = append(groups, groupOf(g, c.options.relations)) })
		return err
	})
	if err != nil {
		return nil, wire.Page{}, err
	}
	return groups, page, nil
}

// sendForConfig sends the call and returns the configuration that it answers with.
func (c *call) sendForConfig(ctx context.Context) (*GroupsConfig, error) {
	answer, err := c.do(ctx)
	if err != nil {
		return nil, err
	}
	defer answer.Release()
	var w wire.Config
	err = c.decode(&answer, func() (err error) { w, err = wire.ReadConfig(answer.Body); return err })
	if err != nil {
		return nil, err
	}
	return &GroupsConfig{Enabled: w.Enabled != nil && *w.Enabled, RolesEnabled: w.RolesEnabled != nil && *w.RolesEnabled}, nil
}

// decode reads the body of a success with read. A success that cannot be read
// is an error that shows what came.
func (c *call) decode(answer *pipeline.Response, read func() error) error {
	var err error
	switch {
	case errors.Is(answer.BodyErr, pipeline.ErrTooLarge):
		err = fmt.Errorf("%w: more than %d MiB; read long lists page by page with All", ErrResponseTooLarge, pipeline.MaxSuccess>>20)
	case answer.BodyErr != nil:
		err = answer.BodyErr
	default:
		err = read()
	}
	if err == nil {
		return nil
	}
	return unreadable(c.request.Op, answer, err, c.service.client.core.pipeline.Redact)
}

func groupOf(w *wire.Group, asked Relations) Group {
	return Group{
		ID: w.ID, Name: w.Name, Color: w.Color, Description: w.Description, Metadata: w.Metadata.String,
		Roles: convert(w.Roles, roleOf, asked.roles()), Users: convert(w.Users, userOf, asked.users()),
		ManagedBy: ManagedBy(w.ManagedBy), CreatedAt: w.CreatedAt.Time, UpdatedAt: w.UpdatedAt.Time,
	}
}

func roleOf(w *wire.Role) Role {
	return Role{
		ID: w.ID, VendorID: w.VendorID, TenantID: w.TenantID, Key: w.Key, Name: w.Name, Description: w.Description,
		IsDefault: w.IsDefault, FirstUserRole: w.FirstUserRole, Level: int(w.Level), Permissions: w.Permissions,
		CreatedAt: w.CreatedAt.Time, UpdatedAt: w.UpdatedAt.Time,
	}
}

func userOf(w *wire.User) User {
	return User{
		ID: w.ID, Email: w.Email, Name: w.Name, ProfilePictureURL: w.ProfilePictureURL,
		ActivatedForTenant: w.ActivatedForTenant, CreatedAt: w.CreatedAt.Time,
	}
}

// convert copies a list. One that was not there is nil, and so is an empty one
// that nobody asked for: it says nothing about the group.
func convert[W, T any](list wire.List[W], of func(*W) T, asked bool) []T {
	if !list.Present || len(list.Items) == 0 && !asked {
		return nil
	}
	out := make([]T, len(list.Items))
	for i := range list.Items {
		out[i] = of(&list.Items[i])
	}
	return out
}
