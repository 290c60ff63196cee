package wire

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// group has fields of each kind.
type group struct {
	ID, Name, Metadata   string
	Roles, Users         []member
	CreatedAt, UpdatedAt time.Time
}

type member struct {
	ID    string
	Level int
	Flag  bool
	Tags  []string
}

// decoder reads groups as the client does.
type decoder struct {
	Decoder
	roles, users Elements[member]
	recent       Recent[member]
}

func (d *decoder) group(g *group) error {
	return d.Object(func(name []byte) error {
		switch string(name) {
		case "id":
			return d.String(&g.ID)
		case "name":
			return d.String(&g.Name)
		case "metadata":
			return d.String(&g.Metadata)
		case "roles":
			return d.roles.Read(&d.Decoder, &g.Roles, func(m *member) error {
				return d.recent.Object(&d.Decoder, m, d.member, func(m member) member { m.Tags = slices.Clone(m.Tags); return m })
			})
		case "users":
			return d.users.Read(&d.Decoder, &g.Users, d.member)
		case "createdAt":
			return d.Time(&g.CreatedAt)
		case "updatedAt":
			return d.Time(&g.UpdatedAt)
		}
		return d.Skip()
	})
}

func (d *decoder) member(m *member) error {
	return d.Object(func(name []byte) error {
		switch string(name) {
		case "id":
			return d.String(&m.ID)
		case "level":
			return d.Int(&m.Level)
		case "isDefault":
			return d.Bool(&m.Flag)
		case "tags":
			return d.Strings(&m.Tags)
		}
		return d.Skip()
	})
}

// object decodes a group.
func (d *decoder) object(body string) (g group, err error) {
	err = d.UnmarshalObject([]byte(body), "a group", func() error { return d.group(&g) })
	return g, err
}

// list decodes a list of groups.
func (d *decoder) list(body string) (groups []group, page Page, err error) {
	page, err = d.UnmarshalList([]byte(body), "groups", func() error {
		groups = append(groups, group{})
		return d.group(&groups[len(groups)-1])
	})
	return groups, page, err
}

// full is a group with every field.
const full = `{"id":"g1","name":"Admins","color":"#fff","metadata":"{\"a\":1}",
"createdAt":"2026-03-01T12:00:00.123Z","updatedAt":"2026-03-01T14:00:00+02:00",
"roles":[{"id":"r1","key":"k","isDefault":true,"level":3.0}],"users":[{"id":"u1","email":"e"}],"new":{"x":[1,2]}}`

func readOne(body string) (group, error) { return new(decoder).object(body) }

func read(body string) ([]group, Page, error) { return new(decoder).list(body) }

func TestUnmarshalObject_Fields(t *testing.T) {
	t.Parallel()
	g, err := readOne(full)
	require.NoError(t, err)
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	assert.True(t, g.CreatedAt.Equal(at.Add(123*time.Millisecond)))
	assert.True(t, g.UpdatedAt.Equal(at))
	g.CreatedAt, g.UpdatedAt = time.Time{}, time.Time{}
	assert.Equal(t, group{
		ID: "g1", Name: "Admins", Metadata: `{"a":1}`,
		Roles: []member{{ID: "r1", Flag: true, Level: 3}}, Users: []member{{ID: "u1"}},
	}, g)
}

