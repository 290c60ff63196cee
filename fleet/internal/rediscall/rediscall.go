// Package rediscall bounds Redis commands in time.
package rediscall

import (
	"context"
	"time"
)

// Do runs command for at most timeout, whatever the timeouts of the Redis client. A
// client that does not look at its context goes on until its own timeouts. Its
// reply is dropped then.
func Do[T any](ctx context.Context, timeout time.Duration, command func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	type reply struct {
		value T
		err   error
	}
	replies := make(chan reply, 1)
	go func() {
		defer cancel()
		value, err := command(ctx)
		replies <- reply{value, err}
	}()
	select {
	case r := <-replies:
		return r.value, r.err
	case <-ctx.Done():
		select { // the command's own cancel comes after its reply
		case r := <-replies:
			return r.value, r.err
		default:
			var none T
			return none, context.Cause(ctx)
		}
	}
}
