package groupsync_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

func TestCompute(t *testing.T) {
	t.Parallel()
	described := owned("1", "k", "Eng")
	described.Description, described.Color = "d", "red"
	roles := owned("1", "k", "Eng")
	roles.Roles = rolesOf("ra", "rb")
	tests := []struct {
		name   string
		wanted groupsync.Group
		actual []frontegg.Group
		steps  []string
	}{
		{"a new group", groupsync.Group{Key: "k", Name: "Eng", UserIDs: []string{"ub", "ua"}}, nil, []string{`create "Eng"`, `add users of "Eng" (2)`}},
		{"the same", groupsync.Group{Key: "k", Name: "Eng", UserIDs: []string{"ua"}}, []frontegg.Group{owned("1", "k", "Eng", "ua")}, []string{}},
		{"another name", groupsync.Group{Key: "k", Name: "Eng"}, []frontegg.Group{owned("1", "k", "Dev")}, []string{`rename "Dev" to "Eng"`}},
		{"another description", groupsync.Group{Key: "k", Name: "Eng", Description: new("d")}, []frontegg.Group{owned("1", "k", "Eng")}, []string{`edit "Eng"`}},
		{"nil texts are left as they are", groupsync.Group{Key: "k", Name: "Eng"}, []frontegg.Group{described}, []string{}},
		{"an empty description clears it", groupsync.Group{Key: "k", Name: "Eng", Description: new("")}, []frontegg.Group{described}, []string{`edit "Eng"`}},
		{"an empty color clears it", groupsync.Group{Key: "k", Name: "Eng", Color: new("")}, []frontegg.Group{described}, []string{`edit "Eng"`}},
		{"one left and one came", groupsync.Group{Key: "k", Name: "Eng", UserIDs: []string{"ub"}}, []frontegg.Group{owned("1", "k", "Eng", "ua")}, []string{`remove users of "Eng" (1)`, `add users of "Eng" (1)`}},
		{"nil members are left as they are", groupsync.Group{Key: "k", Name: "Eng"}, []frontegg.Group{owned("1", "k", "Eng", "ua")}, []string{}},
		{"empty members mean none", groupsync.Group{Key: "k", Name: "Eng", UserIDs: []string{}}, []frontegg.Group{owned("1", "k", "Eng", "ua")}, []string{`remove users of "Eng" (1)`}},
		{"nil roles are left as they are", groupsync.Group{Key: "k", Name: "Eng"}, []frontegg.Group{roles}, []string{}},
		{"other roles", groupsync.Group{Key: "k", Name: "Eng", RoleIDs: []string{"rb", "rc"}}, []frontegg.Group{roles}, []string{`remove roles of "Eng" (1)`, `add roles of "Eng" (1)`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := groupsync.Compute([]groupsync.Group{tt.wanted}, tt.actual, hr)
			require.NoError(t, err)
			assert.Equal(t, tt.steps, texts(p))
			assert.Equal(t, len(tt.steps) == 0, p.Empty())
			assert.Empty(t, p.Skipped)
		})
	}
}

func TestCompute_EditOnlyDifferences(t *testing.T) {
	t.Parallel()
	g := owned("1", "k", "Eng")
	g.Color, g.Description = "red", "old"
	p, err := groupsync.Compute([]groupsync.Group{{Key: "k", Name: "Eng", Description: new(""), Color: new("red")}}, []frontegg.Group{g}, hr)
	require.NoError(t, err)
	assert.Equal(t, []groupsync.Step{{Kind: groupsync.Edit, GroupID: "1", Key: "k", Name: "Eng", Description: new("")}}, p.Steps)
}

func TestCompute_Batches(t *testing.T) {
	t.Parallel()
	p, err := groupsync.Compute([]groupsync.Group{{Key: "k", Name: "Eng", UserIDs: numbered(1200)}}, nil, hr)
	require.NoError(t, err)
	assert.Equal(t, []string{`create "Eng"`, `add users of "Eng" (500)`, `add users of "Eng" (500)`, `add users of "Eng" (200)`}, texts(p))
	assert.Equal(t, groupsync.Counts{Created: 1, UsersAdded: 1200}, p.Counts())
}

func TestCompute_OrderOfInput(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 0))
		c := randomCase(random)
		p, err := groupsync.Compute(c.wanted, c.actual, c.opts)
		require.NoError(t, err, "seed %d", seed)
		shuffled := slices.Clone(c.wanted)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		random.Shuffle(len(c.actual), func(i, j int) { c.actual[i], c.actual[j] = c.actual[j], c.actual[i] })
		again, err := groupsync.Compute(shuffled, c.actual, c.opts)
		require.NoError(t, err, "seed %d", seed)
		require.Equal(t, p, again, "seed %d", seed)
	}
}

