package handlers

import (
	"context"

	"wardbot/bot"
	"wardbot/locales"
)

// AlertBalance tells the admins that the Stars for paid broadcasts have run
// out and that sending goes on at the free rate.
func (h *Handlers) AlertBalance(ctx context.Context) {
	for _, admin := range h.Admins {
		t := h.texts.In(h.DefaultLanguage)
		if a, err := h.store.PersonByChat(ctx, admin); err == nil {
			t = h.texts.In(locales.Language(a.Language))
		}
		html := t.HTML("send.no_stars", locales.Args{"Count": bot.FreeRate})
		if _, err := h.line.Send(ctx, bot.Send{ChatID: admin, HTML: html}); err != nil {
			h.Log.Warn("admin not told about the balance of Stars", "error", err)
		}
	}
}
