// Package contract holds the OpenAPI description of what the client asks of
// Frontegg. Its tests check every request of the client and every answer of the
// in-memory server against it.
//
// It is a module of its own, so that nobody who imports the library gets an
// OpenAPI validator with it.
package contract

import _ "embed"

// Document is the description, OpenAPI 3.0 in YAML.
//
//go:embed openapi.yaml
var Document []byte
