package bot

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const ana = `{"id":5,"is_bot":false,"first_name":"Ánh","language_code":"vi"}`

func TestDecodeUpdate(t *testing.T) {
	user := User{ID: 5, FirstName: "Ánh", LanguageCode: "vi"}
	private := Chat{ID: 5, Type: "private"}
	for _, tt := range []struct {
		name, raw string
		want      Update
		chat      int64
		from      *User
	}{
		{"message", `{"update_id":1,"message":{"message_id":7,"date":9,"from":` + ana + `,"chat":{"id":5,"type":"private"},
			"text":"/start abc","entities":[{"type":"bot_command","offset":0,"length":6}]}}`,
			Update{ID: 1, Kind: "message", Message: &Message{ID: 7, Date: 9, From: &user, Chat: private, Text: "/start abc",
				Entities: []Entity{{Type: "bot_command", Length: 6}}}}, 5, &user},
		{"edited", `{"update_id":1,"edited_message":{"message_id":7,"date":9,"edit_date":10,"from":` + ana + `,"chat":{"id":5,"type":"private"},"text":"a"}}`,
			Update{ID: 1, Kind: "edited_message", EditedMessage: &Message{ID: 7, Date: 9, EditDate: 10, From: &user, Chat: private, Text: "a"}}, 5, &user},
		{"tap in a group", `{"update_id":1,"callback_query":{"id":"q","from":` + ana + `,"data":"done:1","chat_instance":"1","message":{"message_id":7,"date":9,
			"chat":{"id":-1001234567890,"type":"supergroup","title":"Tổ 1"},"reply_markup":{"inline_keyboard":[[{"text":"a","callback_data":"done:1","style":"primary"},{"text":"b","copy_text":{"text":"c"}}]]}}}}`,
			Update{ID: 1, Kind: "callback_query", Callback: &Callback{ID: "q", From: user, Data: "done:1", Message: &Message{ID: 7, Date: 9,
				Chat:        Chat{ID: -1001234567890, Type: "supergroup", Title: "Tổ 1"},
				ReplyMarkup: &InlineKeyboard{Keyboard{{{Text: "a", Data: "done:1", Style: "primary"}, {Text: "b", CopyText: "c"}}}}}}}, -1001234567890, &user},
		{"tap without message", `{"update_id":1,"callback_query":{"id":"q","from":` + ana + `,"inline_message_id":"x"}}`,
			Update{ID: 1, Kind: "callback_query", Callback: &Callback{ID: "q", From: user}}, 5, &user},
		{"blocked", `{"update_id":1,"my_chat_member":{"chat":{"id":5,"type":"private"},"from":` + ana + `,"date":9,
			"old_chat_member":{"status":"member","user":{"id":1}},"new_chat_member":{"status":"kicked","user":{"id":1},"until_date":0}}}`,
			Update{ID: 1, Kind: "my_chat_member", MyChatMember: &ChatMemberUpdated{Chat: private, From: user, Date: 9, OldStatus: "member", NewStatus: "kicked"}}, 5, &user},
		{"channel post", `{"update_id":1,"channel_post":{"message_id":7,"date":9,"chat":{"id":-100,"type":"channel"}}}`,
			Update{ID: 1, Kind: "channel_post"}, 0, nil},
		{"nothing", `{"update_id":1}`, Update{ID: 1}, 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u, err := DecodeUpdate([]byte(tt.raw))
			if err != nil {
				t.Fatal(err)
			}
			if string(u.Raw) != tt.raw {
				t.Errorf("Raw is %s", u.Raw)
			}
			if diff := cmp.Diff(tt.want, u, cmpopts.IgnoreFields(Update{}, "Raw")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if u.ChatID() != tt.chat {
				t.Errorf("ChatID is %d, want %d", u.ChatID(), tt.chat)
			}
			if diff := cmp.Diff(tt.from, u.From()); diff != "" {
				t.Errorf("From (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUndecodable(t *testing.T) {
	for _, tt := range []struct {
		name, raw string
		id        int64
	}{
		{"no JSON", `{`, 0},
		{"null", `null`, 0},
		{"a list", `[1]`, 0},
		{"no id", `{"message":{}}`, 0},
		{"id in words", `{"update_id":"one","message":{}}`, 0},
		{"message is null", `{"update_id":3,"message":null}`, 3},
		{"message is text", `{"update_id":3,"message":"hello"}`, 3},
		{"chat id is text", `{"update_id":3,"message":{"chat":{"id":"five"}}}`, 3},
		{"tap is a list", `{"update_id":3,"callback_query":[]}`, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u, err := DecodeUpdate([]byte(tt.raw))
			if err == nil || u.Kind != KindOfUndecodable || u.ID != tt.id || string(u.Raw) != tt.raw || u.ChatID() != 0 || u.From() != nil {
				t.Errorf("got %+v, %v", u, err)
			}
		})
	}
}

func TestMessageContents(t *testing.T) {
	for _, tt := range []struct {
		name, raw               string
		other, forwarded, known bool
		photo                   string
	}{
		{"text", `{"date":1,"text":"a"}`, false, false, true, ""},
		{"photo", `{"date":1,"photo":[{"file_id":"s","width":90,"height":60},{"file_id":"l","width":900,"height":600},{"file_id":"m","width":320,"height":213}]}`, false, false, true, "l"},
		{"voice", `{"date":1,"voice":{"file_id":"v","duration":3}}`, true, false, true, ""},
		{"forwarded", `{"date":1,"text":"a","forward_origin":{"type":"hidden_user"}}`, false, true, true, ""},
		{"inaccessible", `{"date":0,"message_id":7}`, true, false, false, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var m Message
			if err := json.Unmarshal([]byte(tt.raw), &m); err != nil {
				t.Fatal(err)
			}
			if m.Other() != tt.other || m.Forwarded() != tt.forwarded || m.Inaccessible() == tt.known || m.LargestPhoto() != tt.photo {
				t.Errorf("got other %v, forwarded %v, inaccessible %v, photo %q", m.Other(), m.Forwarded(), m.Inaccessible(), m.LargestPhoto())
			}
		})
	}
}

func FuzzDecodeUpdate(f *testing.F) {
	for _, raw := range []string{
		`{"update_id":1,"message":{"message_id":7,"date":9,"from":` + ana + `,"chat":{"id":5,"type":"private"},"text":"a"}}`,
		`{"update_id":1,"callback_query":{"id":"q","from":` + ana + `,"data":"done:1"}}`,
		`{"update_id":1,"my_chat_member":{"old_chat_member":null,"new_chat_member":{"status":"kicked"}}}`,
		`{"update_id":1,"edited_message":{"reply_to_message":{"photo":[{}]},"reply_markup":{"inline_keyboard":[[{}],null]}}}`,
		`{"update_id":1,"poll":{}}`, `{"update_id":9223372036854775808}`, `null`, `[]`, ``,
	} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, err := DecodeUpdate(raw)
		if (err != nil) != (u.Kind == KindOfUndecodable) && u.Kind != KindOfUndecodable {
			t.Errorf("kind %q with error %v", u.Kind, err)
		}
		u.ChatID()
		u.From()
		for _, m := range []*Message{u.Message, u.EditedMessage} {
			if m != nil {
				m.LargestPhoto()
				m.Other()
			}
		}
	})
}
