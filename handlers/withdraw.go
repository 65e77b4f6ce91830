package handlers

import (
	"context"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// askWithdraw says what taking the consent back means, next to leaving.
func (h *Handlers) askWithdraw(ctx context.Context, r *request) error {
	if r.me.ID == 0 {
		return errOldButton
	}
	days := int(h.Retention.Inactive / (24 * time.Hour))
	return r.say(ctx, r.t.HTML("data.withdraw", locales.Args{"Days": r.t.Number(days)}), bot.Keyboard{
		{button(r.t.Plain("btn.withdraw_now"), "retnow")},
		{button(r.t.Plain("btn.leave"), "leave"), button(r.t.Plain("btn.back"), "mydata")},
	})
}

// withdraw takes the consent back, at once.
func (h *Handlers) withdraw(ctx context.Context, r *request) error {
	if r.me.ID == 0 {
		return errOldButton
	}
	if err := h.store.WithdrawConsent(ctx, r.me.ID, h.Now()); err != nil {
		return err
	}
	h.Log.Info("person took their consent back")
	return r.edit(ctx, r.t.HTML("data.withdrawn"), bot.Keyboard{
		{button(r.t.Plain("btn.my_data"), "mydata"), button(r.t.Plain("btn.leave"), "leave")},
	})
}

// askAgain shows the consent once more to a person who took it back.
func (h *Handlers) askAgain(ctx context.Context, r *request) error {
	c := storage.Conversation{Flow: flowRegister}
	if err := pack(&c, stepConsent, registration{Language: r.me.Language, WardID: r.me.WardID, GroupID: r.me.GroupID}); err != nil {
		return err
	}
	return h.consent(ctx, r, &c)
}

// comeBack lets them in again, where they were.
func (h *Handlers) comeBack(ctx context.Context, r *request, reg registration) error {
	err := h.store.ConsentAgain(ctx, r.me.ID, ward.Registration{
		ConsentedAt: reg.ConsentedAt, ConsentText: consentVersion, ConsentHash: reg.ConsentHash, Now: h.Now(),
	})
	if err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowRegister); err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("data.welcome_back", locales.Args{"Name": r.name()}), bot.Keyboard{
		{button(r.t.Plain("btn.today"), "today"), button(r.t.Plain("btn.help"), "help")},
	})
}