func TestCompute_InvalidArguments(t *testing.T) {
	t.Parallel()
	eng := groupsync.Group{Key: "k", Name: "Eng"}
	unread := owned("1", "k", "Eng")
	unread.Users = nil
	noRoles := owned("1", "k", "Eng")
	noRoles.Roles = nil
	tests := []struct {
		name    string
		wanted  []groupsync.Group
		actual  []frontegg.Group
		opts    groupsync.Options
		message string
	}{
		{"no owner", []groupsync.Group{eng}, nil, groupsync.Options{}, "Options.Owner is empty"},
		{"a share above one", []groupsync.Group{eng}, nil, groupsync.Options{Owner: "hr", MaxChange: 1.1}, "Options.MaxChange is not a share from 0 to 1"},
		{"a negative share", []groupsync.Group{eng}, nil, groupsync.Options{Owner: "hr", MaxChange: -0.1}, "Options.MaxChange"},
		{"a share that is no number", []groupsync.Group{eng}, nil, groupsync.Options{Owner: "hr", MaxChange: math.NaN()}, "Options.MaxChange"},
		{"a negative floor", []groupsync.Group{eng}, nil, groupsync.Options{Owner: "hr", ChangeFloor: -1}, "Options.ChangeFloor is negative"},
		{"a prefix that is not text", []groupsync.Group{eng}, nil, groupsync.Options{Owner: "hr", Prefix: "\xff"}, "Options.Prefix is not UTF-8"},
		{"no key", []groupsync.Group{{Name: "Eng"}}, nil, hr, `wanted[0] (key "").Key is empty`},
		{"a key that is not text", []groupsync.Group{{Key: "\xff", Name: "Eng"}}, nil, hr, "Key is not UTF-8"},
		{"no name", []groupsync.Group{{Key: "k", Name: " "}}, nil, hr, `wanted[0] (key "k").Name is empty`},
		{"a description that is not text", []groupsync.Group{{Key: "k", Name: "Eng", Description: new("\xff")}}, nil, hr, "Description is not UTF-8"},
		{"a color that is not text", []groupsync.Group{{Key: "k", Name: "Eng", Color: new("\xff")}}, nil, hr, "Color is not UTF-8"},
		{"a key twice", []groupsync.Group{eng, {Key: "k", Name: "Ops"}}, nil, hr, `wanted[1] (key "k").Key "k" is also that of row 0`},
		{"a name twice", []groupsync.Group{eng, {Key: "l", Name: "Eng"}}, nil, hr, `wanted[1] (key "l").Name "Eng" is also that of row 0`},
		{"a name outside the prefix", []groupsync.Group{{Key: "l", Name: "x-Ops"}, eng}, nil, groupsync.Options{Owner: "hr", Prefix: "x-"}, `wanted[1] (key "k").Name "Eng" is outside the prefix "x-"`},
		{"an empty user id", []groupsync.Group{{Key: "k", Name: "Eng", UserIDs: []string{"ua", ""}}}, nil, hr, `wanted[0] (key "k").UserIDs[1] is empty`},
		{"an e-mail address for a user id", []groupsync.Group{{Key: "k", Name: "Eng", UserIDs: []string{"a@b.c"}}}, nil, hr, "UserIDs[0] is an e-mail address, not an id"},
		{"a role id twice", []groupsync.Group{{Key: "k", Name: "Eng", RoleIDs: []string{"ra", "ra"}}}, nil, hr, `wanted[0] (key "k").RoleIDs[1] is the same as [0]`},
		{"an actual group without an id", []groupsync.Group{eng}, []frontegg.Group{{Name: "a"}}, hr, "actual[0].ID is empty"},
		{"an actual group twice", []groupsync.Group{eng}, []frontegg.Group{{ID: "1"}, {ID: "1"}}, hr, `actual[1].ID "1" is also that of row 0`},
		{"members that were not read", []groupsync.Group{{Key: "k", Name: "Eng", UserIDs: []string{}}}, []frontegg.Group{unread}, hr, `actual[0] (id "1").Users was not read`},
		{"roles that were not read", []groupsync.Group{{Key: "k", Name: "Eng", RoleIDs: []string{}}}, []frontegg.Group{noRoles}, hr, `actual[0] (id "1").Roles was not read`},
		{"roles that were not read and might be granted", []groupsync.Group{{Key: "k", Name: "Eng", UserIDs: []string{"ua"}}}, []frontegg.Group{noRoles}, hr, `actual[0] (id "1").Roles was not read`},
		{"members that were not read and might be granted roles", []groupsync.Group{{Key: "k", Name: "Eng", RoleIDs: []string{"ra"}}}, []frontegg.Group{unread}, hr, `actual[0] (id "1").Users was not read`},
		{"members that were not read, of a group to delete", []groupsync.Group{{Key: "l", Name: "Ops"}}, []frontegg.Group{unread}, groupsync.Options{Owner: "hr", Delete: true}, `actual[0] (id "1").Users was not read`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := groupsync.Compute(tt.wanted, tt.actual, tt.opts)
			assert.Nil(t, p)
			var invalid *frontegg.ValidationError
			require.ErrorAs(t, err, &invalid)
			assert.Contains(t, err.Error(), tt.message)
		})
	}
}

