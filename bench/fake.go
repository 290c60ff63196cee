package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// The fake is this program with -fake: a fronteggtest.Server in a process of its own. It
// has a tenant with people and roles, and one with many groups.

const (
	syncTenant  = "tenant-sync"
	people      = 20_000
	roles       = 20
	namesTenant = "tenant-names"
	manyGroups  = 10_000
)

func email(person int) string { return fmt.Sprintf("person.%05d@example.com", person) }

func groupName(i int) string { return fmt.Sprintf("Group %05d", i) }

// credentials are how to reach the fake: its first line.
type credentials struct{ URL, ClientID, APIKey string }

// serveFake serves until in ends.
func serveFake(in io.Reader, out io.Writer) error {
	server := fronteggtest.NewServer(fronteggtest.WithRequestLog(0))
	defer server.Close()
	for i := range people {
		server.AddUser(syncTenant, frontegg.User{ID: fmt.Sprintf("c0ffee00-1234-4e19-9c0e-%012d", i), Email: email(i), Name: fmt.Sprintf("Person Number %d", i)})
	}
	for i := range roles {
		server.AddRole(syncTenant, frontegg.Role{Key: fmt.Sprintf("role.%d", i)})
	}
	for i := range manyGroups {
		server.AddGroup(namesTenant, frontegg.Group{ID: groupID(i), Name: groupName(i)})
	}
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		server.Handler().ServeHTTP(&delayed{w, time.Now().Add(jobDelay)}, r)
	}))
	defer listener.Close()
	id, key := server.Credentials()
	if err := json.NewEncoder(out).Encode(credentials{listener.URL, id, key}); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, in)
	return err
}

// delayed is a response that begins at a time, however long the server works on it.
type delayed struct {
	http.ResponseWriter
	begins time.Time
}

func (d *delayed) WriteHeader(status int) {
	time.Sleep(time.Until(d.begins))
	d.ResponseWriter.WriteHeader(status)
}

func (d *delayed) Write(b []byte) (int, error) {
	time.Sleep(time.Until(d.begins))
	return d.ResponseWriter.Write(b)
}

// fake is the process of the fake.
type fake struct {
	credentials
	stop func() error
}

// client returns a new client for a tenant of the fake.
func (f *fake) client(tenant string) (*frontegg.Client, error) {
	return frontegg.NewClient(frontegg.WithCredentials(f.ClientID, f.APIKey), frontegg.WithBaseURL(f.URL), frontegg.WithTenant(tenant))
}

// withFake calls f with a new fake.
func withFake(ctx context.Context, f func(*fake) error) (err error) {
	first := new(fake)
	first.stop, err = startSelf(ctx, "-fake", &first.credentials)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, first.stop()) }()
	return f(first)
}

// startSelf runs this program with a flag, and decodes the first line that it prints
// into firstLine. stop ends the process.
func startSelf(ctx context.Context, flag string, firstLine any) (stop func() error, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, flag)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	stop = func() error { _ = in.Close(); return cmd.Wait() }
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, firstLine)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s did not start: %w", flag, err), stop())
	}
	return stop, nil
}
