package main

import (
	"runtime"
	"slices"
	"time"
)

const (
	block = 20 * time.Millisecond
	pairs = 60
)

// ratio returns b's time as a share of a's: the median of pairs of blocks, A B and
// B A in turn, so that other load on the machine affects both.
func ratio(a, b func()) float64 {
	na, nb := fill(a), fill(b)
	ratios := make([]float64, pairs)
	for i := range ratios {
		var ta, tb float64
		if i%2 == 0 {
			ta = perCall(a, na)
			tb = perCall(b, nb)
		} else {
			tb = perCall(b, nb)
			ta = perCall(a, na)
		}
		ratios[i] = tb / ta
	}
	return median(ratios)
}

// fill returns the number of calls of f in a block.
func fill(f func()) int {
	perCall(f, 3) // warm up
	n := 1
	for {
		took := perCall(f, n) * float64(n)
		if took >= float64(block)/2 {
			return max(1, int(float64(n)*float64(block)/took))
		}
		n *= 2
	}
}

// perCall returns the time of one of n calls of f, in nanoseconds.
func perCall(f func(), n int) float64 {
	began := time.Now()
	for range n {
		f()
	}
	return float64(time.Since(began)) / float64(n)
}

// cost returns the allocations of one call of f.
func cost(f func()) (allocs, bytes float64) {
	const n = 200
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for range 20 {
		f()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range n {
		f()
	}
	runtime.ReadMemStats(&after)
	return float64((after.Mallocs - before.Mallocs) / n), float64((after.TotalAlloc - before.TotalAlloc) / n)
}

func median[T int | float64 | time.Duration](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	return (sorted[(len(sorted)-1)/2] + sorted[middle]) / 2
}
