// Package faults is the fault suite: what the client does when the network, the
// server or the caller's time fails it, for every operation of the table. It is
// all tests; the rules that they prove can be broken one at a time, to see a test
// fail, with the command in cmd/mutate.
package faults
