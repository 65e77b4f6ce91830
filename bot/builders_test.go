package bot

import (
	"context"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var doneKeyboard = Keyboard{
	{{Text: "✅ Đã làm xong", Data: "done:1f", Style: "success"}, {Text: "Hôm nay không", Data: "no:1f"}},
	{},
	{{Text: "Trang", URL: "https://example.org/"}, {Text: "Chép", CopyText: "Kính mời bà con"}},
}

const doneMarkup = `{"inline_keyboard":[[{"text":"✅ Đã làm xong","callback_data":"done:1f","style":"success"},` +
	`{"text":"Hôm nay không","callback_data":"no:1f"}],` +
	`[{"text":"Trang","url":"https://example.org/"},{"text":"Chép","copy_text":{"text":"Kính mời bà con"}}]]}`

// TestBuilders checks every call that this package can make: that it is the
// one that was meant, and that the Bot API's specification allows it.
func TestBuilders(t *testing.T) {
	spec, err := readSpec()
	if err != nil {
		t.Fatal(err)
	}
	id := "5"
	preview := `{"is_disabled":true}`
	for _, tt := range []struct {
		name   string
		call   func(context.Context, *Client) error
		method string
		want   Params
		files  []string
	}{
		{"text", sending(Send{ChatID: 5, HTML: "<b>Việc</b>"}), "sendMessage",
			Params{"chat_id": id, "text": "<b>Việc</b>", "parse_mode": "HTML", "link_preview_options": preview}, nil},
		{"text with all", sending(Send{ChatID: -1005, ThreadID: 3, HTML: "a", Keyboard: doneKeyboard, ReplyTo: 9, Silent: true, Paid: true}), "sendMessage",
			Params{"chat_id": "-1005", "message_thread_id": "3", "text": "a", "parse_mode": "HTML", "link_preview_options": preview,
				"reply_markup": doneMarkup, "reply_parameters": `{"message_id":9,"allow_sending_without_reply":true}`,
				"disable_notification": "true", "allow_paid_broadcast": "true"}, nil},
		{"empty keyboard", sending(Send{ChatID: 5, HTML: "a", Keyboard: Keyboard{{}}}), "sendMessage",
			Params{"chat_id": id, "text": "a", "parse_mode": "HTML", "link_preview_options": preview}, nil},
		{"force reply", sending(Send{ChatID: 5, HTML: "a", ForceReply: "Số hộ"}), "sendMessage",
			Params{"chat_id": id, "text": "a", "parse_mode": "HTML", "link_preview_options": preview,
				"reply_markup": `{"force_reply":true,"input_field_placeholder":"Số hộ"}`}, nil},
		{"photo", sending(Send{ChatID: 5, HTML: "a", Media: Photo("AgAC")}), "sendPhoto",
			Params{"chat_id": id, "photo": "AgAC", "caption": "a", "parse_mode": "HTML"}, nil},
		{"photo alone", sending(Send{ChatID: 5, Media: Photo("AgAC")}), "sendPhoto",
			Params{"chat_id": id, "photo": "AgAC"}, nil},
		{"upload", sending(Send{ChatID: 5, HTML: "a", Media: []Media{{Kind: "photo", Upload: &File{Name: "bang.png", Bytes: []byte("png")}}}, Keyboard: doneKeyboard}), "sendPhoto",
			Params{"chat_id": id, "caption": "a", "parse_mode": "HTML", "reply_markup": doneMarkup}, []string{"photo"}},
		{"document", func(ctx context.Context, c *Client) error {
			_, err := c.SendDocument(ctx, 5, File{Name: "so.xlsx", Bytes: []byte("PK")}, "a")
			return err
		}, "sendDocument", Params{"chat_id": id, "caption": "a", "parse_mode": "HTML"}, []string{"document"}},
		{"document from bytes", sending(Send{ChatID: 5, Media: []Media{{Kind: "document", Upload: &File{Name: "a.pdf", Bytes: []byte("pdf")}}}}), "sendDocument",
			Params{"chat_id": id}, []string{"document"}},
		{"video", sending(Send{ChatID: 5, HTML: "a", Media: []Media{{Kind: "video", FileID: "BAAC"}}, Keyboard: doneKeyboard}), "sendVideo",
			Params{"chat_id": id, "video": "BAAC", "caption": "a", "parse_mode": "HTML", "reply_markup": doneMarkup}, nil},
		{"round video", sending(Send{ChatID: 5, HTML: "a", Media: []Media{{Kind: "video_note", FileID: "DQAC"}}}), "sendVideoNote",
			Params{"chat_id": id, "video_note": "DQAC"}, nil},
		{"animation", sending(Send{ChatID: 5, Media: []Media{{Kind: "animation", FileID: "CgAC"}}}), "sendAnimation",
			Params{"chat_id": id, "animation": "CgAC"}, nil},
		{"document", sending(Send{ChatID: 5, HTML: "a", Media: []Media{{Kind: "document", FileID: "BQAC"}}}), "sendDocument",
			Params{"chat_id": id, "document": "BQAC", "caption": "a", "parse_mode": "HTML"}, nil},
		{"audio", sending(Send{ChatID: 5, Media: []Media{{Kind: "audio", FileID: "CQAC"}}}), "sendAudio",
			Params{"chat_id": id, "audio": "CQAC"}, nil},
		{"voice", sending(Send{ChatID: 5, HTML: "a", Media: []Media{{Kind: "voice", FileID: "AwAC"}}}), "sendVoice",
			Params{"chat_id": id, "voice": "AwAC", "caption": "a", "parse_mode": "HTML"}, nil},
		{"location", sending(Send{ChatID: 5, Media: []Media{{Kind: "location", Location: Location{Latitude: 21.0285, Longitude: -0.5}}}, Keyboard: doneKeyboard}), "sendLocation",
			Params{"chat_id": id, "latitude": "21.0285", "longitude": "-0.5", "reply_markup": doneMarkup}, nil},
		{"album", sending(Send{ChatID: 5, HTML: "a", Silent: true, Media: []Media{{Kind: "photo", FileID: "AgA1"}, {Kind: "video", FileID: "BAA2"}}}), "sendMediaGroup",
			Params{"chat_id": id, "disable_notification": "true",
				"media": `[{"type":"photo","media":"AgA1","caption":"a","parse_mode":"HTML"},{"type":"video","media":"BAA2"}]`}, nil},
		{"album with bytes", sending(Send{ChatID: 5, Media: []Media{{Kind: "photo", FileID: "AgA1"}, {Kind: "photo", Upload: &File{Name: "a.jpg", Bytes: []byte("jpeg")}}}}), "sendMediaGroup",
			Params{"chat_id": id, "media": `[{"type":"photo","media":"AgA1"},{"type":"photo","media":"attach://file1"}]`}, []string{"file1"}},
		{"keys", sending(Send{ChatID: 5, HTML: "a", Keys: Keys{{{Text: "Here", Location: true}}, {{Text: "No"}}}}), "sendMessage",
			Params{"chat_id": id, "text": "a", "parse_mode": "HTML", "link_preview_options": preview,
				"reply_markup": `{"keyboard":[[{"text":"Here","request_location":true}],[{"text":"No"}]],"resize_keyboard":true,"one_time_keyboard":true}`}, nil},
		{"no keys", sending(Send{ChatID: 5, HTML: "a", DropKeys: true}), "sendMessage",
			Params{"chat_id": id, "text": "a", "parse_mode": "HTML", "link_preview_options": preview, "reply_markup": `{"remove_keyboard":true}`}, nil},
		{"edit", func(ctx context.Context, c *Client) error {
			return c.EditText(ctx, Edit{ChatID: 5, MessageID: 9, HTML: "a", Keyboard: doneKeyboard})
		}, "editMessageText",
			Params{"chat_id": id, "message_id": "9", "text": "a", "parse_mode": "HTML", "link_preview_options": preview, "reply_markup": doneMarkup}, nil},
		{"edit caption", func(ctx context.Context, c *Client) error {
			return c.EditText(ctx, Edit{ChatID: 5, MessageID: 9, HTML: "a", Caption: true})
		}, "editMessageCaption", Params{"chat_id": id, "message_id": "9", "caption": "a", "parse_mode": "HTML"}, nil},
		{"edit keyboard", func(ctx context.Context, c *Client) error { return c.EditKeyboard(ctx, 5, 9, doneKeyboard) }, "editMessageReplyMarkup",
			Params{"chat_id": id, "message_id": "9", "reply_markup": doneMarkup}, nil},
		{"remove keyboard", func(ctx context.Context, c *Client) error { return c.EditKeyboard(ctx, 5, 9, nil) }, "editMessageReplyMarkup",
			Params{"chat_id": id, "message_id": "9"}, nil},
		{"delete", func(ctx context.Context, c *Client) error { return c.Delete(ctx, 5, 9) }, "deleteMessage",
			Params{"chat_id": id, "message_id": "9"}, nil},
		{"answer tap", func(ctx context.Context, c *Client) error { return c.AnswerTap(ctx, "q1", "Đã ghi nhận", true) }, "answerCallbackQuery",
			Params{"callback_query_id": "q1", "text": "Đã ghi nhận", "show_alert": "true"}, nil},
		{"answer tap silently", func(ctx context.Context, c *Client) error { return c.AnswerTap(ctx, "q1", "", false) }, "answerCallbackQuery",
			Params{"callback_query_id": "q1"}, nil},
		{"long answer", func(ctx context.Context, c *Client) error {
			return c.AnswerTap(ctx, "q1", strings.Repeat("ở", 201), false)
		}, "answerCallbackQuery", Params{"callback_query_id": "q1", "text": strings.Repeat("ở", 199) + "…"}, nil},
		{"chat action", func(ctx context.Context, c *Client) error { return c.ChatAction(ctx, 5, "typing") }, "sendChatAction",
			Params{"chat_id": id, "action": "typing"}, nil},
		{"leave", func(ctx context.Context, c *Client) error { return c.LeaveChat(ctx, -5) }, "leaveChat", Params{"chat_id": "-5"}, nil},
		{"me", func(ctx context.Context, c *Client) error { _, err := c.Me(ctx); return err }, "getMe", Params{}, nil},
		{"commands", func(ctx context.Context, c *Client) error {
			return c.SetCommands(ctx, Commands{List: []Command{{"homnay", "Việc hôm nay"}}, Language: "vi"})
		}, "setMyCommands", Params{"commands": `[{"command":"homnay","description":"Việc hôm nay"}]`, "language_code": "vi",
			"scope": `{"type":"all_private_chats"}`}, nil},
		{"commands of a chat", func(ctx context.Context, c *Client) error { return c.SetCommands(ctx, Commands{ChatID: 5}) }, "setMyCommands",
			Params{"commands": `[]`, "scope": `{"type":"chat","chat_id":5}`}, nil},
		{"menu", func(ctx context.Context, c *Client) error { return c.SetMenuCommands(ctx) }, "setChatMenuButton",
			Params{"menu_button": `{"type":"commands"}`}, nil},
		{"description", func(ctx context.Context, c *Client) error { return c.SetDescription(ctx, "a", "vi") }, "setMyDescription",
			Params{"description": "a", "language_code": "vi"}, nil},
		{"short description", func(ctx context.Context, c *Client) error { return c.SetShortDescription(ctx, "a", "") }, "setMyShortDescription",
			Params{"short_description": "a"}, nil},
		{"set webhook", func(ctx context.Context, c *Client) error {
			return c.SetWebhook(ctx, Webhook{URL: "https://a.vn/telegram", Secret: "s3"})
		}, "setWebhook", Params{"url": "https://a.vn/telegram", "secret_token": "s3", "max_connections": "100",
			"allowed_updates": `["message","edited_message","callback_query","my_chat_member"]`}, nil},
		{"delete webhook", func(ctx context.Context, c *Client) error { return c.DeleteWebhook(ctx) }, "deleteWebhook", Params{}, nil},
		{"tap that leads", func(ctx context.Context, c *Client) error { return c.LeadTap(ctx, "77", "https://t.me/x_bot?start=a") }, "answerCallbackQuery",
			Params{"callback_query_id": "77", "url": "https://t.me/x_bot?start=a"}, nil},
		{"standing", func(ctx context.Context, c *Client) error { _, err := c.MayPost(ctx, -1005, true, 7); return err }, "getChatMember",
			Params{"chat_id": "-1005", "user_id": "7"}, nil},
		{"topic", func(ctx context.Context, c *Client) error { _, err := c.CreateTopic(ctx, -1005, "Việc"); return err }, "createForumTopic",
			Params{"chat_id": "-1005", "name": "Việc"}, nil},
		{"webhook", func(ctx context.Context, c *Client) error { _, _, err := c.WebhookInfo(ctx); return err }, "getWebhookInfo", Params{}, nil},
		{"file", func(ctx context.Context, c *Client) error { _, err := c.GetFile(ctx, "AgAC"); return err }, "getFile", Params{"file_id": "AgAC"}, nil},
		{"updates", func(ctx context.Context, c *Client) error {
			return c.Call(ctx, "getUpdates", (&Poller{}).params(), nil, nil)
		}, "getUpdates",
			Params{"limit": "100", "timeout": "50", "allowed_updates": `["message","edited_message","callback_query","my_chat_member"]`}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var method string
			var got Params
			var files []string
			c := dial(t, Options{Transport: wire(func(m string, req *http.Request) (int, string, error) {
				method = m
				got, files = form(t, req)
				if m == "sendMediaGroup" {
					return 200, `{"ok":true,"result":[{}]}`, nil
				}
				return 200, `{"ok":true,"result":{}}`, nil
			})})
			if err := tt.call(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			if method != tt.method {
				t.Errorf("called %s, want %s", method, tt.method)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("parameters (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.files, files); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			if err := spec.check(method, got, files); err != nil {
				t.Error(err)
			}
		})
	}
}

func sending(s Send) func(context.Context, *Client) error {
	return func(ctx context.Context, c *Client) error { _, err := c.Send(ctx, s); return err }
}

// form reads a request as a server does.
func form(t *testing.T, req *http.Request) (Params, []string) {
	t.Helper()
	kind, options, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if kind == "multipart/form-data" {
		f, err := multipart.NewReader(req.Body, options["boundary"]).ReadForm(1 << 20)
		if err != nil {
			t.Fatal(err)
		}
		return flat(f.Value), slices.Sorted(maps.Keys(f.File))
	}
	if err := req.ParseForm(); err != nil {
		t.Fatal(err)
	}
	return flat(req.PostForm), nil
}

func flat(values map[string][]string) Params {
	p := Params{}
	for name, v := range values {
		p[name] = v[0]
	}
	return p
}

// TestSpecRefuses makes sure that the check above can fail.
func TestSpecRefuses(t *testing.T) {
	spec, err := readSpec()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		method string
		p      Params
	}{
		{"sendMassage", Params{"chat_id": "5", "text": "a"}},
		{"sendMessage", Params{"text": "a"}},
		{"sendMessage", Params{"chat_id": "5", "text": ""}},
		{"sendMessage", Params{"chat_id": "5", "text": "a", "disable_web_page_preview": "true"}},
		{"sendMessage", Params{"chat_id": "5", "text": "a", "entities": "null"}},
		{"sendMessage", Params{"chat_id": "5", "text": "a", "disable_notification": "yes"}},
		{"sendMessage", Params{"chat_id": "5", "text": "a", "reply_markup": `{"inline_keyboard":null}`}},
		{"sendMessage", Params{"chat_id": "5", "text": "a", "reply_markup": `{"inline_keyboard":[[{"text":"a","date":"b"}]]}`}},
		{"setMyCommands", Params{"commands": `[]`, "scope": `{"type":"everybody"}`}},
		{"setMyCommands", Params{"commands": `null`}},
	} {
		if spec.check(tt.method, tt.p, nil) == nil {
			t.Errorf("%s with %v was let through", tt.method, tt.p)
		}
	}
}

// TestForgiving checks the refusals that are no errors, and the one that must
// be.
func TestForgiving(t *testing.T) {
	const notModified = `{"ok":false,"error_code":400,"description":"Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"}`
	const tooOld = `{"ok":false,"error_code":400,"description":"Bad Request: query is too old and response timeout expired or query ID is invalid"}`
	saying := func(body string) *Client {
		return dial(t, Options{Transport: wire(func(string, *http.Request) (int, string, error) { return 400, body, nil })})
	}
	if err := saying(notModified).EditText(t.Context(), Edit{ChatID: 5, MessageID: 9, HTML: "a"}); err != nil {
		t.Errorf("an edit that changes nothing: %v", err)
	}
	if err := saying(notModified).EditKeyboard(t.Context(), 5, 9, doneKeyboard); KindOf(err) != KindNotModified {
		t.Errorf("a keyboard that is there: %v", err)
	}
	if err := saying(tooOld).AnswerTap(t.Context(), "q1", "a", false); err != nil {
		t.Errorf("an answer that is late: %v", err)
	}
}
