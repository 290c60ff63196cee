package live

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

// namePrefix begins the names of all groups of a run.
const namePrefix = "frontegg-go-live "

// target is the server that is asked.
type target struct {
	name           string // heads the table
	connect        func(opts ...frontegg.ClientOption) (*frontegg.Client, error)
	roleID, userID string // "": questions about members are skipped
}

// run asks all questions once.
type run struct {
	t      *testing.T
	target target
	client *frontegg.Client
	groups *frontegg.GroupsService
	prefix string
	made   []string // IDs of groups to delete
}

// question is a fact to find out.
type question struct {
	asks     string
	expected string              // the fact on the in-memory server
	find     func(r *run) string // the fact on the target; "": cannot be asked
}

// ask asks all questions, prints the facts, and fails the test if one is not as
// expected.
func ask(t *testing.T, target target) {
	client, err := target.connect()
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	r := &run{t: t, target: target, client: client, groups: client.Groups, prefix: namePrefix + rand.Text()[:8] + " "}
	t.Cleanup(r.cleanUp)

	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { _, _ = fmt.Fprintln(w, strings.Join(cells, "\t")) } // a Builder returns no errors
	row("QUESTION", "FOUND", "EXPECTED")
	defer func() { // also if a question ends the test
		_ = w.Flush()
		_, _ = fmt.Fprintf(os.Stdout, "\nFacts about %s\n\n%s\n", target.name, table.String()) // without the prefixes of t.Log
	}()
	for _, q := range questions {
		switch found := q.find(r); found {
		case q.expected:
			row(q.asks, found, "the same")
		case "":
			row(q.asks, "not asked", q.expected)
		default:
			row(q.asks, found, q.expected+"  <-- DIFFERS")
			t.Errorf("%s: found %q, expected %q", q.asks, found, q.expected)
		}
	}
}

// cleanUp deletes the groups of the run, also after a failure.
func (r *run) cleanUp() {
	ctx := context.WithoutCancel(r.t.Context())
	for _, id := range r.made {
		if err := r.groups.Delete(ctx, id); err != nil && !errors.Is(err, frontegg.ErrNotFound) {
			r.t.Errorf("group %s is not deleted: %v", id, err)
		}
	}
}

// create creates a group whose name ends in name, to be deleted at the end.
func (r *run) create(params frontegg.CreateGroupParams, opts ...frontegg.RequestOption) (*frontegg.Group, error) {
	params.Name = r.prefix + params.Name
	g, err := r.groups.Create(r.t.Context(), params, opts...)
	if err == nil {
		r.made = append(r.made, g.ID)
	}
	return g, err
}

// group is create for questions that need the group.
func (r *run) group(name string) *frontegg.Group {
	r.t.Helper()
	g, err := r.create(frontegg.CreateGroupParams{Name: name})
	require.NoError(r.t, err)
	return g
}

// outcome returns the status of the response, or the error.
func outcome(response *frontegg.Response, err error) string {
	var apiErr *frontegg.APIError
	switch {
	case err == nil:
		return fmt.Sprint(response.StatusCode)
	case errors.As(err, &apiErr):
		return fmt.Sprint(apiErr.StatusCode)
	}
	return "no response: " + err.Error()
}
