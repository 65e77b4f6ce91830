package handlers

import (
	"context"
	"errors"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// chooseLanguage shows both languages in both languages.
func (h *Handlers) chooseLanguage(ctx context.Context, r *request) error {
	_, err := r.reply(ctx, r.t.HTML("settings.language"), h.languageButtons(r))
	return err
}

func (h *Handlers) languageButtons(r *request) bot.Keyboard {
	var row []bot.Button
	for i, lang := range locales.Languages() {
		name := h.texts.In(lang).Plain("settings.language_name")
		if lang == r.t.Language() {
			name += " ✓"
		}
		row = append(row, button(name, "lang", int64(i)))
	}
	return bot.Keyboard{row}
}

// setLanguage applies at once: to this chat's texts and to its commands.
func (h *Handlers) setLanguage(ctx context.Context, r *request) error {
	all := locales.Languages()
	if r.arg(0) >= int64(len(all)) {
		return errOldButton
	}
	lang := all[r.arg(0)]
	if r.me.ID != 0 {
		if err := h.store.SetLanguage(ctx, r.from.ID, string(lang)); err != nil {
			return err
		}
		r.me.Language = string(lang)
	} else if err := h.rememberLanguage(ctx, r, lang); err != nil {
		return err
	}
	r.t = h.texts.In(lang)
	r.toast(ctx, r.t.Plain("toast.language"))
	if err := h.setCommands(ctx, r); err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("settings.language"), h.languageButtons(r))
}

// rememberLanguage keeps a guest's choice with their registration.
func (h *Handlers) rememberLanguage(ctx context.Context, r *request, lang locales.Language) error {
	c, err := h.store.Conversation(ctx, r.chat, flowRegister)
	if errors.Is(err, ward.ErrNotFound) {
		c, err = storage.Conversation{Flow: flowRegister, Step: stepWelcome}, nil
	}
	if err != nil {
		return err
	}
	reg := unpack[registration](c)
	reg.Language = string(lang)
	if err := pack(&c, c.Step, reg); err != nil {
		return err
	}
	return r.keep(ctx, &c)
}
