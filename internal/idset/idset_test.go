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

func TestSet_HashUsesAllBits(t *testing.T) {
	t.Parallel()
	s := New()
	const ids = 1000
	for word := range (hash{}) {
		values, set, clear := map[uint32]bool{}, uint32(0), uint32(0)
		for i := range ids {
			value := s.hash(fmt.Sprint("group-", i))[word]
			values[value] = true
			set, clear = set|value, clear|^value
		}
		assert.Greater(t, len(values), ids-10, "word %d", word)
		assert.Equal(t, ^uint32(0), set, "word %d", word)
		assert.GreaterOrEqual(t, clear, ^uint32(0)-1, "word %d: the last bit may be set always", word)
	}
	first, second := s.hash("a"), s.hash("a")
	assert.Equal(t, first, second)
	assert.NotEqual(t, first[0], first[1])
	assert.NotEqual(t, first[0]|1, first[2])
}

func TestSet_Sum(t *testing.T) {
	t.Parallel()
	s := New()
	sum := func(ids ...string) uint64 { return s.Sum(slices.Values(ids)) }
	assert.Equal(t, sum("a", "b", "c"), sum("c", "a", "b"))
	assert.NotEqual(t, sum("a", "b"), sum("a", "c"))
	assert.NotEqual(t, sum("a"), sum("a", "a"))
}
