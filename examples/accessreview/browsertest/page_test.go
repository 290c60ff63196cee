// Package browsertest tests the page of accessreview in headless Chromium, Debian's
// package chromium. It is a module of its own: the program does not need a browser. Run
// it with -count=1 after a change of the program, which the cache of go test does not
// see.
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// markup are names that try to become part of the page.
var markup = []string{
	`<script>window.pwned = 1</script>`,
	`</script><script>window.pwned = 1</script>`,
	`<img src=x onerror="window.pwned = 1">`,
	`"><svg onload=window.pwned=1>`,
	`{{.Err}}`,
	`<!-- <style>body{display:none}</style>`,
	`javascript:window.pwned=1`,
	`=HYPERLINK("http://example.com","x")`,
}

// newServer returns a server whose users, roles and groups have such names.
func newServer(t *testing.T) *fronteggtest.Server {
	t.Helper()
	s := fronteggtest.Start(t)
	s.AddTenant(frontegg.Tenant{ID: "acme", Name: markup[0]})
	viewer := s.AddRole("", frontegg.Role{Key: "viewer", Name: "Viewer"})
	admin := s.AddRole("", frontegg.Role{Key: "admin", Name: "Admin"})
	var users []frontegg.User
	for i, name := range append([]string{"Ada", "Bob"}, markup...) {
		u := s.AddUser("acme", frontegg.User{Name: name, Email: string(rune('a'+i)) + "@example.com"})
		users = append(users, u)
	}
	s.AssignRoles("acme", users[0].ID, admin.ID)
	s.AddGroup("acme", frontegg.Group{Name: "Team", Roles: []frontegg.Role{viewer}, Users: users})
	for _, name := range markup {
		role := s.AddRole("", frontegg.Role{Key: name, Name: name})
		s.AddGroup("acme", frontegg.Group{Name: name, Roles: []frontegg.Role{role}, Users: users[1:2]})
	}
	return s
}

// patience is for what happens within a second, unless the machine is busy.
const patience = 5 * time.Minute

// program is accessreview, and chromium a context of a running browser.
var (
	program  string
	chromium context.Context
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "browsertest-*")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "accessreview")
	build := exec.Command("go", "build", "-o", program, "..")
	if out, err := build.CombinedOutput(); err != nil {
		panic(string(out))
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		panic("install Debian's package chromium: " + err.Error())
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.WSURLReadTimeout(patience),
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.UserDataDir(filepath.Join(dir, "profile")), chromedp.WindowSize(1200, 1000),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	defer cancel()
	chromium, cancel = chromedp.NewContext(ctx)
	defer cancel()
	if err := chromedp.Do(chromium, chromedp.Navigate("about:blank")); err != nil { // starts it
		panic(err)
	}
	return m.Run()
}

// review writes the page of the server's tenants to a file.
func review(t *testing.T, s *fronteggtest.Server) (url string) {
	t.Helper()
	id, key := s.Credentials()
	run := exec.CommandContext(t.Context(), program, "-format", "html", "-all-tenants")
	run.Env = append(os.Environ(), "FRONTEGG_CLIENT_ID="+id, "FRONTEGG_API_KEY="+key, "FRONTEGG_BASE_URL="+s.URL(), "FRONTEGG_REGION=", "FRONTEGG_TENANT_ID=")
	text, _ := run.Output() // an incomplete review is a page, too
	file := filepath.Join(t.TempDir(), "review.html")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	return "file://" + file
}

// browser is a page that is open in Chromium.
type browser struct {
	context.Context
	t *testing.T

	mu       sync.Mutex
	requests []string
	problems []string // dialogs, exceptions and violations of the policy
}

// open opens a page in a tab of its own.
func open(t *testing.T, url string) *browser {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chromium)
	t.Cleanup(cancel)
	b := &browser{t: t}
	require.NoError(t, chromedp.Listen(ctx, b.listen))
	ctx, cancel = context.WithTimeout(ctx, patience)
	t.Cleanup(cancel)
	b.Context = ctx
	b.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, network.Enable, network.EnableParams{})
		return err
	}), chromedp.Navigate(url))
	return b
}

func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *page.EventJavascriptDialogOpening:
		b.problems = append(b.problems, "dialog: "+e.Message)
	case *log.EventEntryAdded:
		b.problems = append(b.problems, e.Entry.Text)
	}
}

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b, actions...))
}

// js returns the value of an expression.
func js[T any](b *browser, expression string) T {
	b.t.Helper()
	out, err := chromedp.Run(b, chromedp.Evaluate[T](expression))
	require.NoError(b.t, err)
	return out
}

// column returns the text of the cells of a column of the rows that are shown.
func (b *browser) column(n string) []string {
	b.t.Helper()
	return js[[]string](b, `[...document.querySelectorAll("#grants tbody tr:not([hidden]) td:nth-child(`+n+`)")].map(td => td.textContent)`)
}

