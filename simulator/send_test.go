package simulator_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"wardbot/simulator"
)

// sent is what the tests read of an answered message.
type sent struct {
	ID   int64 `json:"message_id"`
	Date int64
	Edit int64 `json:"edit_date"`
	Text string
	From struct {
		ID    int64
		IsBot bool `json:"is_bot"`
	}
	Chat     struct{ ID int64 }
	Entities []struct {
		Type           string
		Offset, Length int
	}
	Photo []struct {
		FileID string `json:"file_id"`
		Width  int
	}
	Caption string
	Album   string          `json:"media_group_id"`
	Reply   *sent           `json:"reply_to_message"`
	Origin  json.RawMessage `json:"forward_origin"`
	Markup  json.RawMessage `json:"reply_markup"`
}

func TestSendMessage(t *testing.T) {
	c := newClock()
	l := newLine(t, simulator.Options{Now: c.Now})
	ana := l.ana()
	start := ana.Chat()[0]
	if start.Text != "/start" || start.FromBot || start.ID != 1 || start.From != ana.ID() {
		t.Errorf("her first message is %+v", start)
	}
	var m sent
	l.ok(&m, "sendMessage", "chat_id", text(ana.ID()), "text", " <b>Chào</b> Ana, /homnay ", "parse_mode", "HTML", "disable_notification", "true",
		"protect_content", "true", "reply_parameters", `{"message_id":1}`,
		"reply_markup", `{"inline_keyboard":[[{"text":"A","callback_data":"a"},{"text":"B","url":"https://example.org"}],[],[{"text":"C","copy_text":{"text":"c"}}]]}`)
	if m.ID != 2 || m.Text != "Chào Ana, /homnay" || m.Date != c.Now().Unix() || !m.From.IsBot || m.Chat.ID != ana.ID() || m.Reply == nil || m.Reply.ID != 1 {
		t.Errorf("the bot reads %+v", m)
	}
	if e := m.Entities; len(e) != 2 || e[0].Type != "bold" || e[0].Offset != 0 || e[1].Type != "bot_command" || e[1].Offset != 10 || e[1].Length != 7 {
		t.Errorf("with entities %+v", m.Entities)
	}
	want := simulator.Message{
		ID: 2, ChatID: ana.ID(), FromBot: true, Text: "Chào Ana, /homnay", HTML: " <b>Chào</b> Ana, /homnay ", Date: c.Now(), ReplyTo: 1, Silent: true, Protected: true,
		Buttons: [][]simulator.Button{{{Text: "A", Data: "a"}, {Text: "B", URL: "https://example.org"}}, {{Text: "C", CopyText: "c"}}},
	}
	if got := ana.Last(); string(mustMarshal(got)) != string(mustMarshal(want)) {
		t.Errorf("Ana sees\n%+v, want\n%+v", got, want)
	}
	m = sent{}
	l.ok(&m, "sendMessage", "chat_id", text(ana.ID()), "text", "x", "reply_markup", `{"force_reply":true,"input_field_placeholder":"Số hộ"}`,
		"reply_parameters", `{"message_id":99,"allow_sending_without_reply":true}`)
	if got := ana.Last(); got.ForceReply != "Số hộ" || got.ReplyTo != 0 || m.Reply != nil {
		t.Errorf("Ana is asked %+v", got)
	}
	l.refused("Bad Request: message can't be edited", "editMessageText", "chat_id", text(ana.ID()), "message_id", text(m.ID), "text", "y")
	if n := ana.Received(); n != 2 {
		t.Errorf("she received %d messages", n)
	}
	if calls := l.s.Calls(); calls["sendMessage"] != 2 || calls["editMessageText"] != 0 {
		t.Errorf("calls counted: %v", calls)
	}
}

// TestNumbers: one counter for all private chats, people's messages included,
// and one for each group.
func TestNumbers(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana, lan := l.s.Person(simulator.Profile{FirstName: "Ana"}), l.s.Person(simulator.Profile{FirstName: "Lan"})
	ana.Start("")
	lan.Start("")
	group := l.s.Group("Tổ 12", ana, lan) // its first message says that the bot was added
	var ids []int64
	for _, chat := range []int64{ana.ID(), group.ID(), lan.ID(), group.ID()} {
		var m sent
		l.ok(&m, "sendMessage", "chat_id", text(chat), "text", "x")
		ids = append(ids, m.ID)
	}
	ids = append(ids, ana.Say("y").ID, group.Say(lan, "z").ID)
	if want := []int64{3, 2, 4, 3, 5, 4}; !slices.Equal(ids, want) {
		t.Errorf("numbered %v, want %v", ids, want)
	}
}

