package ward

import "regexp"

// Ward is a phường: the upper of the two levels of places.
type Ward struct {
	ID      int64
	Name    string // "Mỹ Đình 1", without the word phường, NFC
	Key     string // Fold(Name)
	Aliases []string
}

// Group is a residential group, tổ dân phố, of one ward.
type Group struct {
	ID      int64
	WardID  int64
	Name    string // "Tổ 12", NFC
	Key     string // Fold(Name)
	Aliases []string
}

// Number is the group's number, "12" of "Tổ 12", "Tổ dân phố số 12" or plain
// "12"; empty if the group has a name of another kind.
func (g Group) Number() string { return groupNumber(g.Key) }

// The words before a group's number, folded.
const groupWords = `(?:to dan pho|tdp|to|group)`

var numberPattern = regexp.MustCompile(`^(?:` + groupWords + ` ?)?(?:so )?0*(\d+)$`)

func groupNumber(key string) string {
	if m := numberPattern.FindStringSubmatch(key); m != nil {
		return m[1]
	}
	return ""
}

// PlaceRow is one line of a places file. Group may be empty: a ward alone.
type PlaceRow struct {
	Ward, Group string
	Aliases     []string // of the group, or of the ward if Group is empty
}