func TestCompute_AllErrorsReported(t *testing.T) {
	t.Parallel()
	_, err := groupsync.Compute([]groupsync.Group{{Key: "k"}, {Name: "Eng"}, {Key: "k", Name: "Eng"}}, nil, hr)
	require.Error(t, err)
	for _, part := range []string{`wanted[0] (key "k").Name is empty`, `wanted[1] (key "").Key is empty`, `wanted[2] (key "k").Key`, `wanted[2] (key "k").Name`} {
		assert.Contains(t, err.Error(), part)
	}
}

func TestCompute_ManyErrors(t *testing.T) {
	t.Parallel()
	var emails []string
	for _, id := range numbered(1000) {
		emails = append(emails, id+"@example.com")
	}
	_, err := groupsync.Compute([]groupsync.Group{{Key: "k", Name: "Eng", UserIDs: emails}}, nil, hr)
	problems := lines(err.Error())
	require.Len(t, problems, 21)
	assert.Contains(t, problems[19], "UserIDs[19] is an e-mail address, not an id")
	assert.Equal(t, "and 980 more", problems[20])

	unread := make([]frontegg.Group, 100)
	wanted := make([]groupsync.Group, 100)
	for i, id := range numbered(100) {
		unread[i] = frontegg.Group{ID: id, Name: id, Metadata: marked("hr", id)}
		wanted[i] = groupsync.Group{Key: id, Name: id, UserIDs: []string{}}
	}
	_, err = groupsync.Compute(wanted, unread, hr)
	assert.Len(t, lines(err.Error()), 21)
}

func TestPlan_Counts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		before map[string]string
		after  map[string]string
		counts groupsync.Counts
	}{
		{"a circle of three", map[string]string{"1": "A", "2": "B", "3": "C"}, map[string]string{"1": "B", "2": "C", "3": "A"}, groupsync.Counts{Renamed: 3}},
		{"a new group gets the old name of another", map[string]string{"1": "A"}, map[string]string{"1": "B", "2": "A"}, groupsync.Counts{Created: 1, Renamed: 1}},
		{"a group gets a new key", map[string]string{"1": "A"}, map[string]string{"2": "A"}, groupsync.Counts{Created: 1, Deleted: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var wanted []groupsync.Group
			var actual []frontegg.Group
			for key, name := range tt.before {
				actual = append(actual, owned("id"+key, key, name))
			}
			for key, name := range tt.after {
				wanted = append(wanted, groupsync.Group{Key: key, Name: name})
			}
			p, err := groupsync.Compute(wanted, actual, groupsync.Options{Owner: "hr", Delete: true})
			require.NoError(t, err)
			assert.Equal(t, tt.counts, p.Counts())
		})
	}
}

func TestCompute_RelationsNotNeeded(t *testing.T) {
	t.Parallel()
	g := owned("1", "k", "Eng")
	g.Users, g.Roles = nil, nil
	p, err := groupsync.Compute([]groupsync.Group{{Key: "k", Name: "Dev"}}, []frontegg.Group{g}, hr)
	require.NoError(t, err)
	assert.Equal(t, []string{`rename "Eng" to "Dev"`}, texts(p))
}

func TestCompute_LargePlan(t *testing.T) {
	t.Parallel()
	const groups, members = 2000, 50
	users := numbered(10_000)
	var wanted []groupsync.Group
	var actual []frontegg.Group
	for i := range groups {
		id := strconv.Itoa(i)
		of := users[i : i+members]
		wanted = append(wanted, groupsync.Group{Key: id, Name: "Team " + id, UserIDs: of, RoleIDs: []string{"ra"}})
		switch i % 4 {
		case 0:
			actual = append(actual, owned("id"+id, id, "Team "+id, users[i+2:i+members+2]...))
		case 1:
			actual = append(actual, owned("id"+id, id, "Old team "+id, of...))
		case 2:
			actual = append(actual, frontegg.Group{ID: "id" + id, Name: "Team " + id})
		}
	}
	var (
		p     *groupsync.Plan
		err   error
		shown string
		took  time.Duration
	)
	for range 10 { // on a busy machine, the first may take long
		began := time.Now()
		p, err = groupsync.Compute(wanted, actual, groupsync.Options{Owner: "hr", GrantRoles: true, MaxChange: 1, MaxTotal: -1})
		require.NoError(t, err)
		shown = p.String()
		if took = time.Since(began); took < 5*time.Second {
			break
		}
	}
	assert.Less(t, took, 5*time.Second, "it takes some 60 ms; the limit leaves room for -race")
	assert.Equal(t, groupsync.Counts{Created: 500, Renamed: 500, UsersAdded: 500*members + 1000, UsersRemoved: 1000, RolesAdded: 1500}, p.Counts())
	assert.Len(t, p.Skipped, 1000)
	assert.LessOrEqual(t, len(lines(shown)), 40+500, "the removals of 500 groups are there in full")
}

// numbered returns n ids.
func numbered(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = "user-" + strconv.Itoa(i)
	}
	return out
}
