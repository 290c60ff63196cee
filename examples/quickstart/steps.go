package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/frontegg-go/frontegg"
)

// configuration shows how the environment uses groups.
func (t *tour) configuration(ctx context.Context) error {
	config, err := t.groups.Config(ctx)
	if err != nil {
		return err
	}
	t.line("config", "groups are %s, roles of groups are %s", onOff(config.Enabled), onOff(config.RolesEnabled))
	return nil
}

// summary is what the table shows of a group.
type summary struct {
	name    string
	members int
	roles   []string
}

// walk reads the groups whose names begin with prefix, and shows the largest.
func (t *tour) walk(ctx context.Context, prefix string) ([]frontegg.Group, error) {
	const largest = 8
	pages := t.calls.count("groups.listPage")
	options := frontegg.WalkOptions{Concurrency: 4}
	if t.server != nil {
		options.PageSize = 10 // to have some pages to show; the default is 200
	}
	var groups []frontegg.Group
	var table []summary
	for group, err := range t.groups.All(ctx, options, frontegg.WithRelations(frontegg.RelationsRolesAndUsers)) {
		if err != nil {
			return nil, fmt.Errorf("after %d groups: %w", len(groups), err)
		}
		if !strings.HasPrefix(group.Name, prefix) {
			continue
		}
		row := summary{name: strings.TrimPrefix(group.Name, prefix), members: len(group.Users)}
		for _, r := range group.Roles {
			row.roles = append(row.roles, r.Key)
		}
		groups, table = append(groups, group), append(table, row)
	}
	slices.SortFunc(table, bySize)
	pages = t.calls.count("groups.listPage") - pages
	t.line("walk", "%s on %s; the largest:", counted(len(groups), "group"), counted(pages, "page"))
	for _, row := range table[:min(len(table), largest)] {
		t.more("  %-22s %3d members   %s", row.name, row.members, strings.Join(row.roles, ", "))
	}
	return groups, nil
}

// update changes one group: a field that is set changes, one that is nil stays.
func (t *tour) update(ctx context.Context, groups []frontegg.Group) error {
	if len(groups) == 0 {
		return nil
	}
	changed, err := t.groups.Update(ctx, groups[0].ID, frontegg.UpdateGroupParams{
		Description: new("Changed by the quick start"),
		Color:       new(""),
	})
	if err != nil {
		return err
	}
	t.line("update", "%s: description %q, no color", t.short(changed.Name), changed.Description)
	return nil
}

// unknownID is well formed, and the id of no group.
const unknownID = "00000000-0000-4000-8000-000000000000"

// bulkGet reads some groups by id, among them one that does not exist.
func (t *tour) bulkGet(ctx context.Context, groups []frontegg.Group) error {
	ids := []string{unknownID}
	for _, g := range groups[:min(len(groups), 3)] {
		ids = append(ids, g.ID)
	}
	found, err := t.groups.BulkGet(ctx, ids)
	if err != nil {
		return err
	}
	var names []string
	for _, g := range found {
		names = append(names, t.short(g.Name))
	}
	t.line("bulk get", "asked for %d ids, got %d groups: %s", len(ids), len(found), strings.Join(names, ", "))
	return nil
}

// conflict asks for a name that is taken, and goes on with the group that has it.
func (t *tour) conflict(ctx context.Context, groups []frontegg.Group) error {
	if len(groups) == 0 {
		return nil
	}
	_, err := t.groups.Create(ctx, frontegg.CreateGroupParams{Name: groups[0].Name})
	if !errors.Is(err, frontegg.ErrConflict) {
		return fmt.Errorf("a second group of the name %q: want a conflict, got: %w", groups[0].Name, err)
	}
	group, err := t.groups.FindByName(ctx, groups[0].Name)
	if err != nil {
		return err
	}
	t.line("409", "the name %s is taken; found the group that has it, with id %s", t.short(group.Name), group.ID)
	return nil
}

// notFound asks for a group that does not exist, and takes that as an answer.
func (t *tour) notFound(ctx context.Context) error {
	_, err := t.groups.Get(ctx, unknownID)
	if !errors.Is(err, frontegg.ErrNotFound) {
		return fmt.Errorf("a group that does not exist: want not found, got: %w", err)
	}
	t.line("404", "there is no group %s; to a program that deletes, that is success", unknownID)
	return nil
}

// cleanUp deletes every group of this run. It looks for their names, so that it
// finds also a group whose creation was never answered, and goes on after the
// end of ctx and after errors.
func (t *tour) cleanUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Minute)
	defer cancel()
	var ours []frontegg.Group // all, before the first is deleted: a deletion moves rows to other pages
	for group, err := range t.groups.All(ctx, frontegg.WalkOptions{}) {
		if err != nil {
			return fmt.Errorf("delete the groups whose names begin with %s: %w", t.prefix, err)
		}
		if strings.HasPrefix(group.Name, t.prefix) {
			ours = append(ours, group)
		}
	}
	var failed []error
	for i, g := range ours {
		err := t.groups.Delete(ctx, g.ID)
		if err != nil && !errors.Is(err, frontegg.ErrNotFound) {
			failed = append(failed, fmt.Errorf("delete the group %q: %w", g.Name, err))
		}
		t.progress("clean up", i+1, len(ours))
	}
	t.line("clean up", "%d groups deleted, %d left", len(ours)-len(failed), len(failed))
	return errors.Join(failed...)
}

// short is a name without the prefix of this run.
func (t *tour) short(name string) string { return strings.TrimPrefix(name, t.prefix) }

func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
