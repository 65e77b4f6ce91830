package simulator_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"wardbot/simulator"
)

// TestEveryMethod calls all methods with nothing but their required
// parameters: each must be answered as the specification says, or refused.
func TestEveryMethod(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	var sent struct {
		ID int64 `json:"message_id"`
	}
	for method, returns := range simulator.Methods() {
		l.ok(&sent, "sendMessage", "chat_id", text(ana.ID()), "text", "here")
		v := params()
		for name, value := range simulator.Required(method) {
			v.Set(name, value)
		}
		for name := range v {
			switch name {
			case "chat_id", "from_chat_id", "user_id":
				v.Set(name, text(ana.ID()))
			case "message_id":
				v.Set(name, text(sent.ID))
			}
		}
		r, err := l.try(t.Context(), method, v)
		if err != nil {
			t.Errorf("%s: %v", method, err)
			continue
		}
		if !r.OK {
			if r.Code != http.StatusBadRequest || !strings.HasPrefix(r.Description, "Bad Request: ") {
				t.Errorf("%s: %d %s", method, r.Code, r.Description)
			}
			continue
		}
		var result any
		if err := json.Unmarshal(r.Result, &result); err != nil {
			t.Errorf("%s: %v", method, err)
		}
		fits := false
		for _, typeName := range returns {
			fits = fits || simulator.CheckAgainstSpec(typeName, result) == nil
		}
		if !fits {
			t.Errorf("%s: %s is none of %v: %v", method, r.Result, returns, simulator.CheckAgainstSpec(returns[0], result))
		}
	}
}

// TestMadeUp checks that what is made up fits the specification it is made of.
func TestMadeUp(t *testing.T) {
	for _, name := range simulator.Types() {
		if name == "InputFile" {
			continue
		}
		var v any
		if err := json.Unmarshal(mustMarshal(simulator.MadeUp(name)), &v); err != nil {
			t.Fatal(err)
		}
		if err := simulator.CheckAgainstSpec(name, v); err != nil {
			t.Errorf("%s: %s: %v", name, mustMarshal(v), err)
		}
	}
}

