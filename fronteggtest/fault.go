package fronteggtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Drop is the point at which a fault ends the connection.
type Drop uint8

const (
	// DropNone keeps the connection.
	DropNone Drop = iota
	// DropBeforeApply drops it after the request was read. The operation is not
	// carried out, and there is no response.
	DropBeforeApply
	// DropAfterApply drops it after the operation was carried out. There is no
	// response.
	DropAfterApply
	// DropMidHeader sends half of the response header. Over HTTP/2 and
	// [Server.Transport], which cannot cut a header, it sends nothing.
	DropMidHeader
	// DropMidBody sends the header and half of the body. If the response has no
	// body, it sends a header that announces one.
	DropMidBody
)

// Fault is an error to inject: which requests it matches, and what happens to
// them. The zero value matches the next request and changes nothing.
type Fault struct {
	// Op is the name of an operation, such as "groups.create"; see [Operations].
	// "groups.*" is every operation on groups. Empty is every request, including
	// those for a token.
	Op string
	// Tenant limits the fault to one tenant. Empty: any.
	Tenant string
	// Mentions limits the fault to requests that contain this text as the
	// group ID of the path, as a value in the query or as a string in the JSON body:
	// the ID of a group, a user or a role, or a name. Empty: any.
	Mentions string
	// After is the number of matching requests to let pass first.
	After int
	// Times is the number of requests that meet the fault. 0 means one, a negative
	// number all.
	Times int

	// Delay is how long the server waits before anything else. If the client gives up
	// meanwhile, the operation is not carried out.
	Delay time.Duration
	// Status replaces the status of the response. The operation is not carried out
	// unless Apply is set. 0: the operation is carried out and its response sent.
	Status int
	// Header is added to that of the response and replaces values of the same name.
	// Set Content-Type if Body is not JSON.
	Header http.Header
	// Body replaces that of the response. If it is empty and Status is 400 or more,
	// the body is an error such as Frontegg sends.
	Body string
	// Apply carries out the operation before Status is sent.
	Apply bool
	// Drop ends the connection. A client sees EOF, a reset, or an unexpected EOF if
	// it has a part of the response.
	Drop Drop
	// Hang changes Drop: instead of ending, the connection is silent until the client
	// gives up or the server closes.
	Hang bool
	// ByteDelay sends the body byte by byte and waits so long before each.
	ByteDelay time.Duration
	// Respond writes the response in place of Status, Header, Body, Drop and
	// ByteDelay. The request has its body and its Authorization header. The operation
	// is carried out first only if Apply is set.
	Respond http.HandlerFunc
}

// Inject makes requests fail as f describes. With several faults a request meets
// the first that matches it, in the order of injection. A fault that has met its
// number of requests is gone. After counts only requests that no earlier fault met.
//
// net/http sends a GET again by itself if a reused connection ends without a
// response. Such a request meets two faults. Over [Server.Transport] it does not.
//
// Inject panics if Status is no HTTP status or if Op names no operation.
func (s *Server) Inject(f Fault) {
	if err := f.Validate(); err != nil {
		panic("fronteggtest: Inject: " + err.Error())
	}
	if f.Times == 0 {
		f.Times = 1
	}
	f.Header = f.Header.Clone()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// ClearFaults removes all injected faults. Requests that have met one are not
// affected.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Validate returns an error if Status is not an HTTP status or Op names no operation:
// [Server.Inject] panics for such a fault.
func (f Fault) Validate() error {
	if f.Status != 0 && (f.Status < 200 || f.Status > 999) {
		return fmt.Errorf("%d is not the status of a response", f.Status)
	}
	return checkOperation(f.Op)
}

// checkOperation returns an error if op matches no operation.
func checkOperation(op string) error {
	if slices.ContainsFunc(operations, func(o *operation) bool { return matchesOp(op, o.name) }) {
		return nil
	}
	return fmt.Errorf("%w, or a prefix with *, such as groups.*", unknownOperation(op))
}

// unknownOperation returns the error that lists the valid operations.
func unknownOperation(op string) error {
	return fmt.Errorf("there is no operation %q; operations are %s", op, strings.Join(Operations(), ", "))
}

// matchesOp reports whether pattern, as in Fault.Op, matches the operation.
func matchesOp(pattern, op string) bool {
	if prefix, isPrefix := strings.CutSuffix(pattern, "*"); isPrefix {
		return strings.HasPrefix(op, prefix)
	}
	return pattern == "" || pattern == op
}

// nextFault returns a copy of the fault that a call meets, or nil. Call it with mu
// held.
func (s *Server) nextFault(c *call) *Fault {
	for _, f := range s.faults {
		switch {
		case f.Times == 0 || !f.matches(c):
		case f.After > 0:
			f.After--
		default:
			if f.Times > 0 {
				f.Times--
			}
			return new(*f)
		}
	}
	return nil
}

func (f *Fault) matches(c *call) bool {
	return matchesOp(f.Op, c.op.name) && (f.Tenant == "" || f.Tenant == c.tenant) && (f.Mentions == "" || c.mentions(f.Mentions))
}

// executes reports whether the operation is carried out.
func (f *Fault) executes() bool {
	return f.Apply || f.Drop == DropAfterApply || f.Status == 0 && f.Respond == nil
}

// body returns the body of a response with the fault's status.
func (f *Fault) body() []byte {
	if f.Body == "" && f.Status >= http.StatusBadRequest {
		return errorBody("", []string{http.StatusText(f.Status)})
	}
	return []byte(f.Body)
}
