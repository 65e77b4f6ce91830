package ward

import "slices"

// Area is the wards that something concerns: a bulletin's audience, the ward
// of a person. The zero Area concerns no ward, and so nobody who looks after
// one only.
type Area struct {
	WardIDs    []int64
	Everywhere bool
}

// In is the area of one ward, and everywhere for 0.
func In(wardID int64) Area {
	if wardID == 0 {
		return Area{Everywhere: true}
	}
	return Area{WardIDs: []int64{wardID}}
}

// Within says whether an area lies in some wards and nowhere else.
func (a Area) Within(wards ...int64) bool {
	return !a.Everywhere && len(a.WardIDs) > 0 &&
		!slices.ContainsFunc(a.WardIDs, func(id int64) bool { return !slices.Contains(wards, id) })
}

// Heads counts the people of a ward.
type Heads struct {
	Active      int // are sent what there is
	Paused      int
	Unreachable int
	Waiting     int // to be agreed to
}

// All is everybody who was agreed to.
func (h Heads) All() int { return h.Active + h.Paused + h.Unreachable }
