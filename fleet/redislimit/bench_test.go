package redislimit_test

import (
	"testing"

	"github.com/frontegg-go/frontegg/fleet/internal/redistest"
	"github.com/frontegg-go/frontegg/fleet/redislimit"
)

// BenchmarkWait is what a request costs that may be sent at once.
func BenchmarkWait(b *testing.B) {
	server := redistest.Start(b)
	limiter := process(b, server.Socket, redislimit.Options{PerMinute: 1 << 30})
	for b.Loop() {
		if err := limiter.Wait(b.Context(), list); err != nil {
			b.Fatal(err)
		}
	}
}
