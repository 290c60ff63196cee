package main

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"iter"
	"slices"
	"time"

	"github.com/frontegg-go/frontegg/examples/internal/cli"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string
)

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"text": cli.Printable, // shows characters that would change the order or the look of others
	"date": date,
	"time": func(t time.Time) string { return t.Format("2 January 2006, 15:04 MST") },
}).Parse(pageHTML))

// page is what the template shows. The page allows its own script and style only, and
// no requests.
type page struct {
	header
	Style             template.CSS
	Script            template.JS
	StyleSum, CodeSum string

	grants iter.Seq2[grant, error]
	roles  map[[2]string]*roleCount // by tenant and role
	err    error
}

// roleCount is a row of the summary.
type roleCount struct {
	Tenant, Role, Key      string
	People, Direct, Groups int
	lastUser               string
}

// writeHTML writes the page while the grants are read. What is known only at the end,
// the summary and whether the review is complete, is at the end of the file, and shown
// at the top.
func writeHTML(w io.Writer, h header, grants iter.Seq2[grant, error]) error {
	p := &page{
		header: h, Style: template.CSS(pageCSS), Script: template.JS(pageJS),
		StyleSum: sum(pageCSS), CodeSum: sum(pageJS), grants: grants, roles: map[[2]string]*roleCount{},
	}
	if err := pageTemplate.Execute(w, p); err != nil {
		return err
	}
	return p.err
}

func sum(text string) string {
	hash := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(hash[:])
}

// Grants returns the rows of the table, up to an error.
func (p *page) Grants() iter.Seq[grant] {
	return func(yield func(grant) bool) {
		for g, err := range p.grants {
			if err != nil {
				p.err = err
				return
			}
			p.count(g)
			if !yield(g) {
				return
			}
		}
	}
}

func (p *page) count(g grant) {
	key := [2]string{g.TenantID, g.RoleID}
	c := p.roles[key]
	if c == nil {
		c = &roleCount{Tenant: g.Tenant, Role: g.Role, Key: g.RoleKey}
		p.roles[key] = c
	}
	if c.lastUser != g.UserID { // the grants of a person follow each other
		c.People++
		c.lastUser = g.UserID
	}
	if g.Through == "direct" {
		c.Direct++
	} else {
		c.Groups++
	}
}

// Roles returns the summary.
func (p *page) Roles() []*roleCount {
	var out []*roleCount
	for _, c := range p.roles {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *roleCount) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Role, b.Role))
	})
	return out
}

// Err returns why the review is incomplete; nil: it is complete.
func (p *page) Err() error { return p.err }
