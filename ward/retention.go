package ward

import "time"

// Retention is how long things are kept at most. Afterwards only counts
// remain. 0 keeps a thing until its person leaves.
type Retention struct {
	Reports  time.Duration // what reports tell; their numbers are counts
	Media    time.Duration // the pictures of reports, and the bytes of those in bulletins
	Logs     time.Duration // updates that could not be handled
	Inactive time.Duration // people who blocked the bot or took their consent back
}
