package handlers

import (
	"context"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// askRecall asks once more before a bulletin is taken back from everybody:
// that cannot be undone.
func (h *Handlers) askRecall(ctx context.Context, r *request) error {
	b, err := h.store.Bulletin(ctx, r.arg(0))
	if err != nil {
		return err
	}
	switch {
	case b.Recalled():
		return ward.ErrRecalled
	case r.tapped() == nil:
		return errOldButton
	}
	p, err := h.store.Progress(ctx, b.ID)
	if err != nil {
		return err
	}
	r.toast(ctx, "")
	_, err = r.reply(ctx, r.t.HTML("recall.sure", locales.Args{"Title": b.Title, "Sent": r.t.Number(p.Copies())}), bot.Keyboard{{
		button(r.t.Plain("btn.recall_copies", locales.Args{"Count": p.Copies()}), "takeit", b.ID, r.tapped().ID),
		button(r.t.Plain("btn.back"), "keepit"),
	}})
	return err
}

// keepBulletin leaves a bulletin where it is.
func (h *Handlers) keepBulletin(ctx context.Context, r *request) error {
	return r.edit(ctx, r.t.HTML("recall.kept"), nil)
}

// recall takes a bulletin back. The engine deletes the copies, or rewrites
// those that are too old; how far it is stands on the bulletin's card.
func (h *Handlers) recall(ctx context.Context, r *request) error {
	b, err := h.store.Recall(ctx, r.arg(0), h.withdrawn, h.Now())
	if err != nil {
		return err
	}
	h.Log.Info("bulletin recalled", "bulletin", b.ID, "by", r.from.ID)
	if err := h.watchCard(ctx, r, b.ID, r.arg(1)); err != nil {
		return err
	}
	r.toast(ctx, r.t.Plain("toast.recalling"))
	return r.edit(ctx, r.t.HTML("recall.done", locales.Args{"Title": b.Title}), nil)
}

// withdrawn is what stays of a recalled bulletin where its copies can't be
// deleted. It is signed like everything else.
func (h *Handlers) withdrawn(b ward.Bulletin) []ward.Letter {
	var letters []ward.Letter
	for _, lang := range locales.Languages() {
		html := h.withdrawnHTML(h.texts.In(lang), b)
		for _, part := range b.Parts() {
			letters = append(letters, ward.Letter{Language: string(lang), Part: part, HTML: html, Media: mediaOf(b, part)})
		}
	}
	return letters
}

func (h *Handlers) withdrawnHTML(t *locales.Texts, b ward.Bulletin) string {
	return t.HTML("bulletin.recalled", locales.Args{"Org": b.Signed.Org, "Contact": b.Signed.Contact})
}
