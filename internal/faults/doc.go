// Package faults tests the client's behavior when the network, the server or a
// deadline fails it, for every operation. Command cmd/mutate breaks the rules one
// at a time and expects a test to fail.
package faults
