package main

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/frontegg-go/frontegg"
)

// tour is one run of the program against one account.
type tour struct {
	*connection
	*printer
	input  *input
	prefix string // of the names of all groups that this run makes
}

// quickstart is the program without its command line.
func quickstart(ctx context.Context, p *printer, dataDir string, write bool) (err error) {
	began := time.Now()
	in, err := readInput(dataDir)
	if err != nil {
		return err
	}
	c, err := connect(in)
	if err != nil {
		return err
	}
	defer c.close()
	t := &tour{connection: c, printer: p, input: in, prefix: "quickstart-" + strings.ToLower(rand.Text()[:6]) + "/"}
	t.introduce()
	if c.server == nil && !write {
		err = t.look(ctx)
	} else {
		err = t.work(ctx)
	}
	if err != nil {
		return err
	}
	t.line("done", "%d calls in %s", c.calls.count(""), round(time.Since(began)))
	return nil
}

func (t *tour) introduce() {
	if t.server != nil {
		t.line("server", "in memory, at %s", t.server.URL())
		t.more("Set FRONTEGG_CLIENT_ID, FRONTEGG_API_KEY and FRONTEGG_TENANT_ID to use an account of yours.")
	} else {
		t.line("server", "Frontegg")
	}
}

// look is what can be shown without changing anything.
func (t *tour) look(ctx context.Context) error {
	t.more("Only reading. Use -write to make groups and delete them again.")
	if err := t.configuration(ctx); err != nil {
		return err
	}
	groups, err := t.walk(ctx, "")
	if err != nil {
		return err
	}
	if err := t.bulkGet(ctx, groups); err != nil {
		return err
	}
	return t.notFound(ctx)
}

// work makes groups, shows what can be done with them, and deletes them, also
// when something in between goes wrong.
func (t *tour) work(ctx context.Context) (err error) {
	t.line("input", "%d people in %d teams", len(t.input.people), len(t.input.teams))
	if t.server == nil {
		t.more("The names of all groups begin with %s", t.prefix)
	}
	if err := t.configuration(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.cleanUp(ctx)) }()
	if err := t.createTeams(ctx); err != nil {
		return err
	}
	groups, err := t.walk(ctx, t.prefix)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context, []frontegg.Group) error{t.update, t.bulkGet, t.conflict} {
		if err := step(ctx, groups); err != nil {
			return err
		}
	}
	return t.notFound(ctx)
}
