package main

// valueMutations are the rules for values that several requests, programs or
// printers see.
var valueMutations = []mutation{
	{"the header belongs to one request", "pipeline/request.go", "h := make(http.Header, 8)", "h := noHeader", "faults TestRequest_ValuesAreNotShared"},
	{"the URL belongs to one attempt", "pipeline/request.go", "\treq.URL = c.pipeline.url(r)\n", "\tif req.URL == nil {\n\t\treq.URL = c.pipeline.url(r)\n\t}\n", "faults TestRequest_ValuesAreNotShared"},
	{"the body belongs to one attempt", "pipeline/request.go", "\treq.Body = newBody(r.Body)\n", "\tif req.Body == nil {\n\t\treq.Body = io.NopCloser(bytes.NewReader(r.Body))\n\t}\n", "faults TestRetry_ConnectionError"},
	{"results are not redacted", "pipeline/pipeline.go", "Body: last.body,", "Body: p.Redact.Bytes(last.body),", "faults TestRedaction_KeepsWords"},

	// Callers' types.
	{"metadata is decoded as by encoding/json", "../groups.go", `"encoding/json"`, `json "github.com/go-json-experiment/json"`, ".. TestMetadata_AsEncodingJSON"},
	{"metadata has no escapes for HTML", "../do.go", "e.SetEscapeHTML(false)", "e.SetEscapeHTML(true)", ".. TestMetadata_AsEncodingJSON"},
	{"Do decodes as encoding/json does", "../do.go", "json.Unmarshal(body, out)", "func() error { d := json.NewDecoder(strings.NewReader(string(body))); d.UseNumber(); return d.Decode(out) }()", ".. TestDo_Out"},

	// Zero values.
	{"a call of a nil or zero client is an error", "../call.go", "if s == nil || s.client == nil || s.client.shared == nil {", "if false {", "faults TestClient_NilAndZero"},
	{"a composite operation has one name in its errors", "../call.go", "c.err.Op = c.name", "c.err.Op = c.request.Op.Name", ".. TestValidationError_Arguments"},
	{"a view of a nil or zero client is an error", "../client.go", "if c == nil || c.shared == nil { // every", "if false { // every", "faults TestClient_NilAndZero"},
	{"Close of a nil or zero client does nothing", "../client.go", "if c == nil || c.shared == nil || c.view {", "if c.view {", "faults TestClient_NilAndZero"},
	{"the tenant of a nil service is empty", "../groups.go", "if s == nil || s.client == nil {", "if false {", "faults TestClient_NilAndZero"},
	{"a nil error pointer does not panic", "../errortext.go", "if e == nil {\n\t\treturn new(T)", "if false {\n\t\treturn new(T)", "faults TestErrors_NilPointers"},
	{"the Error of a zero error does not panic", "../errortext.go", "if err == nil {\n\t\treturn \"unknown cause\"", "if false {\n\t\treturn \"unknown cause\"", "faults TestErrors_ZeroValues"},

	// Numbers.

	// Printing.
	{"a Token formats itself", "../auth.go", "func (t Token) Format(", "func (t Token) format(", "faults TestFormat_ExportedTypes"},
	{"a Secret formats itself", "../auth.go", "func (s Secret) Format(", "func (s Secret) format(", "faults TestToken_Format"},
	{"the String of a Secret is redacted", "../auth.go", "func (s Secret) String() string { return redacted }", "func (s Secret) String() string { return string(s) }", "faults TestFormat_ExportedTypes"},
	{"the GoString of a Secret is redacted", "../auth.go", "func (s Secret) GoString() string { return redacted }", "func (s Secret) GoString() string { return string(s) }", "faults TestFormat_ExportedTypes"},
	{"the LogValue of a Secret is redacted", "../auth.go", "slog.StringValue(redacted)", "slog.StringValue(string(s))", "faults TestToken_Format"},
	{"the text and JSON of a Secret are redacted", "../auth.go", "[]byte(redacted), nil", "[]byte(s), nil", "faults TestToken_Format"},
	{"a dump of a client shows no secret", "redact/opaque.go", "{ get func() T }\n\n// Hide returns an Opaque that holds v.\nfunc Hide[T any](v T) Opaque[T] { return Opaque[T]{func() T { return v }} }", "{\n\tget   func() T\n\tshown T\n}\n\nfunc Hide[T any](v T) Opaque[T] { return Opaque[T]{func() T { return v }, v} }", "faults TestClient_Dump"},
	{"a number that does not fit is an error", "wire/decoder.go", "math.Abs(f) > 1<<53", "false", "wire TestInt"},
	{"a number with a fraction is an error", "wire/decoder.go", "f != math.Trunc(f)", "false", "wire TestInt"},
	{"an invalid total is none", "wire/decoder.go", "if raw.Kind() == '0' {", "if false {", "wire TestCount"},
	{"a negative total is none", "wire/decoder.go", "Count(max(0, i))", "Count(i)", "wire TestCount"},
}