func TestLengthsAreOfTheParsedText(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	l.ok(nil, "sendMessage", "chat_id", text(ana.ID()), "text", "<b>"+strings.Repeat("ế", 4096)+"</b>", "parse_mode", "HTML")
	photo := ana.Photo("").Photo
	l.ok(nil, "sendPhoto", "chat_id", text(ana.ID()), "photo", photo, "caption", "<b>"+strings.Repeat("ế", 1024)+"</b>", "parse_mode", "HTML")
	l.ok(nil, "sendMessage", "chat_id", text(ana.ID()), "text", "x", "reply_markup", `{"inline_keyboard":[[{"text":"A","callback_data":"`+strings.Repeat("x", 64)+`"}]]}`)
}

func TestWhoCannotBeWrittenTo(t *testing.T) {
	l := newLine(t, simulator.Options{})
	blocked, deactivated := l.ana(), l.ana()
	blocked.Block()
	deactivated.Deactivate()
	kicked, left := l.s.Group("Tổ 1"), l.s.Group("Tổ 2")
	owner := l.s.Person(simulator.Profile{FirstName: "Mai"})
	channel := l.s.Channel("Phường", owner)
	kicked.Kick()
	l.ok(nil, "leaveChat", "chat_id", text(left.ID()))
	for _, tt := range []struct {
		chat int64
		code int
		want string
	}{
		{l.s.Person(simulator.Profile{}).ID(), 403, "Forbidden: bot can't initiate conversation with a user"},
		{blocked.ID(), 403, "Forbidden: bot was blocked by the user"},
		{deactivated.ID(), 403, "Forbidden: user is deactivated"},
		{kicked.ID(), 403, "Forbidden: bot was kicked from the supergroup chat"},
		{left.ID(), 403, "Forbidden: bot is not a member of the supergroup chat"},
		{12345, 400, "Bad Request: chat not found"},
	} {
		for _, method := range []string{"sendMessage", "sendLocation", "copyMessage"} {
			v := map[string][]string{
				"sendMessage": {"text", "x"}, "sendLocation": {"latitude", "1", "longitude", "1"},
				"copyMessage": {"from_chat_id", text(channel.ID()), "message_id", "1"},
			}[method]
			channel.Say(owner, "x")
			if r := l.refused(tt.want, method, append(v, "chat_id", text(tt.chat))...); r.Code != tt.code {
				t.Errorf("%s to %d: code %d", method, tt.chat, r.Code)
			}
		}
	}
	channel.Readmit()
	l.refused("Bad Request: need administrator rights in the channel chat", "sendMessage", "chat_id", text(channel.ID()), "text", "x")
	blocked.Unblock()
	l.ok(nil, "sendMessage", "chat_id", text(blocked.ID()), "text", "x")
}

