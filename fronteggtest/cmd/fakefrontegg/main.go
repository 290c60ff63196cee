// Command fakefrontegg serves an in-memory Frontegg: the user groups API, the token
// endpoints and the lookups of users, roles and tenants, for clients in any
// language. All state is lost when it ends.
//
//	go run github.com/frontegg-go/frontegg/fronteggtest/cmd/fakefrontegg -addr 127.0.0.1:4010 -seed
//
// The first line that it prints is a comment:
//
//	# listening on http://127.0.0.1:4010 clientId=… apiKey=…
//
// Everything that it prints can be pasted into a shell: the lines after the first set
// the variables that frontegg.NewClientFromEnv reads. With -seed the IDs and keys are the
// same on every start.
//
// Tests in other processes can read the request log and inject faults below
// /_fake/; GET /_fake/ lists the endpoints.
//
// An interrupt or SIGTERM ends it after the requests in progress.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/frontegg-go/frontegg/fronteggtest"
)

// grace is how long requests in progress may take to end.
const grace = 5 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case err == nil:
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "fakefrontegg:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, err := parseFlags(args, stderr)
	if err != nil {
		return err
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", c.addr)
	if err != nil {
		return fmt.Errorf("%w; choose another address with -addr", err)
	}
	fake := fronteggtest.NewServer(c.options()...)
	defer fake.Close()
	if _, err := io.WriteString(stdout, greeting(c, fake, baseURL(listener.Addr()))); err != nil {
		return errors.Join(err, listener.Close())
	}
	return serve(ctx, listener, handler(c, fake, stderr))
}

// handler returns the fake with its admin endpoints, latency and log.
func handler(c config, fake *fronteggtest.Server, stderr io.Writer) http.Handler {
	h := delayed(fake.Handler(), c.latency)
	if c.verbose {
		h = logged(h, log.New(stderr, "", log.LstdFlags))
	}
	mux := http.NewServeMux()
	mux.Handle("/_fake/", admin(fake))
	mux.Handle("/", h)
	return mux
}

// greeting seeds the server if asked to, and returns the text to print.
func greeting(c config, fake *fronteggtest.Server, base string) string {
	id, key := fake.Credentials()
	var b strings.Builder
	fmt.Fprintf(&b, "# listening on %s clientId=%s apiKey=%s\n", base, id, key)
	fmt.Fprintf(&b, "export FRONTEGG_BASE_URL=%s\n", shellQuote(base))
	fmt.Fprintf(&b, "export FRONTEGG_CLIENT_ID=%s\n", shellQuote(id))
	fmt.Fprintf(&b, "export FRONTEGG_API_KEY=%s\n", shellQuote(key))
	if c.seed {
		summary := seed(fake, c.tenants, c.users)
		fmt.Fprintf(&b, "export FRONTEGG_TENANT_ID=%s\n%s", demoTenant, summary)
	}
	return b.String()
}

// shellQuote returns s as one word of a POSIX shell.
func shellQuote(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._~:/", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// serve serves until ctx ends, then waits for requests in progress.
func serve(ctx context.Context, listener net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if server.Shutdown(ending) != nil {
		_ = server.Close()
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// baseURL returns the URL at which a client on this machine reaches addr.
func baseURL(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
