package wire

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Error is the content of an error response. All fields may be empty.
type Error struct {
	Messages []string
	Code     string
	Context  map[string]any
}

// UnmarshalError decodes the body of an error response, in any of the shapes that
// Frontegg and the frameworks below it use.
func UnmarshalError(body []byte) Error {
	var e Error
	var top any
	if json.Unmarshal(body, &top, tolerant, jsontext.AllowDuplicateNames(true)) != nil {
		return e
	}
	m, ok := top.(map[string]any)
	if !ok {
		return e
	}
	for _, key := range []string{"errors", "message", "error"} {
		if e.Messages = messages(m[key]); len(e.Messages) > 0 {
			break
		}
	}
	codes := append(messages(m["errorCode"]), messages(m["errorCodes"])...)
	if len(codes) > 0 {
		e.Code = codes[0]
	}
	for _, key := range []string{"context", "errorContext"} {
		if context, ok := m[key].(map[string]any); ok {
			e.Context = context
			break
		}
	}
	return e
}

// messages returns one text, a list of texts, or the texts in objects.
func messages(v any) []string {
	switch v := v.(type) {
	case string:
		if v != "" {
			return []string{v}
		}
	case float64:
		b, _ := json.Marshal(v)
		return []string{string(b)}
	case []any:
		var out []string
		for _, element := range v {
			out = append(out, messages(element)...)
		}
		return out
	case map[string]any:
		for _, key := range []string{"message", "msg", "detail", "error", "code"} {
			if out := messages(v[key]); len(out) > 0 {
				return out
			}
		}
		if b, err := json.Marshal(v, json.Deterministic(true)); err == nil && len(v) > 0 {
			return []string{string(b)}
		}
	}
	return nil
}

// acknowledgments are the plain texts that confirm a request. Any other text may be that of
// a proxy, about a request that it did not forward.
var acknowledgments = []string{"", "ok", "accepted", "no content", "success", "updated", "done"}

// IsAcknowledgment reports whether the body of a successful response only confirms that the
// request was processed: it is empty, a text such as OK, or JSON such as null, true and {}.
func IsAcknowledgment(body []byte) bool {
	if slices.Contains(acknowledgments, strings.ToLower(strings.Trim(string(body), " \t\r\n.!"))) {
		return true
	}
	var v any
	if json.Unmarshal(body, &v, tolerant) != nil {
		return false
	}
	switch v := v.(type) {
	case bool:
		return v
	case []any:
		return len(v) == 0
	case map[string]any:
		return v["id"] == nil && v["name"] == nil && len(UnmarshalError(body).Messages) == 0
	}
	return true
}
