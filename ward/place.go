package ward

import "strings"

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

// Number is the group's number, "12" of "Tổ 12", "Tổ dân phố 12" or plain
// "12"; empty if the group has a name of another kind.
func (g Group) Number() string {
	n := g.Key
	for _, prefix := range []string{"to dan pho ", "tdp ", "to "} {
		n = strings.TrimPrefix(n, prefix)
	}
	if strings.Trim(n, "0123456789") != "" {
		return ""
	}
	return n
}

// PlaceRow is one line of a places file. Group may be empty: a ward alone.
type PlaceRow struct {
	Ward, Group string
	Aliases     []string // of the group, or of the ward if Group is empty
}
