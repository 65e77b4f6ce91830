package handlers_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"wardbot/ward"
)

// codeOf is the code at the end of an invite's link.
func codeOf(text string) string { return text[strings.Index(text, "?start=")+len("?start="):] }

func TestInviteForAGroup(t *testing.T) {
	o := newTown(t, byInvite)
	o.boss.Start("")
	o.boss.reads("Dành cho điều phối viên")
	o.boss.Say("/moi")
	o.boss.taps("Mỹ Đình 1", "Mã cho một tổ", "12", "20", "7 ngày", "Tạo mã mời")
	card := o.boss.reads("Mỹ Đình 1 · Tổ 12 · đường dẫn mời, còn 20/20 lượt, đến hết 19/07/2023")
	code := codeOf(card.Text)
	if len(code) != 12 {
		t.Errorf("code %q", code)
	}
	lan := o.newcomer("Lan")
	lan.Start(code)
	lan.taps("Bắt đầu", "Tôi đồng ý", "Đúng rồi") // ward and group are known
	lan.reads("Xong rồi")
	o.boss.Say("/moi")
	o.boss.tap("Mỹ Đình 1")
	o.boss.tap("Tổ 12 · còn 19/20 · đến T4 19/07")
	if toast := o.boss.tap("Thu hồi mã"); toast != "Đã thu hồi mã mời" {
		t.Errorf("toast %q", toast)
	}
	o.boss.reads("0 mã mời đang dùng được")
	mai := o.newcomer("Mai")
	mai.Start(code)
	mai.reads("Mã mời này không đúng")
	if toast := o.boss.forge("invone:1"); toast != "Nút này không còn dùng nữa. Gõ /homnay để xem việc đang có nhé." {
		t.Errorf("a revoked invite: %q", toast)
	}
}

func TestInviteEndsInTheMiddle(t *testing.T) {
	o := newTown(t, byInvite)
	home := o.ward("Trung Văn")
	if err := o.store.CreateInvite(o.ctx, ward.Invite{Code: "abc", WardID: home.ID, UsesLeft: 9, ExpiresAt: o.clock.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	lan := o.newcomer("Lan")
	lan.Start("abc")
	lan.taps("Bắt đầu", "Tôi đồng ý")
	lan.button("Đúng rồi")
	open, err := o.store.OpenInvites(o.ctx, home.ID, o.clock.Now())
	if err != nil || len(open) != 1 {
		t.Fatal(open, err)
	}
	if err := o.store.RevokeInvite(o.ctx, ward.Actor{}, open[0].ID); err != nil {
		t.Fatal(err)
	}
	if toast := lan.tap("Đúng rồi"); !strings.Contains(toast, "đã hết hạn") {
		t.Errorf("toast %q", toast)
	}
}

func TestSheetsForEveryGroup(t *testing.T) {
	o := newTown(t, byInvite)
	o.boss.Start("")
	o.boss.reads("Dành cho điều phối viên")
	for n := range 2 { // the second time the same invites are printed again
		o.boss.Say("/moi")
		o.boss.taps("Mỹ Đình 2", "In thư mời từng tổ")
		pdf := o.boss.file(n)
		if pages := bytes.Count(pdf, []byte("/Type /Page\n")); !bytes.HasPrefix(pdf, []byte("%PDF-")) || pages != 3 {
			t.Errorf("%d bytes with %d pages", len(pdf), pages)
		}
	}
	open, err := o.store.OpenInvites(o.ctx, o.ward("Mỹ Đình 2").ID, o.clock.Now())
	if err != nil || len(open) != 3 {
		t.Errorf("%d invites, %v", len(open), err)
	}
	o.boss.Say("/moi")
	o.boss.tap("Mỹ Đình 2")
	o.boss.tap("Tổ 2 · còn 50/50 · đến T6 11/08")
	o.boss.tap("Tờ in QR")
	if pdf := o.boss.file(2); bytes.Count(pdf, []byte("/Type /Page\n")) != 1 {
		t.Error("one invite is not one page")
	}
}

func TestAWardCoordinatorInvitesToTheirWardOnly(t *testing.T) {
	o := newTown(t)
	mai := o.keeper()
	mai.Say("/moi")
	mai.reads("Trung Văn: 0 mã mời")
	away := base36(o.ward("Phương Canh").ID)
	for _, data := range []string{"invts:" + away, "invset:" + away + ":0:k:7", "invnew:" + away + ":0:k:7", "invall:" + away, "invnew:0:0:k:7"} {
		if toast := mai.forge(data); toast != "Việc này thuộc phường khác, không do anh/chị phụ trách." {
			t.Errorf("%s: %q", data, toast)
		}
	}
	home := base36(o.ward("Trung Văn").ID)
	for _, data := range []string{"invnew:" + home + ":0:zz:u", "invnew:" + home + ":zzz:k:7", "invset:" + home} { // as on no button
		if toast := mai.forge(data); toast != "Nút này không còn dùng nữa. Gõ /homnay để xem việc đang có nhé." {
			t.Errorf("%s: %q", data, toast)
		}
	}
}
