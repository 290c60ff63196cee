package fronteggtest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/fronteggtest"
)

// ways are the ways to reach a server.
var ways = map[string]func(*testing.T, *fronteggtest.Server) *caller{
	"in memory": inMemory,
	"over TCP":  overTCP,
	"over HTTP/2": func(t *testing.T, s *fronteggtest.Server) *caller {
		tls := httptest.NewUnstartedServer(s.Handler())
		tls.EnableHTTP2 = true
		tls.StartTLS()
		t.Cleanup(tls.Close)
		return &caller{t: t, http: http.Client{Transport: tls.Client().Transport}, base: tls.URL, header: headers(s)}
	},
}

func TestFault_OnCreate(t *testing.T) {
	t.Parallel()
	type want struct {
		status  int    // 0: no response
		body    string // a part
		cut     bool   // the body ends before its end
		applied int
	}
	gone := want{}
	for name, row := range map[string]struct {
		fault fronteggtest.Fault
		want  want
	}{
		"no fault":                 {fronteggtest.Fault{}, want{201, `"name":"x"`, false, 1}},
		"delay":                    {fronteggtest.Fault{Delay: time.Microsecond}, want{201, `"name":"x"`, false, 1}},
		"a status":                 {fronteggtest.Fault{Status: 503}, want{503, `{"errors":["Service Unavailable"]}`, false, 0}},
		"a status and body":        {fronteggtest.Fault{Status: 502, Body: "<html>"}, want{502, "<html>", false, 0}},
		"a status, applied":        {fronteggtest.Fault{Status: 503, Apply: true}, want{503, "Service", false, 1}},
		"a success, empty":         {fronteggtest.Fault{Status: 200, Apply: true}, want{200, "", false, 1}},
		"no content":               {fronteggtest.Fault{Status: 204}, want{204, "", false, 0}},
		"another body":             {fronteggtest.Fault{Body: "null"}, want{201, "null", false, 1}},
		"drop before apply":        {fronteggtest.Fault{Drop: fronteggtest.DropBeforeApply}, gone},
		"drop after apply":         {fronteggtest.Fault{Drop: fronteggtest.DropAfterApply}, want{applied: 1}},
		"drop after apply, status": {fronteggtest.Fault{Drop: fronteggtest.DropAfterApply, Status: 500}, want{applied: 1}},
		"partial header":           {fronteggtest.Fault{Drop: fronteggtest.DropMidHeader}, want{applied: 1}},
		"partial body":             {fronteggtest.Fault{Drop: fronteggtest.DropMidBody}, want{201, `{"id":"`, true, 1}},
		"partial error body":       {fronteggtest.Fault{Drop: fronteggtest.DropMidBody, Status: 500}, want{500, `{"err`, true, 0}},
		"partial empty body":       {fronteggtest.Fault{Drop: fronteggtest.DropMidBody, Status: 201}, want{201, "", true, 0}},
		"byte delay":               {fronteggtest.Fault{ByteDelay: time.Microsecond}, want{201, `"name":"x"`, false, 1}},
		"byte delay, then drop":    {fronteggtest.Fault{ByteDelay: time.Microsecond, Drop: fronteggtest.DropMidBody}, want{201, `{"id":"`, true, 1}},
		"a response function": {fronteggtest.Fault{Respond: func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.Copy(w, r.Body)
		}}, want{418, `{"name":"x"}`, false, 0}},
		"a response function, applied": {fronteggtest.Fault{Apply: true, Respond: func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, r.Header.Get("Authorization"))
		}}, want{200, "Bearer eyJ", false, 1}},
	} {
		for way, connect := range ways {
			t.Run(name+" "+way, func(t *testing.T) {
				t.Parallel()
				s := fronteggtest.Start(t)
				api := connect(t, s)
				s.Inject(row.fault)
				got, err := api.try("POST", v1, `{"name":"x"}`)
				assert.Equal(t, row.want.status, got.status)
				assert.Contains(t, got.body, row.want.body)
				assert.Equal(t, row.want.status == 0 || row.want.cut, err != nil, "%v", err)
				assert.Equal(t, row.want.applied, s.Applied("groups.create"))
				assert.Len(t, s.Groups("acme"), row.want.applied)
				require.Equal(t, 1, s.Count("groups.create"))
				logged := row.want.status
				if row.want.cut {
					logged = 0
				}
				assert.Equal(t, logged, s.Requests()[0].Status)
				assert.Equal(t, 200, api.do("GET", v1, "").status, "the fault is used up")
			})
		}
	}
}

