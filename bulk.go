package frontegg

import (
	"context"
	"fmt"
	"slices"

	"github.com/frontegg-go/frontegg/internal/prefetch"
	"github.com/frontegg-go/frontegg/internal/validate"
)

const (
	bulkBatch       = 200 // ids in one bulkGet request
	bulkConcurrency = 8   // bulkGet requests at once
)

// bulkBody is the body of bulkGet; the name of its field is the server's.
type bulkBody struct {
	IDs []string `json:"groupsIds"`
}

// sendInBulk asks for the groups with the ids, in batches at once, and returns
// them in the order asked.
func (c *call) sendInBulk(ctx context.Context, ids []string) ([]Group, error) {
	for i, id := range ids {
		if reason := validate.GroupID(id); reason != "" {
			c.refuse(fmt.Sprintf("ids[%d]", i), reason)
			break
		}
	}
	c.refuseIf(ctx == nil, "ctx", "is nil")
	if c.problem != nil {
		return nil, c.problem
	}
	ids = unique(ids)
	place := make(map[string]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	groups := make([]Group, len(ids))
	for got, err := range prefetch.All(ctx, batches(len(ids)), func(ctx context.Context, i int) (fetched, error) {
		batch := *c
		deliver := batch.privately()
		batch.setBody(bulkBody{ids[i*bulkBatch : min((i+1)*bulkBatch, len(ids))]})
		page, err := batch.sendForPage(ctx, i)
		return fetched{page, deliver}, err
	}) {
		got.deliver()
		if err != nil {
			return nil, err
		}
		for _, g := range got.page.Groups {
			if i, asked := place[g.ID]; asked {
				groups[i] = g
			}
		}
	}
	return slices.DeleteFunc(groups, func(g Group) bool { return g.ID == "" }), nil
}

// batches are all asked for at once: unlike the pages of a walk they are known.
func batches(ids int) prefetch.Options[fetched] {
	n := (ids + bulkBatch - 1) / bulkBatch
	return prefetch.Options[fetched]{Limit: bulkConcurrency, InitialWindow: bulkConcurrency, HasMore: func(i int) bool { return i < n }}
}
