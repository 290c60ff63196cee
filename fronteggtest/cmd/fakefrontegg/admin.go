package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/frontegg-go/frontegg/fronteggtest"
)

const adminHelp = `GET    /_fake/requests         the request log, secrets removed; ?op=groups.create
DELETE /_fake/requests         clear the log and the counts
GET    /_fake/applied          how often each operation was carried out
GET    /_fake/groups?tenant=t  the groups of a tenant with roles and users
POST   /_fake/faults           inject a fault, such as
                               {"op":"groups.addUsers","mentions":"a user ID","status":403,"times":-1}
                               op, tenant, mentions, after, times, delay ("50ms"), status, header, body, apply,
                               drop (beforeApply, afterApply, midHeader, midBody), hang, byteDelay
DELETE /_fake/faults           remove all faults
`

// admin returns the endpoints for tests in other processes.
func admin(fake *fronteggtest.Server) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_fake/{$}", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(adminHelp))
	})
	mux.HandleFunc("GET /_fake/requests", func(w http.ResponseWriter, r *http.Request) {
		op := r.FormValue("op")
		if op != "" && !slices.Contains(fronteggtest.Operations(), op) {
			http.Error(w, "op must be one of "+strings.Join(fronteggtest.Operations(), ", "), http.StatusBadRequest)
			return
		}
		requests := []loggedRequest{}
		for _, request := range fake.Requests() {
			if op == "" || op == request.Op {
				requests = append(requests, loggedRequest{request, string(request.Body)})
			}
		}
		writeJSON(w, requests)
	})
	mux.HandleFunc("DELETE /_fake/requests", func(http.ResponseWriter, *http.Request) { fake.ResetRequests() })
	mux.HandleFunc("GET /_fake/applied", func(w http.ResponseWriter, _ *http.Request) {
		applied := map[string]int{}
		for _, op := range fronteggtest.Operations() {
			applied[op] = fake.Applied(op)
		}
		writeJSON(w, applied)
	})
	mux.HandleFunc("GET /_fake/groups", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, fake.Groups(r.FormValue("tenant")))
	})
	mux.HandleFunc("POST /_fake/faults", func(w http.ResponseWriter, r *http.Request) { injectFault(w, r, fake) })
	mux.HandleFunc("DELETE /_fake/faults", func(http.ResponseWriter, *http.Request) { fake.ClearFaults() })
	return mux
}

// loggedRequest is a request with its body as text.
type loggedRequest struct {
	fronteggtest.Request
	Body string `json:"body"`
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.MarshalWrite(w, v, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
}

// fault is the JSON form of a [fronteggtest.Fault].
type fault struct {
	Op        string      `json:"op"`
	Tenant    string      `json:"tenant"`
	Mentions  string      `json:"mentions"`
	After     int         `json:"after"`
	Times     int         `json:"times"`
	Delay     duration    `json:"delay"`
	Status    int         `json:"status"`
	Header    http.Header `json:"header"`
	Body      string      `json:"body"`
	Apply     bool        `json:"apply"`
	Drop      string      `json:"drop"`
	Hang      bool        `json:"hang"`
	ByteDelay duration    `json:"byteDelay"`
}

// duration is a time.Duration in its text form, such as "50ms".
type duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = duration(parsed)
	return err
}

var drops = map[string]fronteggtest.Drop{
	"": fronteggtest.DropNone, "beforeApply": fronteggtest.DropBeforeApply, "afterApply": fronteggtest.DropAfterApply,
	"midHeader": fronteggtest.DropMidHeader, "midBody": fronteggtest.DropMidBody,
}

func injectFault(w http.ResponseWriter, r *http.Request, fake *fronteggtest.Server) {
	var in fault
	if err := json.UnmarshalRead(r.Body, &in, json.RejectUnknownMembers(true)); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	drop, ok := drops[in.Drop]
	if !ok {
		http.Error(w, fmt.Sprintf("drop %q must be beforeApply, afterApply, midHeader or midBody", in.Drop), http.StatusBadRequest)
		return
	}
	f := fronteggtest.Fault{
		Op: in.Op, Tenant: in.Tenant, Mentions: in.Mentions, After: in.After, Times: in.Times, Delay: time.Duration(in.Delay),
		Status: in.Status, Header: in.Header, Body: in.Body, Apply: in.Apply, Drop: drop, Hang: in.Hang, ByteDelay: time.Duration(in.ByteDelay),
	}
	if err := f.Validate(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fake.Inject(f)
	w.WriteHeader(http.StatusNoContent)
}
