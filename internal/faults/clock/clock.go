// Package clock advances fake time in a bubble of testing/synctest. It is not for
// tests on real time.
package clock

import "time"

// Pass returns after d. In a bubble, fake time advances when all goroutines are
// blocked, so Pass does not take real time, and timers due before its end have
// fired.
func Pass(d time.Duration) { <-time.After(d) }
