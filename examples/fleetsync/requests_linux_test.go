package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/fronteggtest"
)

// idsOf returns the IDs of users or roles in a request's body.
func idsOf(t *testing.T, r fronteggtest.Request) []string {
	t.Helper()
	var body struct {
		UserIDs []string `json:"userIds"`
		RoleIDs []string `json:"roleIds"`
	}
	require.NoError(t, json.Unmarshal(r.Body, &body))
	return append(body.UserIDs, body.RoleIDs...)
}

// groupOf returns the ID of the group in a request's path, …/groups/v1/{id}/users.
func groupOf(r fronteggtest.Request) string {
	parts := strings.Split(r.Path, "/")
	return parts[len(parts)-2]
}

// limitedAfter counts the requests to which Frontegg responded with 429 later than the
// first window.
func (e *environment) limitedAfter(window time.Duration) (first, later int) {
	requests := e.server.Requests()
	for _, r := range requests {
		switch {
		case r.Status != http.StatusTooManyRequests:
		case r.Time.Sub(requests[0].Time) <= window:
			first++
		default:
			later++
		}
	}
	return first, later
}