func TestDrop_ClientError(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		connect func(*testing.T, *fronteggtest.Server) *caller
		drop    fronteggtest.Drop
		want    error
	}{
		"in memory, before":   {inMemory, fronteggtest.DropBeforeApply, syscall.ECONNRESET},
		"in memory, header":   {inMemory, fronteggtest.DropMidHeader, syscall.ECONNRESET},
		"in memory, mid body": {inMemory, fronteggtest.DropMidBody, io.ErrUnexpectedEOF},
		"over TCP, before":    {overTCP, fronteggtest.DropBeforeApply, io.EOF},
		"over TCP, header":    {overTCP, fronteggtest.DropMidHeader, io.ErrUnexpectedEOF},
		"over TCP, mid body":  {overTCP, fronteggtest.DropMidBody, io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fronteggtest.Start(t)
			s.Inject(fronteggtest.Fault{Drop: row.drop})
			_, err := row.connect(t, s).try("GET", v1, "")
			require.ErrorIs(t, err, row.want)
		})
	}
	t.Run("in memory it is a network error", func(t *testing.T) {
		t.Parallel()
		s := fronteggtest.Start(t)
		s.Inject(fronteggtest.Fault{Drop: fronteggtest.DropAfterApply})
		_, err := inMemory(t, s).try("GET", v1, "")
		_, ok := errors.AsType[*net.OpError](err)
		assert.True(t, ok)
	})
}

func TestFault_Matching(t *testing.T) {
	t.Parallel()
	list := [2]string{"GET", v1}
	page := [2]string{"GET", v2}
	login := [2]string{"POST", vendorPath}
	for name, row := range map[string]struct {
		faults   []fronteggtest.Fault
		requests [][2]string
		want     []int
	}{
		"once":                        {[]fronteggtest.Fault{{Status: 503}}, [][2]string{list, list}, []int{503, 200}},
		"three times":                 {[]fronteggtest.Fault{{Status: 503, Times: 3}}, [][2]string{list, page, list, list}, []int{503, 503, 503, 200}},
		"always":                      {[]fronteggtest.Fault{{Status: 503, Times: -1}}, [][2]string{list, page, list, page}, []int{503, 503, 503, 503}},
		"operation":                   {[]fronteggtest.Fault{{Status: 503, Op: "groups.listPage"}}, [][2]string{list, page, page}, []int{200, 503, 200}},
		"operation prefix":            {[]fronteggtest.Fault{{Status: 503, Op: "groups.*", Times: 2}}, [][2]string{login, page, list}, []int{400, 503, 503}},
		"after two":                   {[]fronteggtest.Fault{{Status: 503, Op: "groups.list", After: 2}}, [][2]string{list, page, list, list, list}, []int{200, 200, 200, 503, 200}},
		"in order":                    {[]fronteggtest.Fault{{Status: 500}, {Status: 502, Times: 2}}, [][2]string{list, list, list, list}, []int{500, 502, 502, 200}},
		"after, behind another fault": {[]fronteggtest.Fault{{Status: 500}, {Status: 502, After: 1}}, [][2]string{list, list, list, list}, []int{500, 200, 502, 200}},
		"other tenant":                {[]fronteggtest.Fault{{Status: 503, Tenant: "globex"}}, [][2]string{list}, []int{200}},
		"same tenant":                 {[]fronteggtest.Fault{{Status: 503, Tenant: "acme"}}, [][2]string{list}, []int{503}},
		"unknown path":                {[]fronteggtest.Fault{{Status: 503}}, [][2]string{{"GET", "/nowhere"}, {"GET", "/nowhere"}}, []int{503, 404}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fronteggtest.Start(t)
			api := inMemory(t, s)
			for _, f := range row.faults {
				s.Inject(f)
			}
			var got []int
			for _, r := range row.requests {
				got = append(got, api.do(r[0], r[1], "").status)
			}
			assert.Equal(t, row.want, got)
		})
	}
}

