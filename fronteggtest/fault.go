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

// The points.
const (
	// DropNone: the connection stays.
	DropNone Drop = iota
	// DropBeforeApply: the request was read, nothing was done, nothing is
	// answered.
	DropBeforeApply
	// DropAfterApply: the operation was carried out, nothing is answered.
	DropAfterApply
	// DropMidHeader: half of the head of the answer is sent. Over HTTP/2 and
	// [Server.Transport], where a head cannot be cut, nothing is.
	DropMidHeader
	// DropMidBody: the head and half of the body are sent. Of an answer without a
	// body, a head that promises one.
	DropMidBody
)

// Fault is something that goes wrong: it says which requests it befalls, and
// what becomes of them. The zero value befalls the next request and does nothing.
type Fault struct {
	// Op is an operation like "groups.create", "groups.listPage", "auth.vendor"
	// or "auth.apiToken". "groups.*" is every operation on groups; empty is every
	// request, those for a token included.
	Op string
	// Tenant narrows the fault to one account; empty: any.
	Tenant string
	// After lets the first so many of these requests pass.
	After int
	// Times is how many requests the fault befalls. 0 means one, a negative
	// number all that come.
	Times int

	// Delay passes before anything else is done. When the client gives up
	// meanwhile, the operation is not carried out.
	Delay time.Duration
	// Status replaces that of the answer. The operation is not carried out, unless
	// Apply is set. 0: the operation is carried out, and answers for itself.
	Status int
	// Header is added to that of the answer, in place of values it has. Set
	// Content-Type where Body is not JSON.
	Header http.Header
	// Body replaces that of the answer. Empty with a Status of 400 or more: a body
	// such as Frontegg sends with errors.
	Body string
	// Apply carries the operation out before Status is answered.
	Apply bool
	// Drop ends the connection. A client sees an EOF, a reset, or an unexpected EOF
	// once it has part of the answer.
	Drop Drop
	// Hang changes Drop: the connection does not end at that point, it falls silent
	// until the client gives up or the server closes.
	Hang bool
	// ByteDelay sends the body of the answer byte by byte, with this pause before each.
	ByteDelay time.Duration
	// Respond writes the answer in place of Status, Header, Body, Drop and ByteDelay. The
	// request has its body and its Authorization header. The operation is carried
	// out before only with Apply.
	Respond http.HandlerFunc
}

// Inject makes requests go wrong as f says. With several faults a request meets
// the first that it matches, in the order in which they were injected; a fault
// that has befallen its number of requests is gone. After counts only the
// requests that no earlier fault took.
//
// Mind that net/http sends a GET again by itself where a connection that was used
// before dies without an answer: such a request meets two faults. Over
// [Server.Transport] it does not.
//
// Inject panics where Status is no HTTP status, or where Op names no operation: a
// fault that can befall nothing would prove nothing.
func (s *Server) Inject(f Fault) {
	if f.Status != 0 && (f.Status < 200 || f.Status > 999) {
		panic(fmt.Sprintf("fronteggtest: Inject: %d is not the status of an answer", f.Status))
	}
	if f.Op != "" && !slices.ContainsFunc(operations, func(o *operation) bool { return f.matchesOp(o.name) }) {
		panic(fmt.Sprintf("fronteggtest: Inject: no operation is called %q", f.Op))
	}
	if f.Times == 0 {
		f.Times = 1
	}
	f.Header = f.Header.Clone()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// ClearFaults takes back every fault that was injected. Requests that wait in one
// go on with it.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// nextFault returns a copy of the fault that befalls a call, or nil. Call it with
// mu held.
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
	if f.Tenant != "" && f.Tenant != c.tenant {
		return false
	}
	return f.matchesOp(c.op.name)
}

// befalls says whether the fault is about the operation.
func (f *Fault) matchesOp(op string) bool {
	if prefix, isPattern := strings.CutSuffix(f.Op, "*"); isPattern {
		return strings.HasPrefix(op, prefix)
	}
	return f.Op == "" || f.Op == op
}

// applies says whether the operation is carried out.
func (f *Fault) executes() bool {
	return f.Apply || f.Drop == DropAfterApply || f.Status == 0 && f.Respond == nil
}

// body is that of an answer with the fault's status.
func (f *Fault) body() []byte {
	if f.Body == "" && f.Status >= http.StatusBadRequest {
		return errorBody("", []string{http.StatusText(f.Status)})
	}
	return []byte(f.Body)
}
