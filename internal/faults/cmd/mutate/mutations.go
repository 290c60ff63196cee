package main

import "slices"

// mutation is a rule of the client, and a change that breaks it.
type mutation struct {
	rule   string
	file   string // below internal
	old    string // is in the file once
	new    string
	killer string // the test that fails: its package below internal, a space, its name
}

// mutations are all mutations. Each area has a file.
var mutations = slices.Concat(
	retryMutations, rateLimitMutations, tokenMutations, bodyMutations, walkMutations, clientMutations, lookupMutations, valueMutations,
)
