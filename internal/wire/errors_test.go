package wire

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestUnmarshalError_Shapes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body string
		want       Error
	}{
		{"errors as strings", `{"errors":["a","b"]}`, Error{Messages: []string{"a", "b"}}},
		{"errors as one string", `{"errors":"a"}`, Error{Messages: []string{"a"}}},
		{"errors as objects", `{"errors":[{"message":"a"},{"msg":"b"},{"detail":"c"},{"code":"D"}]}`, Error{Messages: []string{"a", "b", "c", "D"}}},
		{"errors as one object", `{"errors":{"message":"a"}}`, Error{Messages: []string{"a"}}},
		{"errors as an unknown object", `{"errors":[{"y":1,"x":"z"}]}`, Error{Messages: []string{`{"x":"z","y":1}`}}},
		{"errors mixed", `{"errors":["a",null,"",5,[["b"]],{}]}`, Error{Messages: []string{"a", "5", "b"}}},
		{"message", `{"statusCode":400,"message":"a","error":"Bad Request"}`, Error{Messages: []string{"a"}}},
		{"message as a list", `{"statusCode":400,"message":["a","b"],"error":"Bad Request"}`, Error{Messages: []string{"a", "b"}}},
		{"empty errors before a message", `{"errors":[],"message":"a"}`, Error{Messages: []string{"a"}}},
		{"error alone", `{"error":"a"}`, Error{Messages: []string{"a"}}},
		{"a code", `{"errors":["a"],"errorCode":"ER-01"}`, Error{Messages: []string{"a"}, Code: "ER-01"}},
		{"a code as a number", `{"errors":["a"],"errorCode":42}`, Error{Messages: []string{"a"}, Code: "42"}},
		{"codes", `{"errors":["a"],"errorCodes":["ER-01","ER-02"]}`, Error{Messages: []string{"a"}, Code: "ER-01"}},
		{"a code before codes", `{"errorCode":"ER-01","errorCodes":["ER-02"]}`, Error{Code: "ER-01"}},
		{"context", `{"context":{"id":"x"}}`, Error{Context: map[string]any{"id": "x"}}},
		{"error context", `{"errorContext":{"id":"x"}}`, Error{Context: map[string]any{"id": "x"}}},
		{"context that is no object", `{"errors":["a"],"context":"x","errorContext":{"id":"y"}}`, Error{Messages: []string{"a"}, Context: map[string]any{"id": "y"}}},
		{"a name twice", `{"errors":["a"],"x":1,"x":2}`, Error{Messages: []string{"a"}}},
		{"broken UTF-8", "{\"errors\":[\"a\xff\"]}", Error{Messages: []string{"a\ufffd"}}},
		{"nothing", ``, Error{}},
		{"blank", ` `, Error{}},
		{"null", `null`, Error{}},
		{"a list", `["a"]`, Error{}},
		{"a string", `"a"`, Error{}},
		{"text", `Bad Gateway`, Error{}},
		{"HTML", `<html><body>502</body></html>`, Error{}},
		{"broken JSON", `{"errors":["a"`, Error{}},
		{"trailing bytes", `{"errors":["a"]}x`, Error{}},
		{"nulls", `{"errors":null,"message":null,"error":null,"errorCode":null,"errorCodes":null,"context":null}`, Error{}},
		{"wrong kinds", `{"errors":true,"message":{},"errorCode":[],"context":[]}`, Error{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, UnmarshalError([]byte(tt.body)))
		})
	}
}

func TestUnmarshalError_DeepNesting(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"errors":` + strings.Repeat("[", 30000) + strings.Repeat("]", 30000) + `}`,
		`{"errors":` + strings.Repeat(`{"message":`, 5000) + `"deep"` + strings.Repeat("}", 5000) + `}`,
	} {
		assert.NotPanics(t, func() { UnmarshalError([]byte(body)) })
	}
}
