package frontegg_test

import (
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestGroupPage_HasNext(t *testing.T) {
	t.Parallel()
	one := []frontegg.Group{{ID: "a"}}
	tests := []struct {
		name string
		page frontegg.GroupPage
		want bool
	}{
		{"before the last", frontegg.GroupPage{Groups: one, Page: 0, TotalPages: 2}, true},
		{"the last", frontegg.GroupPage{Groups: one, Page: 1, TotalPages: 2}, false},
		{"empty before the last", frontegg.GroupPage{Page: 0, TotalPages: 2}, false},
		{"not counted", frontegg.GroupPage{Groups: one, Page: 5}, true},
		{"not counted and empty", frontegg.GroupPage{Page: 5}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, tt.page.HasNext())
		})
	}
	assert.False(t, (*frontegg.GroupPage)(nil).HasNext())
}

func TestDecode_EveryField(t *testing.T) {
	t.Parallel()
	var group frontegg.Group
	var tenant frontegg.Tenant
	n := 0
	fill(reflect.ValueOf(&group).Elem(), &n)
	fill(reflect.ValueOf(&tenant).Elem(), &n)
	c := newClient(t, &fakeTransport{Respond: script(reply(200, asJSON(t, group)), reply(200, asJSON(t, []frontegg.Tenant{tenant})), reply(200, "[]"))})
	got, err := c.Groups.Get(t.Context(), "g1")
	require.NoError(t, err)
	assert.Equal(t, group, *got)
	tenants, err := all(c.Tenants.All(t.Context(), frontegg.TenantWalkOptions{}))
	require.NoError(t, err)
	assert.Equal(t, []frontegg.Tenant{tenant}, tenants)
}

// fill sets v, and all its fields, to values that are not zero and differ.
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
