package ward

// GroupMove says where a residential group of a ward goes when the ward is
// split.
type GroupMove struct {
	GroupID int64
	Ward    string // the ward it goes to; made if there is none of that name
	Name    string // what it is called there
}

// Redrawn counts what a change of the map moved.
type Redrawn struct {
	Wards  int // that are no more
	Groups int // that have a successor
	People int // who have another place now
}
