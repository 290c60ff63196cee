package retry

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"slices"
	"strings"
)

// isTransient reports whether a request that failed with err may succeed when it
// is retried. An invalid request, unknown host or certificate fails every time.
func isTransient(err error) bool {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return !dns.IsNotFound && (dns.IsTemporary || dns.IsTimeout)
	}
	return !isTLS(err) && !isInvalidRequest(err) && !errors.Is(err, ErrRedirectFollowed)
}

// ErrRedirectFollowed is returned if the transport followed a redirect: the
// response is to another request than the one that was sent.
var ErrRedirectFollowed = errors.New("the transport followed a redirect (use a Transport that does not follow redirects, and check the base URL)")

// NotSent reports whether err alone proves that no request was sent: there was no
// connection, or its certificate was invalid. If errors are joined, each must prove it.
func NotSent(err error) bool {
	switch e := err.(type) { //nolint:errorlint // the chain is walked here
	case *net.DNSError:
		return true
	case *net.OpError:
		if e.Op == "dial" {
			return true
		}
	case interface{ Unwrap() []error }:
		inner := e.Unwrap()
		return len(inner) > 0 && !slices.ContainsFunc(inner, func(err error) bool { return !NotSent(err) })
	}
	if inner := errors.Unwrap(err); inner != nil && NotSent(inner) {
		return true
	}
	return isCertificateError(err)
}

// IsStreamRefused reports whether an HTTP/2 server has provably not processed the
// request: it refused the stream, or closed the connection before the stream. The
// errors of net/http have no exported type, and it wraps them as text only.
func IsStreamRefused(err error) bool {
	text := err.Error()
	return IsStreamError(err) && strings.Contains(text, "; REFUSED_STREAM; received from peer") ||
		strings.Contains(text, "http2: Transport received Server's graceful shutdown GOAWAY") ||
		strings.Contains(text, "http2: Transport received GOAWAY from server ErrCode:") // for the first stream, which it did not count
}

// WithoutAdvice returns err without what net/http adds for the callers of an
// http.Client, who could set a GetBody.
func WithoutAdvice(err error) error {
	if _, text, ok := strings.Cut(err.Error(), "http2: Transport: cannot retry err ["); ok {
		if text, _, ok = strings.Cut(text, "] after Request.Body was written"); ok {
			return errors.New(text)
		}
	}
	return err
}

// IsStreamNotOpened reports whether net/http did not open an HTTP/2 stream, because
// the connection had become full, and did not retry, because it had closed the body.
// It returns this error for a request without GetBody only if no header was written.
func IsStreamNotOpened(err error) bool {
	return strings.Contains(err.Error(), "net/http: cannot rewind body after connection loss")
}

// IsStreamError reports whether one stream of an HTTP/2 connection failed, not the
// connection.
func IsStreamError(err error) bool { return strings.Contains(err.Error(), "stream error: stream ID ") }

func isCertificateError(err error) bool {
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

// permanentAlerts are words in TLS alerts and errors that another handshake would also
// get, unlike an internal error.
var permanentAlerts = []string{
	"certificate", "version", "handshake failure", "cipher", "application protocol", "unrecognized name",
	"insufficient security", "inappropriate fallback", "does not look like",
}

// isTLS reports whether a TLS handshake failed permanently. Most errors of
// crypto/tls have no type, only a text that begins with the package's name.
func isTLS(err error) bool {
	if isCertificateError(err) {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	text := err.Error()
	if _, alert, ok := strings.Cut(text, "tls: "); ok {
		return slices.ContainsFunc(permanentAlerts, func(word string) bool { return strings.Contains(alert, word) })
	}
	return strings.Contains(text, "server gave HTTP response to HTTPS client")
}

// isInvalidRequest reports whether net/http did not send the request because it
// is invalid. Such errors have no type.
func isInvalidRequest(err error) bool {
	text := err.Error()
	for _, part := range []string{"net/http: invalid", "unsupported protocol scheme", "http: no Host"} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}