func TestEdit(t *testing.T) {
	c := newClock()
	l := newLine(t, simulator.Options{Now: c.Now})
	ana := l.ana()
	var m sent
	l.ok(&m, "sendMessage", "chat_id", text(ana.ID()), "text", "<b>a</b>", "parse_mode", "HTML", "reply_markup", oneButton)
	at := []string{"chat_id", text(ana.ID()), "message_id", text(m.ID)}
	edit := func(method string, pairs ...string) (string, []string) {
		return method, append(slices.Clone(at), pairs...)
	}
	const same = "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
	no := func(want, method string, pairs ...string) {
		t.Helper()
		method, pairs = edit(method, pairs...)
		l.refused(want, method, pairs...)
	}
	yes := func(method string, pairs ...string) simulator.Message {
		t.Helper()
		method, pairs = edit(method, pairs...)
		l.ok(&m, method, pairs...)
		return ana.Last()
	}
	no(same, "editMessageText", "text", "<b>a</b>", "parse_mode", "HTML", "reply_markup", oneButton)
	no(same, "editMessageText", "text", " <strong>a</strong>\n", "parse_mode", "HTML", "reply_markup", `{ "inline_keyboard": [[{"callback_data":"a", "text":"A"}]] }`)
	no(same, "editMessageReplyMarkup", "reply_markup", oneButton)
	no("Bad Request: there is no caption in the message to edit", "editMessageCaption", "caption", "x")
	c.Advance(time.Minute)
	if got := yes("editMessageText", "text", "a", "reply_markup", oneButton); got.Text != "a" || len(got.Buttons) != 1 || !got.EditedAt.Equal(c.Now()) || m.Edit != c.Now().Unix() {
		t.Errorf("other entities only: %+v", got)
	}
	if got := yes("editMessageText", "text", "b"); got.Text != "b" || got.Buttons != nil || got.ID != m.ID {
		t.Errorf("without reply_markup: %+v", got)
	}
	if got := yes("editMessageReplyMarkup", "reply_markup", oneButton); got.Text != "b" || len(got.Buttons) != 1 {
		t.Errorf("buttons only: %+v", got)
	}
	if got := yes("editMessageReplyMarkup"); got.Buttons != nil {
		t.Errorf("buttons away: %+v", got)
	}
	no(same, "editMessageReplyMarkup")
	no(same, "editMessageReplyMarkup", "reply_markup", `{"inline_keyboard":[]}`)

	photo := ana.Photo("").Photo
	l.ok(&m, "sendPhoto", "chat_id", text(ana.ID()), "photo", photo, "caption", "c")
	at[3] = text(m.ID)
	no("Bad Request: there is no text in the message to edit", "editMessageText", "text", "x")
	no(same, "editMessageCaption", "caption", "c")
	if got := yes("editMessageCaption", "caption", "d"); got.Text != "d" || got.Photo != photo {
		t.Errorf("caption: %+v", got)
	}
	if got := yes("editMessageCaption"); got.Text != "" || got.Photo != photo {
		t.Errorf("no caption: %+v", got)
	}
	other := ana.Photo("").Photo
	if got := yes("editMessageMedia", "media", `{"type":"photo","media":"`+other+`","caption":"e"}`); got.Photo != other || got.Text != "e" {
		t.Errorf("media: %+v", got)
	}
	ana.Block()
	no("Forbidden: bot was blocked by the user", "editMessageCaption", "caption", "f")
}

func TestDelete(t *testing.T) {
	c := newClock()
	l := newLine(t, simulator.Options{Now: c.Now})
	ana := l.ana()
	chat := text(ana.ID())
	var old, mine sent
	l.ok(&old, "sendMessage", "chat_id", chat, "text", "old")
	c.Advance(48*time.Hour + time.Second)
	l.ok(&mine, "sendMessage", "chat_id", chat, "text", "new")
	hers := ana.Say("hers")
	l.ok(nil, "deleteMessage", "chat_id", chat, "message_id", text(mine.ID))
	l.refused("Bad Request: message to delete not found", "deleteMessage", "chat_id", chat, "message_id", text(mine.ID))
	l.refused("Bad Request: message to edit not found", "editMessageText", "chat_id", chat, "message_id", text(mine.ID), "text", "x")
	l.refused("Bad Request: message can't be deleted for everyone", "deleteMessage", "chat_id", chat, "message_id", text(old.ID))
	l.ok(nil, "deleteMessages", "chat_id", chat, "message_ids", string(mustMarshal([]int64{hers.ID, 999})))
	l.refused("Bad Request: message can't be deleted for everyone", "deleteMessages", "chat_id", chat, "message_ids", string(mustMarshal([]int64{old.ID})))
	if chat := ana.Chat(); len(chat) != 2 || chat[1].Text != "old" || ana.Received() != 2 {
		t.Errorf("left: %+v, received %d", chat, ana.Received())
	}
	group := l.s.Group("Tổ 12", ana)
	said := group.Say(ana, "in the group")
	l.refused("Bad Request: message can't be deleted", "deleteMessage", "chat_id", text(group.ID()), "message_id", text(said.ID))
	group.Promote()
	l.ok(nil, "deleteMessage", "chat_id", text(group.ID()), "message_id", text(said.ID))
}

