package retry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/frontegg-go/frontegg/internal/op"
)

func TestRetryable_Errors(t *testing.T) {
	t.Parallel()
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	for _, tt := range []struct {
		name               string
		err                error
		transient, notSent bool
	}{
		{"connection refused", dial, true, true},
		{"dial timeout", &net.OpError{Op: "dial", Err: context.DeadlineExceeded}, true, true},
		{"temporary DNS failure", &net.DNSError{Err: "server misbehaving", IsTemporary: true}, true, true},
		{"DNS timeout", &net.DNSError{Err: "i/o timeout", IsTimeout: true}, true, true},
		{"NXDOMAIN", &net.DNSError{Err: "no such host", IsNotFound: true}, false, true},
		{"NXDOMAIN that calls itself temporary", &net.DNSError{Err: "no such host", IsNotFound: true, IsTemporary: true}, false, true},
		{"permanent DNS failure", &net.DNSError{Err: "invalid name"}, false, true},
		{"NXDOMAIN inside a dial", &net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}, false, true},
		{"reset", &net.OpError{Op: "read", Err: syscall.ECONNRESET}, true, false},
		{"broken pipe", &net.OpError{Op: "write", Err: syscall.EPIPE}, true, false},
		{"EOF", io.EOF, true, false},
		{"truncated body", io.ErrUnexpectedEOF, true, false},
		{"attempt timeout", context.DeadlineExceeded, true, false},
		{"HTTP/2 stream error", errors.New("stream error: stream ID 3; INTERNAL_ERROR; received from peer"), true, false},
		{"HTTP/2 GOAWAY", errors.New("http2: server sent GOAWAY and closed the connection"), true, false},
		{"TLS handshake timeout", errors.New("net/http: TLS handshake timeout"), true, false},
		{"unknown certificate authority", x509.UnknownAuthorityError{}, false, true},
		{"certificate for another host", x509.HostnameError{Certificate: &x509.Certificate{}, Host: "h"}, false, true},
		{"expired certificate", x509.CertificateInvalidError{Cert: &x509.Certificate{}, Reason: x509.Expired}, false, true},
		{"certificate verification", &tls.CertificateVerificationError{Err: errors.New("x")}, false, true},
		{"server without TLS", tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, false, false},
		{"TLS version", errors.New("remote error: tls: protocol version not supported"), false, false},
		{"HTTP response to HTTPS", errors.New("http: server gave HTTP response to HTTPS client"), false, false},
		{"invalid header", errors.New(`net/http: invalid header field value for "X"`), false, false},
		{"unknown scheme", errors.New("unsupported protocol scheme \"ftp\""), false, false},
		{"no host", errors.New("http: no Host in request URL"), false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, err := range []error{tt.err, wrapped(tt.err)} {
				assert.Equal(t, tt.transient, Retryable(op.Idempotent, Outcome{Err: err}), "transient")
				assert.Equal(t, tt.notSent, NotSent(err), "notSent")
			}
		})
	}
}
