// Package interop holds tests in which software from elsewhere meets this
// project: Frontegg's own JavaScript client calls the in-memory server, and
// Prism, which knows nothing but an OpenAPI document, answers the Go client and
// then stands between it and the in-memory server.
//
// run.sh installs the software and runs the tests. The documents are Frontegg's
// own, from the directory that FRONTEGG_OPENAPI_DIR names, where it is there;
// else the project's contract/openapi.yaml.
package interop