func TestBadRequests(t *testing.T) {
	l := newLine(t, simulator.Options{})
	chat := text(l.ana().ID())
	const keyboard = `{"inline_keyboard":[[%]]}`
	button := func(b string) string { return strings.Replace(keyboard, "%", b, 1) }
	long := func(n int) string { return strings.Repeat("ế", n) }
	for _, tt := range []struct {
		method string
		pairs  []string
		want   string
	}{
		{"sendMessage", []string{"text", "x"}, "chat_id is empty"},
		{"sendMessage", []string{"chat_id", "", "text", "x"}, "chat_id is empty"},
		{"sendMessage", []string{"chat_id", "12", "text", "x"}, "chat not found"},
		{"sendMessage", []string{"chat_id", "@nobody", "text", "x"}, "chat not found"},
		{"sendMessage", []string{"chat_id", chat}, "message text is empty"},
		{"sendMessage", []string{"chat_id", chat, "text", ""}, "message text is empty"},
		{"sendMessage", []string{"chat_id", chat, "text", " \n "}, "message text is empty"},
		{"sendMessage", []string{"chat_id", chat, "text", "<b> </b>", "parse_mode", "HTML"}, "message text is empty"},
		{"sendMessage", []string{"chat_id", chat, "text", long(4097)}, "message is too long"},
		{"sendMessage", []string{"chat_id", chat, "text", long(11000)}, "text is too long"},
		{"sendMessage", []string{"chat_id", chat, "text", "\xff"}, "strings must be encoded in UTF-8"},
		{"sendMessage", []string{"chat_id", chat, "text", "<b>x", "parse_mode", "HTML"}, `can't parse entities: Can't find end tag corresponding to start tag "b"`},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "parse_mode", "BBCode"}, "unsupported parse_mode"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "parse_mode", "MarkdownV2"}, "can't parse entities: the simulator parses HTML only"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "disable_web_page_preview", "true"}, `unknown parameter "disable_web_page_preview"`},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "disable_notification", "maybe"}, `parameter disable_notification: "maybe" is neither true nor false`},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "message_thread_id", "one"}, `parameter message_thread_id: "one" is no integer`},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "message_thread_id", "5"}, "message thread not found"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "entities", "null"}, "parameter entities: null is no value"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "entities", `[{"type":"bold","offset":0}]`}, `parameter entities: [0] lacks the field "length"`},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "entities", `[{"type":"bold","offset":0,"length":2}]`}, "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_parameters", `{"message_id":99}`}, "message to be replied not found"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_parameters", `{"message_id":1.5}`}, "parameter reply_parameters: message_id is no integer"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_parameters", `{"message_id":1} x`}, "parameter reply_parameters: can't parse JSON: invalid character 'x' after top-level value"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_markup", `{"inline_keyboard":null}`}, "parameter reply_markup: inline_keyboard is null"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_markup", button(`{"text":"A","data":"1"}`)}, `parameter reply_markup: inline_keyboard[0][0] has an unknown field "data"`},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_markup", button(`{"callback_data":"1"}`)}, `parameter reply_markup: inline_keyboard[0][0] lacks the field "text"`},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_markup", button(`{"text":"A"}`)}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_markup", button(`{"text":"A","callback_data":""}`)}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_markup", button(`{"text":" ","callback_data":"1"}`)}, "can't parse inline keyboard button: button text must be non-empty"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_markup", button(`{"text":"A","callback_data":"1","url":"https://example.org"}`)}, "can't parse inline keyboard button: exactly one action is allowed"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_markup", button(`{"text":"A","callback_data":"1","style":"loud"}`)}, `can't parse inline keyboard button: unknown style "loud"`},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_markup", button(`{"text":"A","callback_data":"` + long(22) + `"}`)}, "BUTTON_DATA_INVALID"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_markup", button(`{"text":"A","url":"no"}`)}, "inline keyboard button URL 'no' is invalid: Wrong HTTP URL"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_markup", button(`{"text":"A","copy_text":{"text":""}}`)}, "BUTTON_COPY_TEXT_INVALID"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_markup", button(`{"text":"A","web_app":{"url":"http://example.org"}}`)}, "inline keyboard button Web App URL 'http://example.org' is invalid: Only HTTPS links are allowed"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_markup", button(strings.TrimSuffix(strings.Repeat(`{"text":"A","callback_data":"1"},`, 9), ","))}, "reply markup is too long"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_markup", `{"inline_keyboard":[` + strings.TrimSuffix(strings.Repeat(`[{"text":"A","callback_data":"1"}],`, 101), ",") + `]}`}, "reply markup is too long"},
		{"sendMessage", []string{"chat_id", chat, "text", "x", "reply_markup", `{"force_reply":true,"input_field_placeholder":"` + long(65) + `"}`}, "can't parse reply keyboard markup: input_field_placeholder is too long"},
		{"sendPhoto", []string{"chat_id", chat}, `parameter "photo" is required`},
		{"sendPhoto", []string{"chat_id", chat, "photo", ""}, "wrong file identifier/HTTP URL specified"},
		{"sendPhoto", []string{"chat_id", chat, "photo", "no such id"}, "wrong remote file identifier specified: Wrong character in the string"},
		{"sendPhoto", []string{"chat_id", chat, "photo", "AgACAgUAAxkB"}, "wrong remote file identifier specified: can't unserialize it"},
		{"sendPhoto", []string{"chat_id", chat, "photo", "https://example.org/a.jpg"}, "failed to get HTTP URL content"},
		{"sendPhoto", []string{"chat_id", chat, "photo", "attach://a"}, `can't find the file "a" that is attached`},
		{"sendPhoto", []string{"chat_id", chat, "photo", "x", "caption", long(1025)}, "message caption is too long"},
		{"sendMediaGroup", []string{"chat_id", chat, "media", `[{"type":"photo","media":"x"}]`}, "media group must include 2-10 items"},
		{"sendMediaGroup", []string{"chat_id", chat, "media", `[{"type":"photo"},{"type":"photo","media":"x"}]`}, `parameter media: [0] lacks the field "media"`},
		{"sendMediaGroup", []string{"chat_id", chat, "media", `[]`, "reply_markup", "{}"}, `unknown parameter "reply_markup"`},
		{"sendVoice", []string{"chat_id", chat, "voice", "no thing"}, "wrong remote file identifier specified: Wrong character in the string"},
		{"editMessageText", []string{"chat_id", chat, "text", "x"}, "message identifier is not specified"},
		{"editMessageText", []string{"message_id", "1", "text", "x"}, "chat_id is empty"},
		{"editMessageText", []string{"chat_id", chat, "message_id", "99", "text", "x"}, "message to edit not found"},
		{"editMessageText", []string{"chat_id", chat, "message_id", "1", "text", "x"}, "message can't be edited"},
		{"editMessageText", []string{"inline_message_id", "1", "text", "x"}, "MESSAGE_ID_INVALID"},
		{"deleteMessage", []string{"chat_id", chat, "message_id", "99"}, "message to delete not found"},
		{"deleteMessages", []string{"chat_id", chat, "message_ids", "[]"}, "message identifiers are not specified"},
		{"copyMessage", []string{"chat_id", chat, "from_chat_id", chat, "message_id", "99"}, "message to copy not found"},
		{"forwardMessage", []string{"chat_id", chat, "from_chat_id", chat, "message_id", "99"}, "message to forward not found"},
		{"copyMessages", []string{"chat_id", chat, "from_chat_id", chat, "message_ids", "[2,1]"}, "message identifiers must be in a strictly increasing order"},
		{"pinChatMessage", []string{"chat_id", chat, "message_id", "99"}, "message not found"},
		{"answerCallbackQuery", []string{"callback_query_id", "1"}, "query is too old and response timeout expired or query ID is invalid"},
		{"answerCallbackQuery", []string{"callback_query_id", "1", "text", long(201)}, "MESSAGE_TOO_LONG"},
		{"answerCallbackQuery", []string{"callback_query_id", "1", "url", "https://example.org"}, "URL_INVALID"},
		{"getFile", []string{"file_id", "x"}, "wrong file_id or the file is temporarily unavailable"},
		{"setMyCommands", []string{"commands", `[{"command":"Start","description":"x"}]`}, "BOT_COMMAND_INVALID"},
		{"setMyCommands", []string{"commands", `[{"command":"start","description":""}]`}, "BOT_COMMAND_DESCRIPTION_INVALID"},
		{"setMyCommands", []string{"commands", `[]`, "language_code", "vie"}, "language code is invalid"},
		{"setMyCommands", []string{"commands", `[]`, "scope", `{"type":"chat"}`}, `parameter scope: it lacks the field "chat_id"`},
		{"setMyDescription", []string{"description", long(513)}, "BOT_DESCRIPTION_TOO_LONG"},
		{"setWebhook", []string{"url", "http://example.org"}, "bad webhook: An HTTPS URL must be provided for webhook"},
		{"setWebhook", []string{"url", "https://example.org", "secret_token", "a b"}, "secret token contains unallowed characters"},
		{"leaveChat", []string{"chat_id", chat}, "chat member status can't be changed in private chats"},
	} {
		before := len(l.s.Refused())
		l.refused("Bad Request: "+tt.want, tt.method, tt.pairs...)
		refused := l.s.Refused()
		if len(refused) != before+1 {
			t.Errorf("%s %q: not recorded", tt.method, tt.pairs)
			continue
		}
		if r := refused[before]; r.Method != tt.method || r.Code != 400 || r.Description != "Bad Request: "+tt.want || len(r.Params) != len(tt.pairs)/2 {
			t.Errorf("%s %q: recorded as %+v", tt.method, tt.pairs, r)
		}
	}
}

