package simulator_test

import (
	"testing"

	"wardbot/simulator"
)

func TestSettingsAreRemembered(t *testing.T) {
	l := newLine(t, simulator.Options{Username: "tay_mo_bot"})
	var me struct {
		ID       int64
		IsBot    bool `json:"is_bot"`
		Username string
	}
	l.ok(&me, "getMe")
	if me.ID == 0 || !me.IsBot || me.Username != "tay_mo_bot" || me.Username != l.s.Username() {
		t.Errorf("%+v", me)
	}
	type command struct{ Command, Description string }
	commands := func(pairs ...string) []command {
		t.Helper()
		var list []command
		l.ok(&list, "getMyCommands", pairs...)
		return list
	}
	l.ok(nil, "setMyCommands", "commands", `[{"command":"today","description":"Today"}]`)
	l.ok(nil, "setMyCommands", "commands", `[{"command":"homnay","description":"Hôm nay"}]`, "language_code", "vi", "scope", `{"type":"all_private_chats"}`)
	if got := commands("scope", `{"type":"default"}`); len(got) != 1 || got[0].Command != "today" {
		t.Errorf("default: %v", got)
	}
	if got := commands("scope", `{"type":"all_private_chats"}`, "language_code", "vi"); len(got) != 1 || got[0].Description != "Hôm nay" {
		t.Errorf("Vietnamese: %v", got)
	}
	if got := commands("language_code", "vi"); len(got) != 0 {
		t.Errorf("another scope: %v", got)
	}
	l.ok(nil, "deleteMyCommands")
	if got := commands(); len(got) != 0 {
		t.Errorf("deleted: %v", got)
	}
	for method, name := range map[string]string{"Name": "name", "Description": "description", "ShortDescription": "short_description"} {
		l.ok(nil, "setMy"+method, name, "phường", "language_code", "vi")
		got := map[string]string{}
		l.ok(&got, "getMy"+method, "language_code", "vi")
		if got[name] != "phường" {
			t.Errorf("%s: %v", name, got)
		}
	}
	var name struct{ Name string }
	l.ok(&name, "getMyName")
	if name.Name != "tay_mo_bot" {
		t.Errorf("its name is %q", name.Name)
	}
	chat := text(l.ana().ID())
	var menu struct{ Type string }
	l.ok(nil, "setChatMenuButton", "menu_button", `{"type":"commands"}`)
	if l.ok(&menu, "getChatMenuButton", "chat_id", chat); menu.Type != "commands" {
		t.Errorf("menu: %+v", menu)
	}
	l.ok(nil, "setChatMenuButton", "chat_id", chat)
	if l.ok(&menu, "getChatMenuButton", "chat_id", chat); menu.Type != "default" {
		t.Errorf("menu of one chat: %+v", menu)
	}
}
