package ward

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestByPoints(t *testing.T) {
	entry := func(number, jurors, points int) Scored {
		return Scored{Entry: Entry{Number: number}, Jurors: jurors, Points: points}
	}
	var order []int
	for _, e := range ByPoints([]Scored{
		entry(1, 0, 0), entry(2, 3, 20), entry(3, 2, 16), entry(4, 3, 24), entry(5, 3, 20), entry(6, 1, 8),
	}) {
		order = append(order, e.Number)
	}
	// 8.0 by three jurors, by two, by one; 6.67 twice; nobody's.
	if diff := cmp.Diff([]int{4, 3, 6, 2, 5, 1}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}
