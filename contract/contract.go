// Package contract holds the OpenAPI document of the requests that the client
// sends. Its tests validate every request of the client and every response of the
// in-memory server.
//
// It is a separate module so that importing the library does not add an OpenAPI
// validator.
package contract

import _ "embed"

// Document is the OpenAPI 3.0 document in YAML.
//
//go:embed openapi.yaml
var Document []byte
