package simulator_test

import (
	"testing"

	"wardbot/simulator"
)

func TestKeys(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	if _, err := ana.PressKey("Here"); err == nil || ana.Keys() != nil {
		t.Errorf("keys before there are any: %v, %v", ana.Keys(), err)
	}
	l.ok(nil, "sendMessage", "chat_id", text(ana.ID()), "text", "Where?", "reply_markup",
		`{"keyboard":[[{"text":"Here","request_location":true}],[{"text":"No"}]],"one_time_keyboard":true}`)
	l.ok(nil, "sendMessage", "chat_id", text(ana.ID()), "text", "Well?")
	if k := ana.Keys(); len(k) != 2 || !k[0][0].Location || k[1][0].Text != "No" {
		t.Errorf("keys %+v", k)
	}
	if m, err := ana.PressKey("Here"); err != nil || m.Place == "" || m.FromBot {
		t.Errorf("the location: %+v, %v", m, err)
	}
	if m, err := ana.PressKey("No"); err != nil || m.Text != "No" {
		t.Errorf("a text: %+v, %v", m, err)
	}
	l.ok(nil, "sendMessage", "chat_id", text(ana.ID()), "text", "Thanks.", "reply_markup", `{"remove_keyboard":true}`)
	if k := ana.Keys(); k != nil {
		t.Errorf("keys after they were taken away: %+v", k)
	}
	l.refused("Bad Request: can't parse keyboard button: button text must be non-empty", "sendMessage", "chat_id", text(ana.ID()), "text", "Where?", "reply_markup", `{"keyboard":[[{"text":" "}]]}`)
}
