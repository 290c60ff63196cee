package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"time"
)

// The server is this program with -serve, in a process of its own so that its work
// is not measured. It has no state: the path begins with /delay/kind/total, which
// define the response.

// announcement is the server's first line.
type announcement struct {
	URL, TLSURL string
	Certificate []byte
}

// serve serves until in ends.
func serve(in io.Reader, out io.Writer) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{delay}/{kind}/{total}/identity/resources/groups/v2", servePage)
	mux.HandleFunc("POST /{delay}/{kind}/{total}/identity/resources/groups/v1/bulkGet", serveBulk)
	mux.HandleFunc("GET /{delay}/{kind}/{total}/identity/resources/groups/v1/{id}", func(w http.ResponseWriter, r *http.Request) {
		respond(w, r, func(b []byte) []byte { return render(b, r, number(r.PathValue("id"))) })
	})
	plain, secure := httptest.NewServer(mux), httptest.NewUnstartedServer(mux)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes end when a client closes
	secure.StartTLS()
	defer plain.Close()
	defer secure.Close()
	if err := json.NewEncoder(out).Encode(announcement{plain.URL, secure.URL, secure.Certificate().Raw}); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, in)
	return err
}

func servePage(w http.ResponseWriter, r *http.Request) {
	size, page, total := atoi(r.FormValue("_limit")), atoi(r.FormValue("_offset")), atoi(r.PathValue("total"))
	respond(w, r, func(b []byte) []byte {
		b = append(b, `{"items":[`...)
		for i := page * size; i < min((page+1)*size, total); i++ {
			if i > page*size {
				b = append(b, ',')
			}
			b = render(b, r, fmt.Appendf(nil, "%08d", i))
		}
		return fmt.Appendf(b, `],"_links":{},"_metadata":{"totalItems":%d,"totalPages":%d}}`, total, (total+size-1)/size)
	})
}

func serveBulk(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		IDs []string `json:"groupsIds"`
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	respond(w, r, func(b []byte) []byte {
		b = append(b, `{"groups":[`...)
		for i, id := range asked.IDs {
			if i > 0 {
				b = append(b, ',')
			}
			b = render(b, r, number(id))
		}
		return append(b, `]}`...)
	})
}

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// respond waits for the delay of the path, then sends what write appends.
func respond(w http.ResponseWriter, r *http.Request, write func([]byte) []byte) {
	delay, err := time.ParseDuration(r.PathValue("delay"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	began := time.Now()
	b := buffers.Get().(*[]byte)
	defer buffers.Put(b)
	*b = write((*b)[:0])
	time.Sleep(delay - time.Since(began))
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(*b)))
	_, _ = w.Write(*b)
}

// marker is the number of the group that the templates are made from.
const marker = 99999999

// templates are encoded groups, split at their number.
var templates = map[string][][]byte{}

func init() {
	for _, k := range []kind{slim, one, full} {
		templates[string(k)] = bytes.Split(encode(group(k, groupID(marker))), []byte(strconv.Itoa(marker)))
	}
}

// render appends the group with the given number of eight digits.
func render(b []byte, r *http.Request, number []byte) []byte {
	for i, part := range templates[r.PathValue("kind")] {
		if i > 0 {
			b = append(b, number...)
		}
		b = append(b, part...)
	}
	return b
}

// number returns the part of a group's ID that differs between groups.
func number(id string) []byte { return []byte(id[max(0, len(id)-8):]) }

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// server is the server's process.
type server struct {
	announcement
	roots *x509.CertPool
	stop  func() error
}

// startServer runs this program as the server.
func startServer(ctx context.Context) (*server, error) {
	s := &server{roots: x509.NewCertPool()}
	var err error
	if s.stop, err = startSelf(ctx, "-serve", &s.announcement); err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(s.Certificate)
	if err != nil {
		return nil, err
	}
	s.roots.AddCert(cert)
	return s, nil
}
