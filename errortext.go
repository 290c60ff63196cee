package frontegg

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// outcome is what an error knows beyond the answer or the lack of one.
type outcome struct {
	unknown  bool   // the write may or may not have happened
	answered bool   // the call ended in a wait, after an answer
	note     string // why the call ended here, where that is not plain
}

func (o outcome) String() string {
	if o.note == "" {
		return ""
	}
	return "; " + o.note
}

// hint says what to do about a status whose name does not.
func (e *APIError) hint() string {
	switch e.StatusCode {
	case http.StatusUnauthorized:
		return "check the credentials, and that they belong to this region"
	case http.StatusForbidden:
		if strings.HasPrefix(e.Op, "groups.add") || strings.HasPrefix(e.Op, "groups.remove") {
			return "the credentials may not do this, or rank below the roles concerned"
		}
		return "the credentials may not do this"
	case http.StatusNotFound:
		if e.ofLogin() {
			return "check the base URL and its path prefix"
		}
	case http.StatusRequestEntityTooLarge:
		return "send less in one call"
	case http.StatusTooManyRequests:
		if !e.RetryAt.IsZero() {
			return "try again after " + e.RetryAt.UTC().Format(time.RFC3339)
		}
	}
	if e.StatusCode >= 300 && e.StatusCode <= 399 {
		return "redirects are not followed: check the base URL"
	}
	return ""
}

// ofLogin says whether the answer was to a token request.
func (e *APIError) ofLogin() bool { return strings.HasPrefix(e.Op, "auth.") }

// reasons is an error that tells of others in its own words.
type reasons struct {
	text string
	errs []error
}

func (e *reasons) Error() string { return e.text }

// Unwrap returns the errors that the text tells of.
func (e *reasons) Unwrap() []error { return e.errs }

// because makes an error of text, which tells of errs.
func because(text string, errs ...error) error { return &reasons{text, errs} }

// plain is the text of an error inside that of another.
func plain(err error) string { return strings.TrimPrefix(err.Error(), "frontegg: ") }

func attempts(n int) string {
	if n == 1 {
		return "1 attempt"
	}
	return strconv.Itoa(n) + " attempts"
}

func separator(i int) string {
	if i == 0 {
		return ": "
	}
	return "; "
}
