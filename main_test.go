package frontegg_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/internal/fakehttp"
	"github.com/frontegg-go/frontegg/internal/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }

const (
	base   = "https://api.frontegg.com"
	groups = base + "/identity/resources/groups/v1"
	users  = base + "/identity/resources/users/v3"

	noGroups = `{"groups":[]}`
)

// The scripted transport and its clients.
type (
	fakeTransport = fakehttp.Transport
	responder     = fakehttp.Responder
)

var (
	reply, script                    = fakehttp.Reply, fakehttp.Script
	build, newClient, newLoginClient = fakehttp.Build, fakehttp.NewClient, fakehttp.NewLoginClient
)

// errOf returns the error of a call.
func errOf[T any](_ T, err error) error { return err }

// ids returns n IDs in order.
func ids(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s%05d", prefix, i)
	}
	return out
}

// asJSON returns v as JSON, for comparisons.
func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}
