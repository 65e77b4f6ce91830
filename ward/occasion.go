package ward

import "time"

// OccasionsAt is when people are written to on an occasion: in the evening,
// when the day's task is over.
const OccasionsAt Clock = 20*60 + 30

// What makes an occasion.
const (
	SilentDays  = 3  // so many days in a row with a task that was not answered: a pause is offered
	SilentSince = 14 // looked for in so many days
	// OfferAgain is how long after a pause was offered it is not offered again.
	OfferAgain = 30 * 24 * time.Hour
)

// thanksOn are the days of doing something on which a person is thanked, in
// private and once each.
var thanksOn = []int{7, 30, 100}

// Occasion is why a person is written to, in private: for the 7th, 30th or
// 100th day on which they did something, or because they may need a pause.
type Occasion struct {
	Person Person
	Days   int // 7, 30 or 100; 0: a pause is offered
}

// ThanksFor is the last of the days to be thanked for that somebody has
// reached and was not thanked for; 0 if there is none.
func ThanksFor(days, thanked int) (due int) {
	for _, d := range thanksOn {
		if d <= days && d > thanked {
			due = d
		}
	}
	return due
}
