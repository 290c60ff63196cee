package frontegg_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestConfig_Bodies(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]*frontegg.GroupsConfig{
		"null": {}, "{}": {}, `{"enabled":null}`: {}, `{"rolesEnabled":true,"id":"x"}`: {RolesEnabled: true},
		"": nil, "[]": nil, "true": nil, `{"errors":["no"]}`: nil, `{"enabled":"yes"}`: nil, `{"enabled":true`: nil, "<html>": nil,
	} {
		got, err := newClient(t, &fakeTransport{Respond: reply(200, body)}).Groups.Config(t.Context())
		if want == nil {
			var decode *frontegg.DecodeError
			require.ErrorAs(t, err, &decode, body)
			continue
		}
		require.NoError(t, err, body)
		assert.Equal(t, want, got, body)
	}
}
