package sheet

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCell_Formulas(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"=1+1":      "'=1+1",
		"+1":        "'+1",
		"-1":        "'-1",
		"@SUM(1)":   "'@SUM(1)",
		"\t=1":      "'\t'=1",
		"\r=1":      "'\r'=1",
		"＝1":        "'＝1",
		"a;=1":      "a;'=1",
		"b; \"@1":   "b; \"'@1",
		"c\n-1;d":   "c\n'-1;d",
		" =1":       " '=1",
		"plain":     "plain",
		"a=b":       "a=b",
		"e,=1":      "e,=1",
		"Ada-Marie": "Ada-Marie",
	} {
		assert.Equal(t, want, Cell(text), "%q", text)
	}
}
