package handlers

import (
	"context"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// boardsFor counts the boards of a bulletin's audience. A bulletin for posts
// goes to people where there are none.
func (h *Handlers) boardsFor(ctx context.Context, b *ward.Bulletin) (ward.BoardCount, error) {
	n, err := h.store.CountBoards(ctx, b.Audience)
	if b.Via.Boards(n).All() == 0 {
		b.Via = ward.ViaPeople
	}
	return n, err
}

// asAgreed reports whether a bulletin can still go the way that its coordinator
// agreed to: its boards may be gone since.
func (h *Handlers) asAgreed(ctx context.Context, b ward.Bulletin) (bool, error) {
	via := b.Via
	_, err := h.boardsFor(ctx, &b)
	return b.Via == via, err
}

// switchVia goes on from people to posts, to both and back; from people and
// channels, which only stories begin with, to posts.
func (h *Handlers) switchVia(ctx context.Context, r *request) error {
	c, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	b := h.bulletin(r, s)
	if _, err := h.boardsFor(ctx, &b); err != nil {
		return err
	}
	s.Via = (b.Via + 1) % (ward.ViaBoth + 1)
	if err := pack(c, stepCard, s); err != nil {
		return err
	}
	return h.showCard(ctx, r, c)
}

// viaButton shows how a bulletin will go, and changes it.
func viaButton(t *locales.Texts, v ward.Via) bot.Button {
	switch v {
	case ward.ViaPosts:
		return button(t.Plain("btn.via_posts"), "via")
	case ward.ViaBoth:
		return button(t.Plain("btn.via_both"), "via")
	case ward.ViaChannels:
		return button(t.Plain("btn.via_channels"), "via")
	}
	return button(t.Plain("btn.via_people"), "via")
}

// boardCount is "2 groups, 1 channel".
func boardCount(t *locales.Texts, n ward.BoardCount) string {
	var parts []string
	if n.Groups > 0 {
		parts = append(parts, t.Plain("board.groups", locales.Args{"Count": n.Groups}))
	}
	if n.Channels > 0 {
		parts = append(parts, t.Plain("board.channels", locales.Args{"Count": n.Channels}))
	}
	return strings.Join(parts, ", ")
}

// postedOn is on which boards a bulletin will be posted; empty: on none.
func postedOn(t *locales.Texts, v ward.Via, n ward.BoardCount) string {
	return boardCount(t, v.Boards(n))
}