func TestFault_Mentions(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		mentions, method, path, body string
		want                         bool
	}{
		"group in the path":     {"g1", "GET", v1 + "/g1", "", true},
		"escaped group":         {"g1", "GET", v1 + "/%671", "", true},
		"group of a member":     {"g1", "DELETE", v1 + "/g1/users", `{"userIds":["u1"]}`, true},
		"another group":         {"g2", "GET", v1 + "/g1", "", false},
		"user in a list":        {"u2", "POST", v1 + "/g1/users", `{"userIds":["u1","u2"]}`, true},
		"a part of an ID":       {"u", "POST", v1 + "/g1/users", `{"userIds":["u1","u2"]}`, false},
		"the name of a member":  {"userIds", "POST", v1 + "/g1/users", `{"userIds":["u1"]}`, false},
		"name of a new group":   {"New", "POST", v1, `{"name":"New","color":"red"}`, true},
		"color of a new group":  {"red", "POST", v1, `{"name":"New","color":"red"}`, true},
		"nested value":          {"x", "PATCH", v1 + "/g1", `{"more":{"list":[{"id":"x"}]}}`, true},
		"ID in the query":       {"u2", "GET", usersV3 + "/groups?ids=u1,u2", "", true},
		"address in the query":  {"a@b.c", "GET", usersV3 + "?_email=a%40b.c", "", true},
		"a number":              {"1", "PATCH", v1 + "/g1", `{"more":1}`, false},
		"body that is not JSON": {"x", "POST", v1, `x`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := oneGroup(t)
			s.Inject(fronteggtest.Fault{Mentions: row.mentions, Status: 403, Times: -1})
			api := inMemory(t, s)
			for range 2 {
				assert.Equal(t, row.want, api.do(row.method, row.path, row.body).status == 403)
			}
		})
	}
}

func TestServer_ClearFaults(t *testing.T) {
	t.Parallel()
	s := fronteggtest.Start(t)
	api := inMemory(t, s)
	s.Inject(fronteggtest.Fault{Status: 503, Times: -1})
	require.Equal(t, 503, api.do("GET", v1, "").status)
	s.ClearFaults()
	assert.Equal(t, 200, api.do("GET", v1, "").status)
}

func TestFault_Header(t *testing.T) {
	t.Parallel()
	s := fronteggtest.Start(t, fronteggtest.WithRateLimit(5, time.Minute))
	s.Inject(fronteggtest.Fault{Header: http.Header{
		"content-type": {"text/html"}, "X-Rate-Limit-Limit": {"9"}, "X-More": {"a", "b"},
	}})
	got := inMemory(t, s).do("GET", v1, "")
	assert.Equal(t, []string{"text/html"}, got.header["Content-Type"])
	assert.Equal(t, "9", got.header.Get("X-Rate-Limit-Limit"))
	assert.Equal(t, "4", got.header.Get("X-Rate-Limit-Remaining"))
	assert.Equal(t, []string{"a", "b"}, got.header["X-More"])
	assert.JSONEq(t, `{"groups":[]}`, got.body)
}

func TestServer_UnknownOperation(t *testing.T) {
	t.Parallel()
	s := fronteggtest.NewServer()
	for name, call := range map[string]func(op string){
		"Inject":  func(op string) { s.Inject(fronteggtest.Fault{Op: op}) },
		"Count":   func(op string) { s.Count(op) },
		"Applied": func(op string) { s.Applied(op) },
	} {
		panicText := func(op string) (text string) {
			defer func() { text = fmt.Sprint(recover()) }()
			call(op)
			return ""
		}
		for _, op := range []string{"groups.crate", "Groups.create", "group.*", "groups"} {
			text := panicText(op)
			assert.Contains(t, text, name)
			assert.Contains(t, text, strconv.Quote(op))
			for _, valid := range fronteggtest.Operations() {
				assert.Contains(t, text, valid)
			}
		}
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	all := fronteggtest.Operations()
	assert.True(t, slices.IsSorted(all))
	assert.Len(t, slices.Compact(slices.Clone(all)), len(all))
	for _, op := range all {
		assert.NotPanics(t, func() { fronteggtest.NewServer().Inject(fronteggtest.Fault{Op: op}) })
	}
	assert.Contains(t, all, "groups.create")
	assert.Contains(t, all, "tenants.listPage")
	assert.Contains(t, all, "auth.vendor")
}

func TestServer_Inject_InvalidStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []int{-1, 100, 199, 1000} {
		assert.Panics(t, func() { fronteggtest.NewServer().Inject(fronteggtest.Fault{Status: status}) }, status)
	}
}

