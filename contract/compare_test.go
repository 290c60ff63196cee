package contract

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// comparison collects how the structure of two documents differs: operations,
// parameters, statuses, media types, property names, types, formats, enums,
// minima of parameters, null, required lists. Texts do not count, nor names of
// schemas and operations, nor how ours narrows values further: lengths, patterns
// and whole numbers.
type comparison struct {
	differences map[string]int // and how often each was found
	walked      map[[2]*openapi3.Schema]bool
}

const (
	onlyOurs   = "only in ours"
	onlyTheirs = "only in theirs"
)

// compare returns the differences. Differences within a named schema of our
// document are reported once, by its name.
func compare(ours, theirs map[string]operation) map[string]int {
	c := &comparison{differences: map[string]int{}, walked: map[[2]*openapi3.Schema]bool{}}
	both(c, "", ours, theirs, func(name string, ours, theirs operation) {
		c.operation(name, ours, theirs)
	})
	return c.differences
}

func (c *comparison) note(format string, args ...any) { c.differences[fmt.Sprintf(format, args...)]++ }

// both compares the values of two maps by name and notes names that only one has.
func both[T any](c *comparison, kind string, ours, theirs map[string]T, each func(string, T, T)) {
	for name, o := range ours {
		if t, shared := theirs[name]; shared {
			each(name, o, t)
		} else {
			c.note("%s%s: %s", kind, name, onlyOurs)
		}
	}
	for name := range theirs {
		if _, shared := ours[name]; !shared {
			c.note("%s%s: %s", kind, name, onlyTheirs)
		}
	}
}

func (c *comparison) operation(name string, ours, theirs operation) {
	if ours.anonymous() != theirs.anonymous() {
		c.note("%s: requires a token: %s", name, side(theirs.anonymous()))
	}
	both(c, "parameter ", parameters(ours), parameters(theirs), func(at string, o, t *openapi3.Parameter) {
		at = name + " parameter " + at
		if o.Required != t.Required {
			c.note("%s: required: %s", at, side(o.Required))
		}
		c.schema(at, o.Schema, t.Schema)
		if deref(o.Schema.Value.Min) != deref(t.Schema.Value.Min) {
			c.note("%s: minimum: ours %v, theirs %v", at, deref(o.Schema.Value.Min), deref(t.Schema.Value.Min))
		}
	})
	both(c, name+" ", requestBody(ours), requestBody(theirs), func(at string, o, t *openapi3.RequestBody) {
		if o.Required != t.Required {
			c.note("%s %s: required: %s", name, at, side(o.Required))
		}
		c.content(name+" "+at, o.Content, t.Content)
	})
	both(c, "status ", ours.Responses.Map(), theirs.Responses.Map(), func(status string, o, t *openapi3.ResponseRef) {
		at := name + " " + status
		both(c, "header ", o.Value.Headers, t.Value.Headers, func(string, *openapi3.HeaderRef, *openapi3.HeaderRef) {})
		c.content(at, o.Value.Content, t.Value.Content)
	})
}

func (c *comparison) content(at string, ours, theirs openapi3.Content) {
	both(c, at+" ", ours, theirs, func(mediaType string, o, t *openapi3.MediaType) {
		if o.Schema != nil && t.Schema != nil {
			c.schema(at+" "+mediaType, o.Schema, t.Schema)
		} else if o.Schema != t.Schema {
			c.note("%s %s: schema: %s", at, mediaType, side(o.Schema != nil))
		}
	})
}

// schema compares two schemas and all below them.
func (c *comparison) schema(at string, ours, theirs *openapi3.SchemaRef) {
	if ours.Ref != "" {
		at = ours.Ref[strings.LastIndex(ours.Ref, "/")+1:]
	}
	pair := [2]*openapi3.Schema{ours.Value, theirs.Value}
	if c.walked[pair] {
		return
	}
	c.walked[pair] = true
	o, t := flatten(ours.Value), flatten(theirs.Value)
	for _, kind := range []struct{ name, ours, theirs string }{
		{"type", types(o), types(t)},
		{"format", o.Format, t.Format},
		{"enum", values(o.Enum), values(t.Enum)},
	} {
		if kind.ours != kind.theirs {
			c.note("%s: %s: ours %s, theirs %s", at, kind.name, cmp.Or(kind.ours, "none"), cmp.Or(kind.theirs, "none"))
		}
	}
	if o.Nullable != t.Nullable {
		c.note("%s: null: %s", at, side(o.Nullable))
	}
	both(c, at+": required ", set(o.Required), set(t.Required), func(string, bool, bool) {})
	both(c, at+".", o.Properties, t.Properties, func(name string, o, t *openapi3.SchemaRef) {
		c.schema(at+"."+name, o, t)
	})
	if o.Items != nil && t.Items != nil { // if only one is a list, the types differ
		c.schema(at+"[]", o.Items, t.Items)
	}
}

// flatten merges the parts of an allOf.
func flatten(s *openapi3.Schema) *openapi3.Schema {
	if len(s.AllOf) == 0 {
		return s
	}
	whole := *s
	whole.Properties = maps.Clone(s.Properties)
	if whole.Properties == nil {
		whole.Properties = openapi3.Schemas{}
	}
	for _, part := range s.AllOf {
		p := flatten(part.Value)
		if whole.Type == nil {
			whole.Type = p.Type
		}
		whole.Required = append(slices.Clip(whole.Required), p.Required...)
		maps.Copy(whole.Properties, p.Properties)
	}
	return &whole
}

// parameters returns the parameters of an operation by their place and name.
func parameters(o operation) map[string]*openapi3.Parameter {
	byName := map[string]*openapi3.Parameter{}
	for _, p := range o.parameters {
		byName[p.Value.In+" "+p.Value.Name] = p.Value
	}
	return byName
}

func requestBody(o operation) map[string]*openapi3.RequestBody {
	if o.RequestBody == nil {
		return nil
	}
	return map[string]*openapi3.RequestBody{"body": o.RequestBody.Value}
}

func side(ours bool) string {
	if ours {
		return onlyOurs
	}
	return onlyTheirs
}

func types(s *openapi3.Schema) string {
	if s.Type == nil {
		return ""
	}
	return strings.Join(s.Type.Slice(), " or ")
}

func values(enum []any) string {
	var texts []string
	for _, v := range enum {
		texts = append(texts, fmt.Sprint(v))
	}
	slices.Sort(texts)
	return strings.Join(texts, " ")
}

func set(names []string) map[string]bool {
	s := map[string]bool{}
	for _, name := range names {
		s[name] = true
	}
	return s
}

// deref returns the minimum, or nil.
func deref(minimum *float64) any {
	if minimum == nil {
		return nil
	}
	return *minimum
}
