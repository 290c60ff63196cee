// Package clock lets tests pass time in a bubble of testing/synctest. It is not
// for tests on real time, which wait for what they need and not for a while.
package clock

import "time"

// Pass returns once d has gone by. In a bubble time is fake: it moves on when
// every goroutine of the bubble waits, so d takes no time, and all that is due
// before its end has begun.
func Pass(d time.Duration) { <-time.After(d) }