func TestUnmarshalObject_NullAndMissingFields(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"id":"g"}`,
		`{"id":"g","name":null,"color":null,"description":null,"metadata":null,"createdAt":null,"updatedAt":null}`,
		`{"id":"g","createdAt":"","updatedAt":""}`,
	} {
		g, err := readOne(body)
		require.NoError(t, err, body)
		assert.Equal(t, group{ID: "g"}, g, body)
	}
	g, err := readOne(`{"name":"n","roles":null,"users":[]}`)
	require.NoError(t, err)
	assert.Equal(t, group{Name: "n", Roles: []member{}, Users: []member{}}, g)
	g, err = readOne(`{"users":[null,{"id":null,"level":null,"isDefault":null,"tags":null},{"isDefault":false}]}`)
	require.NoError(t, err)
	assert.Equal(t, make([]member, 3), g.Users)
	g, err = readOne("{\"id\":\"g\",\"name\":\"a\xffb\",\"metadata\":\"a\xffb\"}")
	require.NoError(t, err)
	assert.Equal(t, "a\ufffdb", g.Name)
	assert.Equal(t, "a\ufffdb", g.Metadata)
}

// notGroups are bodies that are not a group.
var notGroups = []string{
	"", " ", "null", "true", "42", `"g"`, "[]", `[{"id":"g"}]`, "<html>hello</html>",
	`{"id":"g"`, `{"id":"g"}x`, `{"id":"g"}{"id":"h"}`, `{"id":5}`, `{"id":"g","name":[]}`, `{"id":"g","id":"h"}`, `{"id":"g","new":1,"new":2}`, `{"id":"g","new":{"x":1,"x":2}}`, `{"id":"g","roles":[{"level":1,"level":2}]}`,
	`{"id":"g","users":[{"isDefault":1}]}`, `{"id":"g","users":[{"tags":"x"}]}`, `{"id":"g","users":[[]]}`, `{5:1}`, `{"id":"g",{}:1}`, `{"id":"g","roles":{}}`,
	`{"id":"g","roles":"none"}`, `{"id":"g","users":[5]}`, `{"id":"g","roles":[{"isDefault":"yes"}]}`, `{'id':'g'}`, `{"id":"g",}`, "\x1f\x8b\x08",
}

func TestUnmarshalObject_Invalid(t *testing.T) {
	t.Parallel()
	for _, body := range notGroups {
		_, err := readOne(body)
		assert.Error(t, err, body)
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, good := range []string{"2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000000000Z", "2026-03-01T13:00:00+01:00", `2026\u002d03-01T12:00:00Z`} {
		g, err := readOne(`{"id":"g","createdAt":"` + good + `"}`)
		require.NoError(t, err, good)
		assert.True(t, g.CreatedAt.Equal(want), good)
	}
	for _, bad := range []string{`"yesterday"`, `"2026-03-01"`, `"2026-03-01 12:00:00"`, `"2026-02-30T12:00:00Z"`, `1772366400`, `{}`, `[]`, `true`, `" "`} {
		_, err := readOne(`{"id":"g","createdAt":` + bad + `}`)
		require.Error(t, err, bad)
		assert.Contains(t, err.Error(), "createdAt", "the error names the field")
		_, _, err = read(`{"groups":[{"id":"g"},{"id":"h","updatedAt":` + bad + `}]}`)
		require.Error(t, err, bad)
		assert.Contains(t, err.Error(), "/groups/1/updatedAt", "the error names the field")
	}
}

func TestInt(t *testing.T) {
	t.Parallel()
	level := func(text string) (int, error) {
		g, err := readOne(`{"id":"g","roles":[{"level":` + text + `}]}`)
		if err != nil {
			return 0, err
		}
		return g.Roles[0].Level, nil
	}
	for text, want := range map[string]int{"3": 3, "3.0": 3, "3e0": 3, "30e-1": 3, "-2": -2, "0": 0, "-0.0": 0, "null": 0, "2147483647": math.MaxInt32, "2147483647.0": math.MaxInt32, "-2147483648": math.MinInt32} {
		got, err := level(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"2147483648", "-2147483649", "2147483648.0", "4294967299", "4294967299.0", "9007199254740992.0"} {
		got, err := level(text)
		want, _ := strconv.ParseFloat(text, 64)
		if math.MaxInt == math.MaxInt32 {
			require.Error(t, err, text)
			assert.Contains(t, err.Error(), "/roles/0/level", "the error names the field")
			continue
		}
		require.NoError(t, err, text)
		assert.InDelta(t, want, float64(got), 0, text)
	}
	for _, text := range []string{"3.5", `"3"`, "1e300", "99999999999999999999", "true", "[]", "9007199254740994.0"} {
		_, err := level(text)
		require.Error(t, err, text)
		assert.Contains(t, err.Error(), "/roles/0/level", "the error names the field")
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Count{"3": 3, "3.0": 3, "null": 0, "0": 0, "-2": 0, "3.5": 0, "1e300": 0, "99999999999999999999": 0} {
		_, page, err := read(`{"items":[],"_metadata":{"totalItems":` + text + `,"totalPages":` + text + `}}`)
		require.NoError(t, err, text)
		assert.Equal(t, Metadata{want, want}, page.Metadata, text)
	}
	for _, text := range []string{`"3"`, "true", "[]", "{}"} { // which are not numbers
		_, _, err := read(`{"items":[],"_metadata":{"totalPages":` + text + `}}`)
		require.Error(t, err, text)
		assert.Contains(t, err.Error(), "totalPages")
	}
}

func ids(groups []group) []string {
	var out []string
	for _, g := range groups {
		out = append(out, g.ID)
	}
	return out
}

func TestUnmarshalList_Shapes(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"groups":[{"id":"a"},{"id":"b"}]}`, `{"items":[{"id":"a"},{"id":"b"}]}`, `[{"id":"a"},{"id":"b"}]`,
		`{"new":{"groups":[1]},"groups":[{"id":"a"},{"id":"b"}],"newer":null}`,
	} {
		groups, page, err := read(body)
		require.NoError(t, err, body)
		assert.Equal(t, []string{"a", "b"}, ids(groups), body)
		assert.Zero(t, page)
	}
	for _, body := range []string{`{"groups":[]}`, `{"items":[]}`, `[]`, ` [ ] `} {
		groups, _, err := read(body)
		require.NoError(t, err, body)
		assert.Empty(t, groups)
	}
	_, page, err := read(`{"_links":{"next":"/x","prev":null,"first":"","more":1},"items":[],"_metadata":{"totalItems":7,"totalPages":4}}`)
	require.NoError(t, err)
	assert.Equal(t, Page{Links: Links{Next: "/x"}, Metadata: Metadata{TotalItems: 7, TotalPages: 4}}, page)
	_, page, err = read(`{"_links":null,"items":[],"_metadata":null}`)
	require.NoError(t, err)
	assert.Zero(t, page)
}

