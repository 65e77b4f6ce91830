package handlers

import (
	"context"

	"wardbot/bot"
)

// digestButton switches one's own weekly digest, and says how it stands.
func (h *Handlers) digestButton(ctx context.Context, r *request) (bot.Button, error) {
	wanted, err := h.store.WantsDigest(ctx, r.me.ID)
	if wanted {
		return button(r.t.Plain("btn.digest_off"), "digest", 0), err
	}
	return button(r.t.Plain("btn.digest_on"), "digest", 1), err
}

// switchDigest switches the weekly digest on or off for who taps.
func (h *Handlers) switchDigest(ctx context.Context, r *request) error {
	if r.me.ID == 0 {
		return errNotMember
	}
	if err := h.store.WantDigest(ctx, r.me.ID, r.arg(0) != 0); err != nil {
		return err
	}
	words := r.t.HTML("digest.off")
	if r.arg(0) != 0 {
		words = r.t.HTML("digest.on")
	}
	return r.edit(ctx, words, bot.Keyboard{{button(r.t.Plain("btn.back"), "caidat")}})
}
