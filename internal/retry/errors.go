package retry

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"slices"
	"strings"
)

// worthRepeating says whether a request that failed with err can succeed when
// it is sent again. What is wrong with the request, the name or the certificate
// stays wrong; what broke on the way may not break twice.
func worthRepeating(err error) bool {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return !dns.IsNotFound && (dns.IsTemporary || dns.IsTimeout)
	}
	return !isTLS(err) && !isInvalidRequest(err) && !errors.Is(err, ErrRedirected)
}

// ErrRedirected is an answer to another request than the one that was made.
var ErrRedirected = errors.New("the transport followed a redirect; its answer is not read (use a Transport that does not follow redirects, and check the base URL)")

// Unsent says whether err alone proves that no request went out: no connection
// was made, or its certificate was refused. An error that joins several proves
// it only if all of them do.
func Unsent(err error) bool {
	switch e := err.(type) { //nolint:errorlint // the chain is walked here
	case *net.DNSError:
		return true
	case *net.OpError:
		if e.Op == "dial" {
			return true
		}
	case interface{ Unwrap() []error }:
		inner := e.Unwrap()
		return len(inner) > 0 && !slices.ContainsFunc(inner, func(err error) bool { return !Unsent(err) })
	}
	if inner := errors.Unwrap(err); inner != nil && Unsent(inner) {
		return true
	}
	return badCertificate(err)
}

func badCertificate(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return true
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return true
	}
	_, ok := errors.AsType[x509.CertificateInvalidError](err)
	return ok
}

// refusals are words of the TLS alerts and errors that say no for good. Others,
// such as an internal error, may be over with the next handshake.
var refusals = []string{
	"certificate", "version", "handshake failure", "cipher", "application protocol", "unrecognized name",
	"insufficient security", "inappropriate fallback", "does not look like",
}

// isTLS recognizes a handshake that one of the sides ended with a no. Most of
// crypto/tls's errors are plain texts, with the package's name in front.
func isTLS(err error) bool {
	if badCertificate(err) {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	text := err.Error()
	if _, refusal, ok := strings.Cut(text, "tls: "); ok {
		return slices.ContainsFunc(refusals, func(word string) bool { return strings.Contains(refusal, word) })
	}
	return strings.Contains(text, "server gave HTTP response to HTTPS client")
}

// isInvalidRequest recognizes a request that net/http refuses to write. It has
// no type for that.
func isInvalidRequest(err error) bool {
	text := err.Error()
	for _, part := range []string{"net/http: invalid", "unsupported protocol scheme", "http: no Host"} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}
