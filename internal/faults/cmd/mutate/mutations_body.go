package main

// bodyMutations are the rules for bodies and secrets.
var bodyMutations = []mutation{
	{"a success is cut at 32 MiB", "pipeline/body.go", "MaxSuccess = 32 << 20", "MaxSuccess = 90 << 20"},
	{"a success that is too large is an error", "pipeline/body.go", "answer.BodyErr = err", "_ = err"},
	{"a success must be complete", "pipeline/body.go", "case err == nil || !success:", "case err == nil || true:"},
	{"an error need not be complete", "pipeline/body.go", "case err == nil || !success:", "case err == nil:"},
	{"what cannot be decompressed is not repeated", "pipeline/body.go", "case unreadable(err):", "case errors.Is(err, ErrTooLarge):"},
	{"a body that does not get on is given up", "pipeline/body.go", "return io.ErrNoProgress", "return nil"},
	{"an answer of unknown length has room to begin with", "pipeline/body.go", "length = unknownLength", "length = 0"},
	{"an error keeps 64 KiB", "pipeline/failure.go", "out[:min(len(out), MaxError)]", "out"},
	{"no half of a secret stays at the cut", "pipeline/failure.go", "len(seen) == MaxError+LongestSecret", "false"},
	{"bodies are cleaned", "pipeline/failure.go", "slices.Clone(clean.Bytes(seen))", "slices.Clone(seen)"},
	{"headers are cleaned", "pipeline/failure.go", "clean.Header(c.answer.Header)", "c.answer.Header"},
	{"errors of the transport are cleaned", "pipeline/send.go", "c.pipeline.Redact.Error(err)", "err"},
	{"the trace id is cleaned in the log", "pipeline/log.go", "c.pipeline.Redact.Text(TraceID(c.answer.Header))", "TraceID(c.answer.Header)"},
	{"URLs in errors are not shown", "pipeline/send.go", "err = inner.Err // without", "_ = inner // without"},
	{"a run of characters is looked at once", "redact/find.go", "if from < r.end {", "if false {"},
	{"escapes are looked through", "redact/find.go", "maxEscapeDepth = 3", "maxEscapeDepth = 0"},
	{"names of headers are cleaned", "redact/redact.go", "clean := r.Text(key); clean != key", "clean := key; clean != key"},
	{"the chain of an error is looked at", "redact/error.go", "return inner != nil && r.containsSecret(inner)", "return inner != nil && false && r.containsSecret(inner)"},
	{"null is no list", "wire/wire.go", "if lists != 1 {", "if lists > 1 {"},
	{"two lists are no list", "wire/wire.go", "if lists != 1 {", "if lists < 1 {"},
	{"a row is a group", "wire/wire.go", `g.ID == "" && g.Name == ""`, "false"},
	{"the tenant is sent", "pipeline/request.go", `h["Frontegg-Tenant-Id"] = r.Tenant`, "_ = r.Tenant"},
}
