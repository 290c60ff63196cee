package main

// bodyMutations are the rules for bodies and secrets.
var bodyMutations = []mutation{
	{"a success is cut at 32 MiB", "pipeline/response.go", "MaxSuccess = 32 << 20", "MaxSuccess = 90 << 20"},
	{"a success that is too large is an error", "pipeline/response.go", "r.err = err", "_ = err"},
	{"a success must be complete", "pipeline/response.go", "err = r.fill(body, MaxSuccess)", "_ = r.fill(body, MaxSuccess)"},
	{"an error response need not be complete", "pipeline/response.go", "_ = r.fill(body, MaxError+LongestSecret)", "err = r.fill(body, MaxError+LongestSecret)"},
	{"a body that cannot be decompressed is not retried", "pipeline/response.go", "case isUndecodable(err):", "case errors.Is(err, ErrTooLarge):"},
	{"a body that makes no progress is an error", "pipeline/response.go", "return io.ErrNoProgress", "return nil"},
	{"a response of unknown length gets a large buffer", "pipeline/response.go", "length = unknownLength", "length = 0"},
	{"64 KiB of an error response are kept", "pipeline/failure.go", "out[:min(len(out), MaxError)]", "out"},
	{"no half of a secret stays at the cut", "pipeline/failure.go", "len(head) == MaxError+LongestSecret", "false"},
	{"bodies are redacted", "pipeline/failure.go", "slices.Clone(clean.Bytes(head))", "slices.Clone(head)"},
	{"headers are redacted", "pipeline/failure.go", "clean.Header(r.Header)", "r.Header"},
	{"errors of the transport are redacted", "pipeline/send.go", "c.pipeline.Redact.Error(err)", "err"},
	{"the trace ID is redacted in the log", "pipeline/log.go", "c.pipeline.Redact.Text(TraceID(c.response.Header))", "TraceID(c.response.Header)"},
	{"URLs in errors are not shown", "pipeline/send.go", "err = inner.Err // the URL", "_ = inner // the URL"},
	{"a run of characters is read once", "redact/find.go", "if from < r.end {", "if false {"},
	{"escapes are decoded", "redact/find.go", "maxEscapeDepth = 3", "maxEscapeDepth = 0"},
	{"header names are redacted", "redact/redact.go", "clean := r.Text(key); clean != key", "clean := key; clean != key"},
	{"wrapped errors are redacted", "redact/error.go", "return inner != nil && r.containsSecret(inner)", "return inner != nil && false && r.containsSecret(inner)"},
	{"null is no list", "wire/wire.go", "if lists != 1 {", "if lists > 1 {"},
	{"two lists are no list", "wire/wire.go", "if lists != 1 {", "if lists < 1 {"},
	{"an object without ID and name is not a group", "../resource.go", "if r.label(&v) == \"\" {\n\t\treturn nil", "if false {\n\t\treturn nil"},
	{"a row without ID and name is not a group", "../resource.go", "if r.label(&v) == \"\" {\n\t\t\treturn", "if false {\n\t\t\treturn"},
	{"the tenant is sent", "pipeline/request.go", `set("Frontegg-Tenant-Id", r.Tenant)`, ""},
}
