package frontegg_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestBulkGet_GoexitInTransport(t *testing.T) {
	t.Parallel()
	s := &table{limit: 200, rows: numbered(2_000)}
	c := clientOf(t, func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost || r.URL.Query().Get("_offset") == "3" || strings.HasSuffix(r.URL.Path, "/v3/groups") {
			runtime.Goexit()
		}
		return s.RoundTrip(r)
	})
	_, err := c.Groups.BulkGet(t.Context(), []string{"g1"})
	require.Error(t, err)
	_, err = c.Users.GroupIDs(t.Context(), []string{"u1"})
	require.Error(t, err)
	for kind, walk := range walks(c, 0, 4) {
		got, err := walk(t.Context())
		require.Error(t, err, kind)
		assert.Equal(t, numbered(600), got)
	}
	var resp frontegg.Response
	for _, err := range c.Groups.All(t.Context(), frontegg.WalkOptions{Concurrency: 4}, frontegg.WithResponse(&resp)) {
		if err != nil {
			assert.Equal(t, 200, resp.StatusCode)
		}
	}
}

func TestSetUsers_EntriesWithoutValidID(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		entries string
		skipped []string
	}{
		"null": {`null`, []string{""}}, "no ID": {`{"email":"a@b.c"}`, []string{""}}, "null ID": {`{"id":null}`, []string{""}},
		"address": {`{"id":"jane@acme.com"}`, []string{"jane@acme.com"}}, "several": {`null,{"id":"a b"},{"id":""},{"id":"é"}`, []string{"", "a b", "é"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sent []string
			c := clientOf(t, func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodGet {
					list := `[` + tt.entries + `,{"id":"keep"},{"id":"old"}]`
					return httpmock.NewStringResponse(200, `{"id":"g","users":`+list+`,"roles":`+list+`}`), nil
				}
				got, err := readRequest(r)
				sent = append(sent, r.Method+got.body)
				return httpmock.NewStringResponse(200, ""), err
			})
			for field, set := range map[string]func(context.Context, string, []string, ...frontegg.RequestOption) (frontegg.Change, error){
				"userIds": c.Groups.SetUsers, "roleIds": c.Groups.SetRoles,
			} {
				sent = nil
				change, err := set(t.Context(), "g", []string{"keep", "new"})
				require.NoError(t, err)
				assert.Equal(t, frontegg.Change{Added: []string{"new"}, Removed: []string{"old"}, Skipped: tt.skipped}, change)
				assert.Equal(t, []string{`DELETE{"` + field + `":["old"]}`, `POST{"` + field + `":["new"]}`}, sent)
			}
		})
	}
}

func TestUpdate_WithoutGroupInResponse(t *testing.T) {
	t.Parallel()
	for body, wantErr := range map[string]bool{
		"": false, "{}": false, "null": false, "true": false, "[]": false, `""`: false, `{"success":true}`: false, `{"id":null}`: false,
		"false": true, "<html>": true, `{"errors":["no"]}`: true, `{"message":"no"}`: true, `{"id":"g1"`: true, `{"id":5}`: true,
	} {
		w := newWire()
		w.respond("PATCH", groups+"/g1", 200, body)
		w.respond("GET", groups+"/g1", 200, groupJSON)
		g, err := w.client(t).Groups.Update(t.Context(), "g1", frontegg.UpdateGroupParams{Name: new("Eng")})
		if wantErr {
			var decode *frontegg.DecodeError
			require.ErrorAs(t, err, &decode, body)
			assert.Len(t, w.sent(), 1)
			continue
		}
		require.NoError(t, err, body)
		assert.Equal(t, "Eng", g.Name)
		assert.Len(t, w.sent(), 2)
	}
}

func TestConfig_NeverConfigured(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]*frontegg.GroupsConfig{
		"null": {}, "{}": {}, `{"enabled":null}`: {}, `{"rolesEnabled":true,"id":"x"}`: {RolesEnabled: true},
		"": nil, "[]": nil, "true": nil, `{"errors":["no"]}`: nil, `{"enabled":"yes"}`: nil, `{"enabled":true`: nil, "<html>": nil,
	} {
		w := newWire()
		w.respond("GET", groups+"/config", 200, body)
		got, err := w.client(t).Groups.Config(t.Context())
		if want == nil {
			var decode *frontegg.DecodeError
			require.ErrorAs(t, err, &decode, body)
			continue
		}
		require.NoError(t, err, body)
		assert.Equal(t, want, got, body)
	}
}