// notLists are bodies that must not be read as an empty list.
var notLists = []string{
	"", " ", "null", "true", "42", `"groups"`, "{}", `{"groups":null}`, `{"items":null}`, `{"groups":{}}`, `{"groups":"none"}`, `{"data":[]}`,
	`{"Groups":[]}`, `{"groups":[],"items":[]}`, `{"groups":[],"groups":[]}`, `{"errors":["no"]}`, "<html></html>", `{"groups":[]`, `{"groups":[`,
	`{"groups":[{"id":"a"}`, `{"groups":[]}x`, `[]]`, `[][]`, `[null]`, `[5]`, `["a"]`, `[[]]`, `{"groups":[{"id":"a"},null]}`,
	`{"groups":[{"id":"a"},{"id":5}]}`, `{"items":[],"_metadata":[]}`, `{"items":[],"_links":"x"}`,
}

func TestUnmarshalList_Invalid(t *testing.T) {
	t.Parallel()
	for _, body := range notLists {
		_, _, err := read(body)
		assert.Error(t, err, body)
	}
}

func TestUnmarshalList_RowsAreIndependent(t *testing.T) {
	t.Parallel()
	groups, _, err := read(`[` + full + `,{"id":"g2","roles":[{"id":"r2"}],"users":[{"id":"u2"},{"id":"u3"}]},{"id":"g3"},` + full + `]`)
	require.NoError(t, err)
	require.Len(t, groups, 4)
	assert.Equal(t, []member{{ID: "r2"}}, groups[1].Roles)
	assert.Equal(t, []member{{ID: "u2"}, {ID: "u3"}}, groups[1].Users)
	assert.Equal(t, group{ID: "g3"}, groups[2])
	assert.Equal(t, groups[0], groups[3])
}

