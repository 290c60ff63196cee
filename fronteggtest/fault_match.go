package fronteggtest

import (
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// mentions reports whether a call contains text as its group ID, as a value in
// the query or as a string in the body; see [Fault.Mentions].
func (c *call) mentions(text string) bool {
	if c.id == text {
		return true
	}
	for _, values := range c.URL.Query() {
		for _, value := range values {
			if slices.Contains(strings.Split(value, ","), text) {
				return true
			}
		}
	}
	var body any
	return json.Unmarshal(c.body, &body) == nil && contains(body, text)
}

// contains reports whether text is a string in a decoded JSON value.
func contains(v any, text string) bool {
	in := func(v any) bool { return contains(v, text) }
	switch v := v.(type) {
	case string:
		return v == text
	case []any:
		return slices.ContainsFunc(v, in)
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), in)
	}
	return false
}
