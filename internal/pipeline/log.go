package pipeline

import (
	"context"
	"log/slog"
	"time"

	"github.com/frontegg-go/frontegg/internal/redact"
)

// The log has the operation and its route template, never a path with IDs, a header
// or a body. Attributes are made only if the level is enabled.

func (c *call) logAttempt(ctx context.Context, took time.Duration) {
	if c.pipeline.Logger.Enabled(ctx, slog.LevelDebug) {
		c.log(ctx, slog.LevelDebug, "frontegg: attempt", append(c.result(), slog.Duration("took", took))...)
	}
}

func (c *call) logRetry(ctx context.Context, wait time.Duration) {
	if c.pipeline.Logger.Enabled(ctx, slog.LevelWarn) {
		c.log(ctx, slog.LevelWarn, "frontegg: retrying", append(c.result(), slog.Duration("wait", wait))...)
	}
}

func (c *call) logWait(ctx context.Context, wait time.Duration) {
	if c.pipeline.Logger.Enabled(ctx, slog.LevelInfo) {
		c.log(ctx, slog.LevelInfo, "frontegg: waiting", slog.Duration("wait", wait), slog.String("reason", "route is rate limited"))
	}
}

func (c *call) log(ctx context.Context, level slog.Level, message string, attrs ...slog.Attr) {
	r := c.request
	all := []slog.Attr{
		slog.String("op", r.Op.Name), slog.String("method", r.Op.Method), slog.String("route", r.Op.Route), slog.Int("attempt", c.attempts),
	}
	if r.Tenant != "" {
		all = append(all, slog.String("tenant", r.Tenant))
	}
	c.pipeline.Logger.LogAttrs(ctx, level, message, append(all, attrs...)...)
}

// result returns the outcome of the last attempt.
func (c *call) result() []slog.Attr {
	if c.outcome.Status == 0 {
		return []slog.Attr{slog.String("error", redact.Printable(c.outcome.Err.Error(), 300))}
	}
	traceID := c.pipeline.Redact.Text(TraceID(c.response.Header))
	return []slog.Attr{slog.Int("status", c.outcome.Status), slog.String("trace_id", redact.Printable(traceID, 128))}
}