func TestUnmarshalList_ErrorOfRow(t *testing.T) {
	t.Parallel()
	d, n := new(decoder), 0
	_, err := d.UnmarshalList([]byte(`{"groups":[{"id":"a"},{"id":"b"}]}`), "groups", func() error {
		if n++; n == 2 {
			return d.At(errors.Join(d.group(new(group)), errors.New("wrong")))
		}
		return d.group(new(group))
	})
	require.EqualError(t, err, "at /groups/1: wrong")
}

func TestUnmarshalObject_ErrorHasNoBody(t *testing.T) {
	t.Parallel()
	canary := "canary" + strings.Repeat("x", 200)
	for _, body := range []string{
		`{"id":"g","createdAt":"` + canary + `"}`, `{"id":"` + canary + `","name":5}`, canary, `"` + canary + `"`, `{"id":"g","metadata":[5,"` + canary + `"]}`, `{"id":"g","users":"` + canary + `"}`,
	} {
		_, err := readOne(body)
		require.Error(t, err, body)
		assert.NotContains(t, err.Error(), "canary")
	}
}

// One decoder reads responses that differ, in any order, as a new one does each.
func TestDecoder_Reused(t *testing.T) {
	t.Parallel()
	bodies := append([]string{
		full, `{"id":"g1"}`, `{"ID":"g1"}`, `{"\u0069d":"g1"}`, `{"id":"g\u0031"}`, `{"id":"g\\u0031"}`, "{\"id\":\"\xff\"}", "{\"id\":\"\ufffd\"}", `{"id":""}`,
		`{"id":"` + strings.Repeat("x", 2000) + `"}`, `{"metadata":"` + strings.Repeat(`\n`, 9000) + `"}`,
		`{"createdAt":"2026-03-01T12:00:00Z"}`, `{"createdAt":""}`, `{"createdAt":null}`, `{"id":"2026-03-01T12:00:00Z"}`, `{"createdAt":"2026-03-01T12:00:00.` + strings.Repeat("0", 2000) + `Z"}`,
		`{"roles":[{"id":"r1"}]}`, `{"roles":[ {"id":"r1"} , {"id":"r1","level":2},{"id":"r1"}]}`, `{"roles":[{"id":"r1","tags":["a","b"]}]}`, `{"roles":[null,{}]}`, `{"roles":[{}]}`,
		`{"roles":[{"id":"r1"},5]}`, `{"roles":[{"id":"r1"}`, `{"roles":[{"id":"r1"}x`, `{"roles":[{"id":"r1","id":"r2"}]}`, `{"roles":[` + strings.Repeat(`{"id":"r1"},`, 5000) + `{}]}`,
	}, notGroups...)
	reused := new(decoder)
	for range 3 {
		for _, body := range bodies {
			want, wantErr := readOne(body)
			g, err := reused.object(body)
			assert.Equal(t, want, g, body)
			assert.Equal(t, wantErr, err, body)
		}
		slices.Reverse(bodies)
	}
	assert.LessOrEqual(t, cap(reused.scratch), maxScratch)
	assert.LessOrEqual(t, cap(reused.roles.items), maxElements)
	for _, kept := range reused.strings {
		assert.LessOrEqual(t, max(len(kept[0].json), len(kept[1].json)), maxJSON)
	}
}

// What a caller changes is not shared with other groups.
func TestRecent_NoSharedMemory(t *testing.T) {
	t.Parallel()
	role := `{"id":"r1","tags":["a","b"],"new":"` + strings.Repeat("x", hashed) + `"}`
	d := new(decoder)
	first, err := d.object(`{"roles":[` + role + `,` + role + `]}`)
	require.NoError(t, err)
	for i := range first.Roles {
		first.Roles[i].Tags[0] = "changed"
		_ = append(first.Roles[i].Tags, "more")
	}
	second, err := d.object(`{"roles":[` + role + `]}`)
	require.NoError(t, err)
	assert.Equal(t, []member{{ID: "r1", Tags: []string{"a", "b"}}}, second.Roles)
}
