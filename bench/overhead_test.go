package main

import "testing"

// BenchmarkCall is the overhead of a call for a profiler:
//
//	go test -bench 'Call/GET.*/frontegg' -memprofile mem.out -memprofilerate 1
func BenchmarkCall(b *testing.B) {
	for _, w := range workloads() {
		contenders, err := w.clients(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range contenders {
			b.Run(w.name+"/"+c.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					c.call()
				}
			})
		}
	}
}
