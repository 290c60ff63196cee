package retry

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
)

// worthRepeating says whether a request that failed with err can succeed when
// it is sent again. What is wrong with the request, the name or the certificate
// stays wrong; what broke on the way may not break twice.
func worthRepeating(err error) bool {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return !dns.IsNotFound && (dns.IsTemporary || dns.IsTimeout)
	}
	return !isTLS(err) && !isInvalidRequest(err)
}

// Unsent says whether err alone proves that no request went out: no connection
// was made, or its certificate was refused.
func Unsent(err error) bool {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	dial, ok := errors.AsType[*net.OpError](err)
	return ok && dial.Op == "dial" || badCertificate(err)
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

// isTLS recognizes a handshake that both sides finished with a no. Some of
// crypto/tls's errors are plain texts, with the package's name in front.
func isTLS(err error) bool {
	if badCertificate(err) {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	text := err.Error()
	return strings.Contains(text, "tls: ") || strings.Contains(text, "server gave HTTP response to HTTPS client")
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