func TestPaths(t *testing.T) {
	l := newLine(t, simulator.Options{})
	base := l.url
	address, _, _ := strings.Cut(base, "/bot")
	for path, want := range map[string]string{
		"/bot" + l.s.Token() + "/getYou":    "Not Found: method not found",
		"/bot" + l.s.Token() + "/":          "Not Found: method not found",
		"/bot" + l.s.Token():                "Not Found",
		"/botnonsense/getMe":                "Not Found",
		"/getMe":                            "Not Found",
		"/bot1:wrong/getMe":                 "Unauthorized",
		"/file/bot1:wrong/photos/file_1":    "Unauthorized",
		"/file/bot" + l.s.Token() + "/none": "Not Found",
	} {
		l.url = address + path
		l.refused(want, "")
	}
	l.url = base
	l.ok(nil, "getme") // the server does not mind case
}

// TestBodies sends the same call in each of the four forms.
func TestBodies(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	id := text(ana.ID())
	l.ok(nil, "sendMessage?chat_id="+id+"&text=query")
	l.ok(nil, "sendMessage", "chat_id", id, "text", "form")
	for kind, body := range map[string]string{
		"application/json":                     `{"chat_id":` + id + `,"text":"json","disable_notification":true,"reply_markup":{"inline_keyboard":[[{"text":"A","callback_data":"1"}]]}}`,
		"multipart/form-data; boundary=border": "--border\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n" + id + "\r\n--border\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nparts\r\n--border--\r\n",
	} {
		r, err := l.post(t.Context(), "sendMessage", kind, strings.NewReader(body))
		if err != nil || !r.OK {
			t.Errorf("%s: %v %s", kind, err, r.Description)
		}
	}
	got := map[string]bool{}
	for _, m := range ana.Chat() {
		got[m.Text] = m.Silent && len(m.Buttons) == 1
	}
	for _, words := range []string{"query", "form", "json", "parts"} {
		if fancy, ok := got[words]; !ok || fancy != (words == "json") {
			t.Errorf("%s: arrived %v, with button and silent %v", words, ok, fancy)
		}
	}
	for kind, body := range map[string]string{
		"application/json":    `{"chat_id":`,
		"multipart/form-data": "x",
		"/":                   "x",
	} {
		if r, err := l.post(t.Context(), "sendMessage", kind, strings.NewReader(body)); err != nil || r.Code != 400 {
			t.Errorf("%s: %v %+v", kind, err, r)
		}
	}
	huge := strings.NewReader("text=" + strings.Repeat("x", 1<<20))
	if r, err := l.post(context.Background(), "sendMessage", "application/x-www-form-urlencoded", huge); err != nil || r.Code != 413 {
		t.Errorf("huge body: %v %+v", err, r)
	}
}