func TestFault_Timing(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		fault   fronteggtest.Fault
		want    time.Duration
		applied int
		err     error
	}{
		"delay":                         {fronteggtest.Fault{Delay: time.Minute}, time.Minute, 1, nil},
		"delay, then drop":              {fronteggtest.Fault{Delay: time.Minute, Drop: fronteggtest.DropAfterApply}, time.Minute, 1, syscall.ECONNRESET},
		"delay beyond the timeout":      {fronteggtest.Fault{Delay: 3 * time.Hour}, time.Hour, 0, context.DeadlineExceeded},
		"byte delay":                    {fronteggtest.Fault{Status: 200, Apply: true, Body: "12345", ByteDelay: time.Second}, 5 * time.Second, 1, nil},
		"byte delay beyond the timeout": {fronteggtest.Fault{ByteDelay: time.Hour / 2}, time.Hour, 1, context.DeadlineExceeded},
		"hang":                          {fronteggtest.Fault{Drop: fronteggtest.DropBeforeApply, Hang: true}, time.Hour, 0, context.DeadlineExceeded},
		"hang after apply":              {fronteggtest.Fault{Drop: fronteggtest.DropAfterApply, Hang: true}, time.Hour, 1, context.DeadlineExceeded},
		"hang in the body":              {fronteggtest.Fault{Drop: fronteggtest.DropMidBody, Hang: true}, time.Hour, 1, context.DeadlineExceeded},
		"hang in the header":            {fronteggtest.Fault{Drop: fronteggtest.DropMidHeader, Hang: true}, time.Hour, 1, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := fronteggtest.Start(t)
				s.Inject(row.fault)
				api := inMemory(t, s)
				api.http.Timeout = time.Hour
				began := time.Now()
				_, err := api.try("POST", v1, `{"name":"x"}`)
				require.ErrorIs(t, err, row.err)
				assert.Equal(t, row.want, time.Since(began))
				s.Close() // waits for requests in progress
				assert.Equal(t, row.applied, s.Applied(""))
			})
		})
	}
}

func TestFault_Hang(t *testing.T) {
	t.Parallel()
	for way, connect := range ways {
		for _, drop := range []fronteggtest.Drop{
			fronteggtest.DropBeforeApply, fronteggtest.DropAfterApply, fronteggtest.DropMidHeader, fronteggtest.DropMidBody,
		} {
			t.Run(way, func(t *testing.T) {
				t.Parallel()
				s := fronteggtest.Start(t)
				api := connect(t, s)
				ctx, cancel := context.WithCancel(t.Context())
				s.Inject(fronteggtest.Fault{Op: "groups.create", Drop: drop, Hang: true, Times: 2})

				ended := make(chan error)
				go func() { ended <- send(ctx, api) }()
				require.Eventually(t, func() bool { return s.Count("groups.create") == 1 }, time.Minute, time.Millisecond)
				cancel()
				require.ErrorIs(t, <-ended, context.Canceled)

				go func() { ended <- send(t.Context(), api) }()
				require.Eventually(t, func() bool { return s.Count("groups.create") == 2 }, time.Minute, time.Millisecond)
				s.Close()
				require.Error(t, <-ended)
			})
		}
	}
}

// send sends a create and reads the response; it may be called on any goroutine.
func send(ctx context.Context, api *caller) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, api.base+v1, strings.NewReader(`{"name":"x"}`))
	if err != nil {
		return err
	}
	req.Header = api.header
	resp, err := api.http.Do(req)
	if err != nil {
		return err
	}
	_, err = io.ReadAll(resp.Body)
	return errors.Join(err, resp.Body.Close())
}
