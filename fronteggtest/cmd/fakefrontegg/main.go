// Command fakefrontegg serves an in-memory Frontegg: the user groups API and the
// token endpoints, to try a client of any language on. All is lost when it ends.
//
//	go run github.com/frontegg-go/frontegg/fronteggtest/cmd/fakefrontegg -addr 127.0.0.1:4010 -seed
//
// The first line that it prints is
//
//	listening on http://127.0.0.1:4010 clientId=… apiKey=…
//
// An interrupt or SIGTERM ends it, after the requests under way.
package main

import (
	"cmp"
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
	"syscall"
	"time"

	"github.com/frontegg-go/frontegg/fronteggtest"
)

// grace is how long requests under way may take to end.
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

// errUsage is a command line that was wrong and has been explained.
var errUsage = errors.New("usage")

// config is what the command line says.
type config struct {
	addr, clientID, apiKey string
	seed, verbose          bool
	tokenTTL, latency      time.Duration
	rateLimit              int
	rateWindow             time.Duration
}

func parse(args []string, stderr io.Writer) (config, error) {
	var c config
	flags := flag.NewFlagSet("fakefrontegg", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&c.addr, "addr", "127.0.0.1:4010", "listen on this `address`; port 0 picks a free one")
	flags.StringVar(&c.clientID, "client-id", "", "client `id` of the environment (default random)")
	flags.StringVar(&c.apiKey, "api-key", "", "API `key` of the environment (default random)")
	flags.BoolVar(&c.seed, "seed", false, "begin with users, roles and groups in the tenant "+demoTenant)
	flags.DurationVar(&c.tokenTTL, "token-ttl", 24*time.Hour, "how long tokens live")
	flags.IntVar(&c.rateLimit, "rate-limit", 0, "calls of one operation in a window; 0 means no limit")
	flags.DurationVar(&c.rateWindow, "rate-window", time.Minute, "the window of -rate-limit")
	flags.DurationVar(&c.latency, "latency", 0, "wait so long before each answer")
	flags.BoolVar(&c.verbose, "v", false, "print a line about each request on standard error")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c, err
	case err != nil:
		return c, errUsage
	case flags.NArg() > 0:
		return c, c.wrong(stderr, "takes no arguments, only flags: %q", flags.Arg(0))
	case c.tokenTTL <= 0 || c.rateWindow <= 0 || c.rateLimit < 0 || c.latency < 0:
		return c, c.wrong(stderr, "-token-ttl and -rate-window must be positive, -rate-limit and -latency not negative")
	case (c.clientID == "") != (c.apiKey == ""):
		return c, c.wrong(stderr, "-client-id and -api-key go together")
	}
	return c, nil
}

func (config) wrong(stderr io.Writer, format string, args ...any) error {
	_, _ = fmt.Fprintf(stderr, "fakefrontegg: "+format+"; see -help\n", args...)
	return errUsage
}

// server returns the Frontegg that the command line asks for.
func (c config) server() *fronteggtest.Server {
	opts := []fronteggtest.ServerOption{
		fronteggtest.WithTokenTTL(c.tokenTTL),
		fronteggtest.WithRateLimit(c.rateLimit, c.rateWindow),
		fronteggtest.WithRequestLog(0), // nobody asks for it
	}
	if c.clientID != "" {
		opts = append(opts, fronteggtest.WithCredentials(c.clientID, c.apiKey))
	}
	s := fronteggtest.NewServer(opts...)
	if c.latency > 0 {
		s.Inject(fronteggtest.Fault{Times: -1, Delay: c.latency})
	}
	return s
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, err := parse(args, stderr)
	if err != nil {
		return err
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", c.addr)
	if err != nil {
		return fmt.Errorf("%w; choose another address with -addr", err)
	}
	fake := c.server()
	defer fake.Close()
	handler := fake.Handler()
	if c.verbose {
		handler = logged(handler, log.New(stderr, "", log.LstdFlags))
	}
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: time.Minute}

	id, key := fake.Credentials()
	greeting := fmt.Sprintf("listening on %s clientId=%s apiKey=%s\n", url(listener.Addr()), id, key)
	if c.seed {
		greeting += seed(fake).String()
	}
	if _, err := io.WriteString(stdout, greeting); err != nil {
		return errors.Join(err, listener.Close())
	}
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

// url is where a client finds the server.
func url(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// logged writes a line about each request.
func logged(h http.Handler, logger *log.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		watched := &statusWriter{ResponseWriter: w}
		defer func() {
			logger.Printf("%s %s tenant=%s %d %v", r.Method, r.URL.RequestURI(),
				cmp.Or(r.Header.Get("Frontegg-Tenant-Id"), "-"), watched.status, time.Since(began).Round(time.Microsecond))
		}()
		h.ServeHTTP(watched, r)
	})
}

// statusWriter remembers the status that is written.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController find what the writer can do.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
