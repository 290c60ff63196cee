package idset

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSet_Add(t *testing.T) {
	t.Parallel()
	s := New()
	for round := range 2 {
		for i := range 10_000 {
			if s.Add(fmt.Sprint("group-", i)) != (round == 0) {
				t.Fatalf("round %d, id %d", round, i)
			}
		}
	}
	assert.Equal(t, 10_000, s.used)
}

func TestSet_SameSlot(t *testing.T) {
	t.Parallel()
	s := New()
	for i := range uint32(40) { // all want slot 63, and go on at 0
		assert.True(t, s.add(hash{63, i, 1}))
	}
	for i := range uint32(40) {
		assert.False(t, s.add(hash{63, i, 1}))
	}
}

func TestSet_Sum(t *testing.T) {
	t.Parallel()
	s := New()
	sum := func(ids ...string) uint64 { return s.Sum(slices.Values(ids)) }
	assert.Equal(t, sum("a", "b", "c"), sum("c", "a", "b"))
	assert.NotEqual(t, sum("a", "b"), sum("a", "c"))
	assert.NotEqual(t, sum("a"), sum("a", "a"))
}
