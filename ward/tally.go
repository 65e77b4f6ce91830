package ward

// Tally is the counts of a place over a period, over the tasks whose send
// day lies in it.
type Tally struct {
	Asked      int // deliveries sent, and people asked by a post
	Done       int // of those, confirmed done, late ones included
	Late       int // of Done, after the deadline
	NotToday   int
	Reports    int
	Households int
	Active     int // people with at least one Done
	Groups     int // residential groups of the place
	Covered    int // groups with at least one active collaborator
}

// Silent is how many were asked and have not answered.
func (t Tally) Silent() int { return t.Asked - t.Done - t.NotToday }

// InTime is how many were done before their deadline.
func (t Tally) InTime() int { return t.Done - t.Late }

// Add sums two tallies of different places over one period.
func (t Tally) Add(u Tally) Tally {
	return Tally{
		Asked: t.Asked + u.Asked, Done: t.Done + u.Done, Late: t.Late + u.Late,
		NotToday: t.NotToday + u.NotToday, Reports: t.Reports + u.Reports, Households: t.Households + u.Households,
		Active: t.Active + u.Active, Groups: t.Groups + u.Groups, Covered: t.Covered + u.Covered,
	}
}

// less takes the tallies of places off that of their whole. Who moved from one
// to the other is active in both and in the whole once, so nothing may be left
// of it, but never less than that.
func (t Tally) less(u Tally) Tally {
	return Tally{
		Asked: max(0, t.Asked-u.Asked), Done: max(0, t.Done-u.Done), Late: max(0, t.Late-u.Late),
		NotToday: max(0, t.NotToday-u.NotToday), Reports: max(0, t.Reports-u.Reports), Households: max(0, t.Households-u.Households),
		Active: max(0, t.Active-u.Active), Groups: max(0, t.Groups-u.Groups), Covered: max(0, t.Covered-u.Covered),
	}
}

// Told says whether anything is counted besides the groups there are.
func (t Tally) Told() bool {
	t.Groups = 0
	return t != Tally{}
}

// PlaceTally is the tally of one ward, or of one group of a ward.
type PlaceTally struct {
	PlaceID int64
	Name    string
	People  int // registered there now, whatever the period
	Target  int // the rate that a coordinator aims at, in percent; 0: none
	Tally
}

// Sum adds up places.
func Sum(places []PlaceTally) Tally {
	var total Tally
	for _, p := range places {
		total = total.Add(p.Tally)
	}
	return total
}

// Progress is how far the sending of a bulletin has come, in people, and what
// those who have it answered.
type Progress struct {
	Audience    int
	Sent        int
	Unreachable int // blocked the bot, or the account is gone
	Failed      int
	Retrying    int // will be tried again
	Paused      int // will get it when their pause is over
	Unknown     int // Telegram never said whether it arrived
	Cancelled   int
	TooLate     int  // of Cancelled: the deadline had passed
	Posted      int  // asked by a post, without a message of their own
	Reminded    bool // a reminder followed it
	Answers     Tally
	Posts       PostProgress
	Amending    Amending
}

// Settled is how many need nothing more.
func (p Progress) Settled() int {
	return p.Sent + p.Unreachable + p.Failed + p.Unknown + p.Cancelled + p.Posted
}

// Reached says whether everybody who can be reached now has been tried.
func (p Progress) Reached() bool { return p.Settled()+p.Paused == p.Audience }

// Summary is what one person has done, since they registered or in a period.
// They see it, and on a card of thanks who looks after them.
type Summary struct{ Done, Reports, Households int }

// Copies is how many messages there are to correct or recall: each person's
// counts once, whatever its parts, and each board's.
func (p Progress) Copies() int { return p.Sent + p.Posts.Sent }
