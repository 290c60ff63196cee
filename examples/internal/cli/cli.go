// Package cli has what the example programs share: the environment that they run
// in, and a progress bar that does not get in the way of log lines.
package cli

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// HasEnvironment reports whether a FRONTEGG_ variable is set. One is enough:
// frontegg.NewClientFromEnv reports which others are missing.
func HasEnvironment() bool {
	return slices.ContainsFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "FRONTEGG_") && !strings.HasSuffix(variable, "=")
	})
}

// Server returns the server or region that the environment names, on one line.
func Server() string {
	if base := os.Getenv("FRONTEGG_BASE_URL"); base != "" {
		return Printable(base)
	}
	region := strings.ToLower(cmp.Or(os.Getenv("FRONTEGG_REGION"), "eu"))
	host := "api.frontegg.com"
	if region != "eu" {
		host = "api." + region + ".frontegg.com"
	}
	return Printable(fmt.Sprintf("%s (region %s)", host, region))
}

// Target returns the server and tenant that the environment names, on one line. An
// empty tenant is that of the environment.
func Target(tenant string) string {
	tenant = cmp.Or(tenant, os.Getenv("FRONTEGG_TENANT_ID"), "none")
	return Server() + ", tenant " + Printable(tenant)
}

// Printable escapes what a terminal would obey: a name may hold any character.
func Printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
	}
	return b.String()
}

// IsTerminal reports whether w is a terminal.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// HasColor reports whether w shows colors: a terminal, unless NO_COLOR is set or
// TERM is "dumb".
func HasColor(w io.Writer) bool {
	return IsTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
