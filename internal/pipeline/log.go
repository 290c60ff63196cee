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
	if !c.pipeline.Logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := append(c.attrs(), slog.Duration("took", took))
	if c.outcome.Status != 0 {
		attrs = append(attrs, slog.Int("status", c.outcome.Status), slog.String("trace_id", c.trace()))
	} else {
		attrs = append(attrs, slog.String("error", redact.Clean(c.outcome.Err.Error(), 300)))
	}
	c.pipeline.Logger.LogAttrs(ctx, slog.LevelDebug, "frontegg: attempt", attrs...)
}

func (c *call) logRetry(ctx context.Context, wait time.Duration) {
	if !c.pipeline.Logger.Enabled(ctx, slog.LevelWarn) {
		return
	}
	attrs := append(c.attrs(), slog.Duration("wait", wait))
	if c.outcome.Status != 0 {
		attrs = append(attrs, slog.Int("status", c.outcome.Status), slog.String("trace_id", c.trace()))
	} else {
		attrs = append(attrs, slog.String("reason", redact.Clean(c.outcome.Err.Error(), 300)))
	}
	c.pipeline.Logger.LogAttrs(ctx, slog.LevelWarn, "frontegg: trying again", attrs...)
}

func (c *call) logWait(ctx context.Context, wait time.Duration, reason string) {
	if !c.pipeline.Logger.Enabled(ctx, slog.LevelInfo) {
		return
	}
	attrs := append(c.attrs(), slog.Duration("wait", wait), slog.String("reason", reason))
	c.pipeline.Logger.LogAttrs(ctx, slog.LevelInfo, "frontegg: waiting", attrs...)
}

func (c *call) attrs() []slog.Attr {
	return []slog.Attr{
		slog.String("op", c.request.Op.Name),
		slog.String("method", c.request.Op.Method),
		slog.String("route", c.request.Op.Route),
		slog.Int("attempt", c.attempts),
	}
}

// trace is the last answer's trace id, safe to log.
func (c *call) trace() string {
	return redact.Clean(c.pipeline.Redact.Text(TraceID(c.answer.Header)), 128)
}