func TestMetadata_AsEncodingJSON(t *testing.T) {
	t.Parallel()
	type metadata struct {
		Owner   string
		Number  json.Number   `json:"number"`
		Zero    int           `json:"zero,omitempty"`
		Wait    time.Duration `json:"wait"`
		List    []string      `json:"list"`
		Ignored string        `json:"-"`
	}
	text, err := frontegg.EncodeMetadata(metadata{Owner: "a<b>", Number: "12345678901234567890", Wait: time.Second})
	require.NoError(t, err)
	assert.JSONEq(t, `{"Owner":"a<b>","number":12345678901234567890,"wait":1000000000,"list":null}`, text)
	assert.Contains(t, text, "<b>")
	var got metadata
	require.NoError(t, frontegg.Group{Metadata: `{"owner":"x","NUMBER":7,"zero":1,"wait":5,"list":["a"],"list":["b"]}`}.DecodeMetadata(&got))
	assert.Equal(t, metadata{Owner: "x", Number: "7", Zero: 1, Wait: 5, List: []string{"b"}}, got)
	sorted, err := frontegg.EncodeMetadata(map[string]any{"b": 1, "a": json.RawMessage(`{"y": 1}`)})
	require.NoError(t, err)
	assert.Regexp(t, "^.*a.*b.*$", sorted)
	_, err = frontegg.EncodeMetadata(make(chan int))
	require.Error(t, err)
}

func TestResponse_Reused(t *testing.T) {
	t.Parallel()
	w := newWire()
	w.respond("GET", groups+"/g1", 200, groupJSON)
	c := w.client(t)
	var resp frontegg.Response
	fill := func() {
		_, err := c.Groups.Get(t.Context(), "g1", frontegg.WithResponse(&resp))
		require.NoError(t, err)
		require.Equal(t, 200, resp.StatusCode)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, fail := range map[string]func() error{
		"invalid argument": func() error { return c.Groups.Delete(t.Context(), "", frontegg.WithResponse(&resp)) },
		"ended context":    func() error { return c.Groups.Delete(ended, "g1", frontegg.WithResponse(&resp)) },
		"no connection": func() error {
			return c.Groups.Delete(t.Context(), "g2", frontegg.WithResponse(&resp), frontegg.WithTimeout(time.Millisecond))
		},
		"walk": func() error {
			for _, err := range c.Groups.All(ended, frontegg.WalkOptions{Concurrency: 4}, frontegg.WithResponse(&resp)) {
				return err
			}
			return nil
		},
		"bulk": func() error {
			_, err := c.Groups.BulkGet(t.Context(), []string{"a/b"}, frontegg.WithResponse(&resp))
			return err
		},
	} {
		fill()
		require.Error(t, fail(), name)
		assert.Zero(t, resp, name)
	}
}

func TestResponse_SecondRequestWithoutResponse(t *testing.T) {
	t.Parallel()
	c := clientOf(t, func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodGet {
			return httpmock.NewStringResponse(200, `{"id":"g","users":[]}`), nil
		}
		return nil, errors.New("connection reset")
	}, frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1}))
	var resp frontegg.Response
	_, err := c.Groups.SetUsers(t.Context(), "g", []string{"u"}, frontegg.WithResponse(&resp))
	require.Error(t, err)
	assert.Zero(t, resp)
}

func TestDecode_EveryField(t *testing.T) {
	t.Parallel()
	var group frontegg.Group
	n := 0
	fill(reflect.ValueOf(&group).Elem(), &n)
	var tenant frontegg.Tenant
	fill(reflect.ValueOf(&tenant).Elem(), &n)
	c := clientOf(t, func(r *http.Request) (*http.Response, error) {
		if strings.Contains(r.URL.Path, "/tenants/") {
			return httpmock.NewJsonResponse(200, []frontegg.Tenant{tenant})
		}
		return httpmock.NewJsonResponse(200, group)
	})
	got, err := c.Groups.Get(t.Context(), "g1")
	require.NoError(t, err)
	assert.Equal(t, group, *got)
	for read, err := range c.Tenants.All(t.Context(), frontegg.TenantWalkOptions{}) {
		require.NoError(t, err)
		assert.Equal(t, tenant, read)
		return
	}
	assert.Fail(t, "no tenant")
}

// fill makes v, and all its fields, something else than zero, and than each other.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(strconv.Itoa(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(int64(*n))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), n)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 3, 14, 15, 9, *n, 0, time.UTC)))
			return
		}
		for _, field := range v.Fields() {
			fill(field, n)
		}
	}
}