func TestPage_NamesAreText(t *testing.T) {
	url := review(t, newServer(t))
	b := open(t, url)
	assert.False(t, js[bool](b, "window.pwned !== undefined"))
	assert.Equal(t, 1, js[int](b, "document.scripts.length"))
	assert.Equal(t, 0, js[int](b, "document.querySelectorAll('img, svg, iframe, link, a, object').length"))
	people, roles, groups := strings.Join(b.column("1"), "\n"), strings.Join(b.column("2"), "\n"), strings.Join(b.column("3"), "\n")
	for _, name := range markup {
		assert.Contains(t, people, name)
		assert.Contains(t, roles, name)
		assert.Contains(t, groups, name)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	assert.Equal(t, []string{url}, b.requests, "no external requests")
	assert.Empty(t, b.problems)
}

func TestPage_FilterAndSort(t *testing.T) {
	b := open(t, review(t, newServer(t)))
	all := b.column("1")
	require.Len(t, all, 19)
	assert.True(t, js[bool](b, `document.querySelector("thead th").getAttribute("aria-sort") === "ascending"`))

	b.do(chromedp.SendKeys(chromedp.CSS("#filter"), "ada ADMIN"))
	assert.Equal(t, []string{"Adaa@example.com"}, b.column("1"))
	assert.Equal(t, "1 of 19 grants", js[string](b, `document.getElementById("shown").textContent`))
	assert.True(t, js[bool](b, `filter.value = "", filter.dispatchEvent(new Event("input"))`))
	assert.Len(t, b.column("1"), 19)

	b.do(chromedp.Click(chromedp.CSS("#grants thead th:nth-child(3) button")))
	through := b.column("3")
	assert.Equal(t, "direct", through[0])
	b.do(chromedp.Click(chromedp.CSS("#grants thead th:nth-child(3) button")))
	through = b.column("3")
	assert.Equal(t, "direct", through[len(through)-1])
	assert.Equal(t, "descending", js[string](b, `document.querySelector("#grants thead th:nth-child(3)").getAttribute("aria-sort")`))
	assert.Equal(t, 1, js[int](b, `document.querySelectorAll("[aria-sort]").length`))
}

func TestPage_ByRole(t *testing.T) {
	b := open(t, review(t, newServer(t)))
	b.do(chromedp.Click(chromedp.CSS("#by-role")))
	assert.Equal(t, "Role", js[string](b, `document.querySelector("#grants thead th").textContent`))
	first := b.column("1")
	assert.Contains(t, first, "Adminadmin")
	assert.IsIncreasing(t, []int{indexOf(first, "Adminadmin"), indexOf(first, "Viewerviewer")})
	assert.Equal(t, 9, js[int](b, `[...document.querySelectorAll("#grants td.role.same")].filter(td => td.textContent === "Viewerviewer").length`), "a role is shown once")

	b.do(chromedp.Click(chromedp.CSS("#roles tbody tr:nth-child(1) button")))
	assert.NotEmpty(t, js[string](b, `document.getElementById("filter").value`))
	b.do(chromedp.Click(chromedp.CSS("#by-person")))
	assert.Equal(t, "Person", js[string](b, `document.querySelector("#grants thead th").textContent`))
}

func indexOf(texts []string, text string) int {
	for i, t := range texts {
		if t == text {
			return i
		}
	}
	return -1
}

func TestPage_Print(t *testing.T) {
	b := open(t, review(t, newServer(t)))
	const visible = `(selector => getComputedStyle(document.querySelector(selector)).display !== "none")`
	assert.True(t, js[bool](b, visible+`(".controls")`))
	assert.False(t, js[bool](b, visible+`(".sign")`))
	b.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	}))
	assert.False(t, js[bool](b, visible+`(".controls")`))
	assert.True(t, js[bool](b, visible+`(".sign")`))
	assert.True(t, js[bool](b, visible+`("td.decision")`))
	assert.Contains(t, js[string](b, `getComputedStyle(document.querySelector("td.decision"), "::after").content`), "revoke")
	pdf, err := chromedp.Run(b, chromedp.PrintToPDF())
	require.NoError(t, err)
	assert.Greater(t, len(pdf), 10_000)
}

func TestPage_Narrow(t *testing.T) {
	b := open(t, review(t, newServer(t)))
	b.do(chromedp.EmulateViewport(800, 900))
	assert.LessOrEqual(t, js[int](b, "document.documentElement.scrollWidth"), 800)
}

func TestPage_Incomplete(t *testing.T) {
	s := newServer(t)
	s.AddTenant(frontegg.Tenant{ID: "other", Name: "Other"})
	s.Inject(fronteggtest.Fault{Op: "groups.listPage", Tenant: "other", Status: 403, Times: -1})
	b := open(t, review(t, s))
	assert.Contains(t, js[string](b, `document.querySelector(".incomplete").textContent`), "Do not sign it")
	assert.True(t, js[bool](b, `document.querySelector(".incomplete").getBoundingClientRect().top < document.querySelector(".summary").getBoundingClientRect().top`), "above the tables")
	assert.NotEmpty(t, b.column("1"))
}
