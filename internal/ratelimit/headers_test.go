package ratelimit

import (
	"math"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// now is the local time in all tables.
var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// headers makes an http.Header of pairs.
func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

func at(d time.Duration) string { return now.Add(d).Format(time.RFC3339) }

func httpDate(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }

func TestDelay(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		header http.Header
		want   time.Duration
	}{
		{"reset as a date, and a second for its missing fraction", headers(headerReset, at(7*time.Second)), 8 * time.Second},
		{"reset with an offset", headers(headerReset, now.Add(7*time.Second).In(time.FixedZone("", 7200)).Format(time.RFC3339)), 8 * time.Second},
		{"reset with a fraction", headers(headerReset, now.Add(7500*time.Millisecond).Format(time.RFC3339Nano)), 8500 * time.Millisecond},
		{"reset with blanks around it", headers(headerReset, "  "+at(7*time.Second)+" "), 8 * time.Second},
		{"reset at this very second", headers(headerReset, at(0)), time.Second},
		{"reset in plain seconds", headers(headerReset, "7"), 8 * time.Second},
		{"reset as a Unix time", headers(headerReset, strconv.FormatInt(now.Unix()+7, 10)), 8 * time.Second},
		{"reset as a Unix time in milliseconds", headers(headerReset, strconv.FormatInt(now.UnixMilli()+7000, 10)), 8 * time.Second},
		{"reset on a server whose clock is an hour ahead", headers(headerReset, at(time.Hour+7*time.Second), "Date", httpDate(time.Hour)), 8 * time.Second},
		{"reset on a server whose clock is an hour behind", headers(headerReset, at(7*time.Second-time.Hour), "Date", httpDate(-time.Hour)), 8 * time.Second},
		{"reset beside a broken Date", headers(headerReset, at(7*time.Second), "Date", "yesterday"), 8 * time.Second},
		{"reset before Retry-After", headers(headerReset, at(7*time.Second), "Retry-After", "3"), 8 * time.Second},
		{"Retry-After in seconds", headers("Retry-After", "3"), 3 * time.Second},
		{"Retry-After with blanks", headers("Retry-After", " 3 "), 3 * time.Second},
		{"Retry-After as a date", headers("Retry-After", httpDate(3*time.Second)), 4 * time.Second},
		{"Retry-After as a date by the server's clock", headers("Retry-After", httpDate(time.Hour+3*time.Second), "Date", httpDate(time.Hour)), 4 * time.Second},
		{"Retry-After after a broken reset", headers(headerReset, "soon", "Retry-After", "3"), 3 * time.Second},
		{"Retry-After after a reset in the past", headers(headerReset, at(-time.Second), "Retry-After", "3"), 3 * time.Second},
		{"an hour", headers(headerReset, at(time.Hour)), time.Hour + time.Second},
		{"seconds that would overflow a Duration", headers("Retry-After", "9223372037"), maxDelay},
		{"the largest number of seconds", headers("Retry-After", strconv.FormatInt(math.MaxInt64, 10)), maxDelay},
		{"the largest reset", headers(headerReset, strconv.FormatInt(math.MaxInt64, 10)), maxDelay + time.Second},
		{"a reset in the year 9999", headers(headerReset, "9999-12-31T23:59:59Z"), maxDelay + time.Second},
		{"plain seconds just below a Unix time", headers(headerReset, "999999999"), maxDelay + time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wait, ok := Delay(tt.header, now)
			assert.True(t, ok)
			assert.Equal(t, tt.want, wait)
		})
	}
}

// invalid are header values that are ignored.
var invalid = []string{
	"", " ", "0", "-1", "-9223372037", "+", "NaN", "Inf", "-Inf", "1e3", "7.5", "0x10", "1_000", "99999999999999999999",
	"-99999999999999999999", "soon", "true", "null", "7s", "7,8", "２", "2026-03-01", "2026-03-01 12:00:07",
	"2026-03-01T12:00:07", "2026-13-01T12:00:07Z", "2026-03-01T25:00:07Z", "0000-01-01T00:00:00Z", "1970-01-01T00:00:00Z",
	"Sun, 01 Mar 2026", "Sun, 99 Mar 2026 12:00:07 GMT", "\x00", "\xff", "{}", "7\r\nX: y",
}

func TestDelay_Invalid(t *testing.T) {
	t.Parallel()
	past := append([]string{at(-time.Second), at(-time.Hour), httpDate(-time.Second), httpDate(-time.Hour)}, invalid...)
	for _, value := range past {
		for _, key := range []string{headerReset, "Retry-After"} {
			wait, ok := Delay(headers(key, value), now)
			assert.False(t, ok, "%s: %q", key, value)
			assert.Zero(t, wait, "%s: %q", key, value)
		}
		if wait, ok := Delay(headers(headerReset, value, "Retry-After", value), now); ok {
			t.Errorf("both %q: wait %v", value, wait)
		}
	}
	_, ok := Delay(headers(headerReset, strconv.FormatInt(now.Unix()-5, 10)), now)
	assert.False(t, ok, "a Unix time in the past")
	_, ok = Delay(nil, now)
	assert.False(t, ok, "no header at all")
	_, ok = Delay(headers("Date", httpDate(time.Hour)), now)
	assert.False(t, ok, "a date alone")
}

func TestRead(t *testing.T) {
	t.Parallel()
	h := headers(headerLimit, "100", headerRemaining, " 7 ", headerReset, at(time.Minute))
	assert.Equal(t, Info{Limit: 100, Remaining: 7, Reset: now.Add(time.Minute)}, Read(h, now))
	assert.Equal(t, now.Add(time.Minute), Read(headers(headerReset, "60"), now).Reset)
	assert.Zero(t, Read(nil, now))
	for _, value := range []string{"", "-1", "many", "1.5", "1e3", "99999999999999999999", "NaN"} {
		assert.Zero(t, Read(headers(headerLimit, value, headerRemaining, value), now), "%q", value)
	}
	for _, value := range []string{"", "soon", "-5", "0", "99999999999999999999"} {
		assert.Zero(t, Read(headers(headerReset, value), now).Reset, "%q", value)
	}
}

func FuzzDelay(f *testing.F) {
	for _, value := range append([]string{at(7 * time.Second), at(-time.Hour), "7", "9223372037", httpDate(time.Minute)}, invalid...) {
		f.Add(value, "", "")
		f.Add("", value, "")
		f.Add(value, value, httpDate(time.Hour))
		f.Add("7", "8", value)
	}
	f.Fuzz(func(t *testing.T, reset, after, date string) {
		h := headers(headerReset, reset, "Retry-After", after, "Date", date)
		wait, ok := Delay(h, now)
		if ok && (wait <= 0 || wait > maxDelay+time.Second) {
			t.Errorf("wait %v", wait)
		}
		if !ok && wait != 0 {
			t.Errorf("not ok, but a delay of %v", wait)
		}
		if info := Read(h, now); info.Limit != 0 || info.Remaining != 0 {
			t.Errorf("%+v out of nothing", info)
		}
	})
}
