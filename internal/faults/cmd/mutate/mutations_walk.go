package main

// walkMutations are the rules for walks.
var walkMutations = []mutation{
	{"a panic of a fetch is the reader's", "prefetch/prefetch.go", "if p.panicked != nil {", "if false {", "faults TestTransport_PanicInWalk"},
	{"the window grows", "prefetch/prefetch.go", "min(2*window, o.Limit)", "window", "prefetch TestAll_WindowDoubles"},
	{"the window is bounded", "prefetch/prefetch.go", "min(2*window, o.Limit)", "2*window", "prefetch TestAll_BreakCancels"},
	{"a break cancels what is under way", "prefetch/prefetch.go", "defer cancel()", "_ = cancel", "prefetch TestAll_BreakCancels"},
	{"a break waits for what is under way", "prefetch/prefetch.go", "defer running.Wait()", "", "prefetch TestAll_BreakCancels"},
	{"an error is the last", "prefetch/prefetch.go", "yield(p.value, p.err)\n\t\t\t\treturn", "yield(p.value, p.err)\n\t\t\t\tcontinue", "prefetch TestAll_ContextCanceled"},
	{"an error is the last, one by one", "prefetch/prefetch.go", "if !yield(value, err) || err != nil {", "if !yield(value, err) {", "prefetch TestAll_ContextCanceled"},
	{"a fetch that ends its goroutine is an error", "prefetch/prefetch.go", "p.err = errNoReturn", "", "prefetch TestAll_Goexit"},
	{"IDs are told apart by the high bits", "idset/idset.go", "uint32(a >> 32)", "uint32(a)", "idset TestSet_HashUsesAllBits"},
	{"IDs are told apart by the second hash", "idset/idset.go", "uint32(b) | 1", "uint32(a+0*b) | 1", "idset TestSet_HashUsesAllBits"},
	{"the totals of a failed page are not used", "prefetch/prefetch.go", "if err == nil {\n\t\t\to.onItem(value)", "if true {\n\t\t\to.onItem(value)", "prefetch TestAll_ErrorIsLast"},
	{"a page that was never fetched has no Response", "../walk.go", "if p.publish != nil {", "if true {", "faults TestTransport_EndsItsGoroutine"},
	{"deleted rows count as found", "../walk.go", "all := items + p.deleted", "all := items + 0*p.deleted", ".. TestWalk_RowsDeletedAtRandom"},
	{"rows that moved before a second pass are found", "../walk.go", "p.idle > 1", "p.idle > 0", ".. TestWalk_RowsDeletedBetweenPasses"},
	{"smaller pages begin at the same row", "../walk.go", "old := min(p.size, cmp.Or(p.largest, p.size))", "old := cmp.Or(p.size)", ".. TestWalk_TooLargeOnServerWithSmallPages"},
}
