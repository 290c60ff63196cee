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

// namePrefix begins the names of all groups that a run makes.
const namePrefix = "frontegg-go-live "

// account is where the questions are put.
type account struct {
	name           string // heads the table
	connect        func(opts ...frontegg.ClientOption) (*frontegg.Client, error)
	roleID, userID string // "": questions about members stay open
}

// run is one run through all questions.
type run struct {
	t       *testing.T
	account account
	groups  *frontegg.GroupsService
	prefix  string
	made    []string // ids of groups, to be deleted
}

// question is something to find out.
type question struct {
	asks     string
	expected string              // what the in-memory server answers
	find     func(r *run) string // what this one answers; "": cannot be asked here
}

// ask puts all questions to an account, prints what it finds, and fails the test
// where that is not what is expected.
func ask(t *testing.T, a account) {
	client, err := a.connect()
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	r := &run{t: t, account: a, groups: client.Groups, prefix: namePrefix + rand.Text()[:8] + " "}
	t.Cleanup(r.cleanUp)

	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { _, _ = fmt.Fprintln(w, strings.Join(cells, "\t")) } // a Builder takes all
	row("QUESTION", "FOUND", "EXPECTED")
	defer func() { // also where a question ends the test
		_ = w.Flush()
		_, _ = fmt.Fprintf(os.Stdout, "\nFacts about %s\n\n%s\n", a.name, table.String()) // whole, unlike t.Log
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

// cleanUp deletes what the run has made, also after a failure.
func (r *run) cleanUp() {
	ctx := context.WithoutCancel(r.t.Context())
	for _, id := range r.made {
		if err := r.groups.Delete(ctx, id); err != nil && !errors.Is(err, frontegg.ErrNotFound) {
			r.t.Errorf("group %s is left behind: %v", id, err)
		}
	}
}

// create makes a group whose name ends in name, to be deleted at the end.
func (r *run) create(params frontegg.CreateGroupParams, opts ...frontegg.RequestOption) (*frontegg.Group, error) {
	params.Name = r.prefix + params.Name
	g, err := r.groups.Create(r.t.Context(), params, opts...)
	if err == nil {
		r.made = append(r.made, g.ID)
	}
	return g, err
}

// group is create where nothing but a group will do.
func (r *run) group(name string) *frontegg.Group {
	r.t.Helper()
	g, err := r.create(frontegg.CreateGroupParams{Name: name})
	require.NoError(r.t, err)
	return g
}

// outcome is the status that a call was answered with, or the kind of failure.
func outcome(response *frontegg.Response, err error) string {
	var answer *frontegg.APIError
	switch {
	case err == nil:
		return fmt.Sprint(response.StatusCode)
	case errors.As(err, &answer):
		return fmt.Sprint(answer.StatusCode)
	}
	return "no answer: " + err.Error()
}
