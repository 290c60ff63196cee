// Package interop tests this project with other software: Frontegg's JavaScript
// packages call the in-memory server, and Prism validates the Go client against an
// OpenAPI document, as a mock server and also as a proxy to the in-memory server.
//
// run.sh installs the software and runs the tests. The documents are Frontegg's own
// in FRONTEGG_OPENAPI_DIR, if available, else contract/openapi.yaml.
package interop
