package handlers

import (
	"context"
	"fmt"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// everyday and coordinating are the commands in the menus, by their
// Vietnamese and English names. Every other name works, it is only not shown.
func everyday(t *locales.Texts) []bot.Command {
	return named(t, []bot.Command{
		{Name: "homnay", Description: t.Plain("cmd.today")},
		{Name: "baocao", Description: t.Plain("cmd.report")},
		{Name: "chuyendep", Description: t.Plain("cmd.story")},
		{Name: "thongke", Description: t.Plain("cmd.stats")},
		{Name: "caidat", Description: t.Plain("cmd.settings")},
		{Name: "dulieu", Description: t.Plain("cmd.mydata")},
		{Name: "trogiup", Description: t.Plain("cmd.help")},
	})
}

func coordinating(t *locales.Texts) []bot.Command {
	return append(named(t, []bot.Command{
		{Name: "soan", Description: t.Plain("cmd.compose")},
		{Name: "lich", Description: t.Plain("cmd.schedule")},
		{Name: "duyet", Description: t.Plain("cmd.review")},
		{Name: "ctv", Description: t.Plain("cmd.people")},
		{Name: "moi", Description: t.Plain("cmd.invite")},
		{Name: "xuat", Description: t.Plain("cmd.export")},
	}), everyday(t)...)
}

// english gives the Vietnamese commands their other name.
var english = map[string]string{
	"homnay": "today", "chuyendep": "story", "baocao": "report", "thongke": "stats", "caidat": "settings",
	"dulieu": "mydata", "trogiup": "help", "soan": "compose", "lich": "schedule", "duyet": "review", "ctv": "people", "moi": "invite", "xuat": "export",
}

func named(t *locales.Texts, list []bot.Command) []bot.Command {
	if t.Language() == locales.English {
		for i := range list {
			list[i].Name = english[list[i].Name]
		}
	}
	return list
}

// Introduce tells Telegram what people see before they write: commands and
// descriptions, in both languages. Vietnamese is the default for apps in any
// other language.
func (h *Handlers) Introduce(ctx context.Context) error {
	for _, lang := range locales.Languages() {
		t, code := h.texts.In(lang), string(lang)
		if lang == h.DefaultLanguage {
			code = ""
		}
		if err := h.line.SetCommands(ctx, bot.Commands{List: everyday(t), Language: code}); err != nil {
			return fmt.Errorf("set commands: %w", err)
		}
		if err := h.line.SetDescription(ctx, t.Plain("start.about", locales.Args{"Org": h.Org}), code); err != nil {
			return fmt.Errorf("set description: %w", err)
		}
		if err := h.line.SetShortDescription(ctx, t.Plain("start.about_short", locales.Args{"Org": h.Org}), code); err != nil {
			return fmt.Errorf("set short description: %w", err)
		}
	}
	return h.line.SetMenuCommands(ctx)
}

// setCommands gives a chat a menu of its own where the common one does not
// fit: coordinators, and people whose choice differs from their app.
func (h *Handlers) setCommands(ctx context.Context, r *request) error {
	return h.line.SetCommands(ctx, bot.Commands{List: menu(r.t, r.role), ChatID: r.chat})
}

// menu is the commands that somebody in a role is shown.
func menu(t *locales.Texts, role ward.Role) []bot.Command {
	if role >= ward.RoleWardCoordinator {
		return coordinating(t)
	}
	return everyday(t)
}