func TestCopyAndForward(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana, lan := l.ana(), l.ana()
	from := ana.Photo("hers").ID
	words := ana.Say("words").ID
	pairs := func(extra ...string) []string {
		return append(extra, "chat_id", text(lan.ID()), "from_chat_id", text(ana.ID()))
	}
	var id sent
	l.ok(&id, "copyMessage", pairs("message_id", text(from), "caption", "<i>mine</i>", "parse_mode", "HTML", "reply_markup", oneButton)...)
	if got := lan.Last(); got.ID != id.ID || got.Text != "mine" || got.Photo == "" || len(got.Buttons) != 1 || got.Forwarded {
		t.Errorf("copied: %+v", got)
	}
	var m sent
	l.ok(&m, "forwardMessage", pairs("message_id", text(words))...)
	if got := lan.Last(); got.Text != "words" || !got.Forwarded || !strings.Contains(string(m.Origin), `"type":"user"`) {
		t.Errorf("forwarded: %+v, %s", got, m.Origin)
	}
	l.refused("Bad Request: message can't be edited", "editMessageText", "chat_id", text(lan.ID()), "message_id", text(m.ID), "text", "x")
	var ids []sent
	l.ok(&ids, "copyMessages", pairs("message_ids", string(mustMarshal([]int64{from, words, 999})), "remove_caption", "true")...)
	if chat := lan.Chat(); len(ids) != 2 || chat[len(chat)-2].Text != "" || chat[len(chat)-1].Text != "words" {
		t.Errorf("copied %+v: %+v", ids, chat)
	}
	l.ok(&ids, "forwardMessages", pairs("message_ids", string(mustMarshal([]int64{from, words})))...)
	if len(ids) != 2 || !lan.Last().Forwarded {
		t.Errorf("forwarded %+v", ids)
	}
}

func TestOtherContent(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	chat := text(ana.ID())
	voice := struct {
		Voice struct {
			ID string `json:"file_id"`
		}
	}{}
	r := l.upload("sendVoice", "voice", []byte("sound"), "chat_id", chat, "caption", "listen")
	if err := json.Unmarshal(r.Result, &voice); err != nil || !r.OK {
		t.Fatalf("%v %+v", err, r)
	}
	if got := ana.Last(); got.Other != "voice" || got.Text != "listen" {
		t.Errorf("got %+v", got)
	}
	l.ok(nil, "sendVoice", "chat_id", chat, "voice", voice.Voice.ID)
	l.refused("Bad Request: can't use file of type Voice as Photo", "sendPhoto", "chat_id", chat, "photo", voice.Voice.ID)
	var m struct{ Location struct{ Latitude float64 } }
	l.ok(&m, "sendLocation", "chat_id", chat, "latitude", "21.5", "longitude", "105")
	if m.Location.Latitude != 21.5 || ana.Last().Other != "location" {
		t.Errorf("sent %+v, seen %+v", m, ana.Last())
	}
	l.ok(nil, "sendChatAction", "chat_id", chat, "action", "typing")
	if n := ana.Received(); n != 3 {
		t.Errorf("received %d", n)
	}
}

// TestKindsOfFiles: each kind is refused as another, lost ids and bad places
// are refused, and only bytes count as uploads.
func TestKindsOfFiles(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	chat := text(ana.ID())
	for kind, method := range map[string]string{
		"video": "sendVideo", "animation": "sendAnimation", "document": "sendDocument", "audio": "sendAudio", "voice": "sendVoice",
	} {
		m := ana.Write(simulator.Note{HTML: "<b>with</b> words", Files: []string{kind}})
		if m.Other != kind || m.Text != "with words" || m.File == "" {
			t.Errorf("a %s as its sender sees it: %+v", kind, m)
		}
		l.ok(nil, method, "chat_id", chat, kind, m.File, "caption", "back")
		if got := ana.Last(); got.Other != kind || got.File != m.File || got.Text != "back" {
			t.Errorf("a %s sent by its id: %+v", kind, got)
		}
		if kind != "document" {
			l.refused("Bad Request: can't use file of type "+strings.ToUpper(kind[:1])+kind[1:]+" as Document", "sendDocument", "chat_id", chat, "document", m.File)
		}
		l.s.Lose(m.File)
		l.refused("Bad Request: wrong remote file identifier specified: can't unserialize it", method, "chat_id", chat, kind, m.File)
	}
	for _, place := range [][2]string{{"91", "0"}, {"0", "-180.5"}, {"NaN", "0"}} {
		l.refused("Bad Request: wrong location specified", "sendLocation", "chat_id", chat, "latitude", place[0], "longitude", place[1])
	}
	doc, film := ana.Document().File, ana.Video().File
	l.refused("Bad Request: can't send as album: files of these kinds stay among themselves", "sendMediaGroup", "chat_id", chat,
		"media", `[{"type":"video","media":"`+film+`"},{"type":"document","media":"`+doc+`"}]`)
	if n := l.s.Uploads(); n != 0 {
		t.Errorf("%d uploads", n)
	}
	l.upload("sendVoice", "voice", []byte("sound"), "chat_id", chat)
	if n := l.s.Uploads(); n != 1 {
		t.Errorf("%d uploads", n)
	}
}
