package main

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// The plot's measures, in pixels.
const (
	plotWidth, plotHeight = 640, 360
	plotLeft, plotTop     = 60, 40
	plotRight, plotBottom = 620, 310
)

// plotWalks draws the time of a walk against its concurrency, measured and
// theoretical, on logarithmic axes.
func plotWalks(points []point) string {
	first, last := points[0], points[len(points)-1]
	x := func(n int) float64 {
		return plotLeft + (plotRight-plotLeft)*math.Log(float64(n)/float64(first.concurrency))/math.Log(float64(last.concurrency)/float64(first.concurrency))
	}
	const low, high = 100 * time.Millisecond, 10 * time.Second
	y := func(d time.Duration) float64 {
		return plotBottom - (plotBottom-plotTop)*math.Log(float64(d)/float64(low))/math.Log(float64(high)/float64(low))
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" font-family="sans-serif" font-size="12">`+"\n", plotWidth, plotHeight)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", plotWidth, plotHeight)
	fmt.Fprintf(&b, `<text x="%d" y="22" font-size="14">A walk of 100 pages of 100 groups, 50 ms of delay</text>`+"\n", plotLeft)
	for _, d := range []time.Duration{100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second} {
		fmt.Fprintf(&b, `<line x1="%d" y1="%.1f" x2="%d" y2="%.1f" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%v</text>`+"\n",
			plotLeft, y(d), plotRight, y(d), plotLeft-6, y(d)+4, d)
	}
	for _, p := range points {
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle">%d</text>`+"\n", x(p.concurrency), plotBottom+18, p.concurrency)
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle">pages in flight at most</text>`+"\n", (plotLeft+plotRight)/2, plotBottom+38)
	curve := func(colour, dash, label string, of func(point) time.Duration, labelY float64) {
		var path []string
		for _, p := range points {
			path = append(path, fmt.Sprintf("%.1f,%.1f", x(p.concurrency), y(of(p))))
		}
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2" stroke-dasharray="%s"/>`+"\n", strings.Join(path, " "), colour, dash)
		fmt.Fprintf(&b, `<text x="%d" y="%.1f" text-anchor="end" fill="%s">%s</text>`+"\n", plotRight-6, labelY, colour, label)
	}
	curve("#4f46e5", "none", "measured", func(p point) time.Duration { return p.took }, plotTop+20)
	curve("#b45309", "5 4", "bound: one round trip, then as many as the rest takes", func(p point) time.Duration { return p.fewest }, plotTop+38)
	b.WriteString("</svg>\n")
	return b.String()
}
