package ward

// ThanksRule is whom a year's own numbers suggest to thank. It draws a line
// that everybody can reach, and says nothing about who is above it by how
// much: people are never ranked.
type ThanksRule struct {
	Months  int // in which they were asked at least once, and in each of which they did something
	Percent int // of all they were asked, at least
}

// Thanks is the rule.
var Thanks = ThanksRule{Months: 3, Percent: 80}

// Output is what a period brought beside what its tally counts.
type Output struct{ Stories, Entries int }
