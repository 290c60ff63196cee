package groupsync_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/groupsync"
)

func TestCompute_WarnsOfSimilarNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, one, two string
		similar        bool
	}{
		{"case", "Sales", "SALES", true},
		{"blanks", "Sales", " Sales\t", true},
		{"no-break space", "Sales", "Sales\u00a0", true},
		{"case of other scripts", "Отдел", "отдел", true},
		{"final sigma", "ΛΟΓΟΣ", "λογος", true},
		{"decomposed letters", "Zu\u0308rich", "Zürich", true},
		{"decomposed letters and case", "ZU\u0308RICH", "zürich", true},
		{"two accents in one letter", "Vi\u1ec7t", "Vie\u0323\u0302t", true},
		{"two accents in another order", "Vie\u0302\u0323t", "Vie\u0323\u0302t", true},
		{"Hangul", "한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8", true},
		{"Hangul without a final consonant", "가", "\u1100\u1161", true},
		{"Kelvin sign", "\u212a", "k", true},
		{"an accent", "Zurich", "Zürich", false},
		{"a blank inside", "Sales EU", "SalesEU", false},
		{"another letter", "Sales", "Sale", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := groupsync.Compute([]groupsync.Group{{Key: "1", Name: tt.one}, {Key: "2", Name: tt.two}}, nil, hr)
			require.NoError(t, err)
			assert.Equal(t, tt.similar, len(p.Warnings) == 1, p.Warnings)
			assert.Len(t, p.Steps, 2, "it is only a warning")
		})
	}
}
