// Package otelfrontegg records calls of a frontegg.Client with OpenTelemetry:
//
//	hook, err := otelfrontegg.NewHook()
//	if err != nil {
//		return err
//	}
//	client, err := frontegg.NewClientFromEnv(frontegg.WithHook(hook))
//
// Names and attributes follow the semantic conventions for HTTP clients. A call with its
// retries is one span and one measurement.
//
// # Spans
//
// A span has the kind client, the name "{method} {route}", like "GET
// /identity/resources/groups/v1/{id}", and these attributes:
//
//   - http.request.method, server.address, server.port, url.template
//   - http.response.status_code, of the last response
//   - http.request.resend_count, if the call was retried
//   - error.type, if the call failed
//   - frontegg.operation, like "groups.get"
//   - frontegg.tenant.id, if a tenant was sent
//   - frontegg.trace_id, which identifies the request for Frontegg's support
//   - frontegg.wait.duration, the seconds that the call waited for retries and rate limits
//
// url.full is not recorded, because it has the IDs of groups. The span of a failed
// call has the status Error, with the text of the error, which has no secrets.
//
// The span is the parent of the spans of an instrumented transport, such as otelhttp's, which
// records each attempt.
//
// # Metrics
//
//   - http.client.request.duration, a histogram in seconds, including retries and waits
//   - frontegg.client.request.resends, the number of retries
//   - frontegg.client.wait.duration, the time in seconds that calls waited for retries and
//     rate limits
//
// The attributes are http.request.method, server.address, server.port, url.template,
// http.response.status_code, error.type and frontegg.operation. All have few values: tenants
// and IDs of groups are not among them. A token request is a call whose frontegg.operation is
// auth.vendor or auth.apiToken.
//
// An instrumented transport also records http.client.request.duration, for each attempt and
// in an instrumentation scope of its own.
package otelfrontegg
