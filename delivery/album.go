package delivery

import (
	"context"
	"slices"
)

// An album is one call and several messages, without a keyboard. One of them
// that is found in its chat says that all are there: Telegram takes an album
// as a whole (Bot API: sendMediaGroup). What the others are is needed for
// recalling them only.

// strangers is how many messages of other chats may lie between two of an
// album.
const strangers = 20

// whole looks for the other messages of an album in doubt around the one that
// was found. It returns the first and the others; what could not be asked is
// left out.
func (e *Engine) whole(ctx context.Context, d *doubt, found int64) (first int64, more []int64) {
	p, _, err := e.letter(ctx, d.Delivery)
	all := []int64{found}
	if err == nil && len(p.media) > 1 {
		for _, step := range []int64{-1, 1} {
			id := found
			for range strangers {
				id += step
				if len(all) == len(p.media) || id <= d.after || d.before > 0 && id >= d.before {
					break
				}
				if e.ids.taken(id) || d.absent[id] {
					continue
				}
				if a, _ := e.look(ctx, d, id); a == there {
					all = append(all, id)
				} else if a != absent {
					break
				}
			}
		}
	}
	slices.Sort(all)
	return all[0], all[1:]
}
