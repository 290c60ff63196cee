package pipeline

import (
	"context"
	"log/slog"
	"time"

	"github.com/frontegg-go/frontegg/internal/redact"
)

// What is logged: the operation and its route template, never a filled-in path,
// a header or a body. Attributes are made only for a handler that wants them.

func (c *call) logAttempt(ctx context.Context, took time.Duration) {
	if c.pipeline.Logger.Enabled(ctx, slog.LevelDebug) {
		c.log(ctx, slog.LevelDebug, "frontegg: attempt", append(c.result(), slog.Duration("took", took))...)
	}
}

func (c *call) logRetry(ctx context.Context, wait time.Duration) {
	if c.pipeline.Logger.Enabled(ctx, slog.LevelWarn) {
		c.log(ctx, slog.LevelWarn, "frontegg: trying again", append(c.result(), slog.Duration("wait", wait))...)
	}
}

func (c *call) logWait(ctx context.Context, wait time.Duration) {
	if c.pipeline.Logger.Enabled(ctx, slog.LevelInfo) {
		c.log(ctx, slog.LevelInfo, "frontegg: waiting", slog.Duration("wait", wait), slog.String("reason", "route is limited"))
	}
}

func (c *call) log(ctx context.Context, level slog.Level, message string, attrs ...slog.Attr) {
	o := c.request.Op
	c.pipeline.Logger.LogAttrs(ctx, level, message, append([]slog.Attr{
		slog.String("op", o.Name), slog.String("method", o.Method), slog.String("route", o.Route), slog.Int("attempt", c.attempts),
	}, attrs...)...)
}

// result is how the last attempt ended.
func (c *call) result() []slog.Attr {
	if c.outcome.Status != 0 {
		return []slog.Attr{slog.Int("status", c.outcome.Status), slog.String("trace_id", c.trace())}
	}
	return []slog.Attr{slog.String("error", redact.Printable(c.outcome.Err.Error(), 300))}
}

// trace is the last answer's trace id, safe to log.
func (c *call) trace() string {
	return redact.Printable(c.pipeline.Redact.Text(TraceID(c.answer.Header)), 128)
}
