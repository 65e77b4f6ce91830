package handlers_test

import (
	"strings"
	"testing"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// tells writes a story up to its preview.
func (p *phone) tells(text string) {
	p.o.t.Helper()
	p.Say("/chuyendep")
	p.reads("ai, làm gì, ở đâu")
	p.Say(text)
	p.taps("Xong", "Tôi chứng kiến", "Đã đồng ý", "Ghi tên tôi")
	p.reads("ghi tên người kể")
}

func TestAStoryFromSubmissionToPublication(t *testing.T) {
	o := newTown(t)
	o.boss.Start("")
	lan, hanh := o.collaborator("Trần Thị Lan"), o.collaborator("Hạnh")
	lan.tells("Tổ 12 góp 42 suất cơm\nBà con cùng nấu từ năm giờ sáng.")
	lan.tap("Gửi duyệt")
	lan.reads("Đã gửi điều phối viên")

	o.boss.reads("Chuyện đẹp chờ duyệt")
	if toast := o.boss.tap("Đăng sáng mai"); toast != "Sáng mai sẽ đăng." {
		t.Errorf("toast %q", toast)
	}
	lan.reads("Chuyện của anh/chị Lan sẽ được đăng sáng mai")
	if strings.Contains(hanh.transcript(), "42 suất") {
		t.Error("published before the morning")
	}
	o.clock.Advance(day)
	news := hanh.reads("Tổ 12 góp 42 suất cơm")
	for _, words := range []string{"Nguồn: người kể chứng kiến", "Người kể: Trần Thị Lan, Tổ 12, Mỹ Đình 1", "Hội LHPN phường"} {
		if !strings.Contains(news.Text, words) {
			t.Errorf("%q is not in the news:\n%s", words, news.Text)
		}
	}
	o.boss.forge("taltak:1") // decided already
	if n := lan.count("sẽ được đăng sáng mai"); n != 1 {
		t.Errorf("told %d times:\n%s", n, lan.transcript())
	}
	hanh.tap("❤️")
	if toast := hanh.tap("❤️ 1"); toast != "Đã bỏ." {
		t.Errorf("taken back: %q", toast)
	}
	hanh.tap("👏")
	lan.button("❤️")
	lan.tap("👏")
	lan.button("👏 2")
	hanh.tap("Kể chuyện của tổ mình")
	hanh.reads("ai, làm gì, ở đâu")
}

func TestAStoryReturnedAndMended(t *testing.T) {
	o := newTown(t)
	o.boss.Start("")
	lan := o.collaborator("Trần Thị Lan")
	lan.tells("Chuyện hay")
	lan.tap("Gửi duyệt")
	o.boss.tap("Trả lại")
	o.boss.reads("Vì sao chưa đăng được?")
	o.boss.Say("chưa rõ ngày nào")
	o.boss.reads("Đã trả lại kèm lý do")
	lan.reads("vì: chưa rõ ngày nào")
	lan.tap("Sửa chuyện")
	lan.reads("Chuyện hay")
	lan.tap("Sửa")
	lan.Say("Chuyện hay ngày 10/07")
	lan.taps("Xong", "Nghe kể", "Xin giấu tên", "Giấu tên tôi", "Gửi duyệt")
	o.boss.reads("Chuyện hay ngày 10/07")

	o.boss.tap("Sửa rồi đăng") // with the names taken out
	o.boss.reads("Gửi đến: Tất cả các phường")
	o.boss.Say("Một chuyện hay\nNguồn: nghe kể")
	o.boss.tap("Gửi ngay")
	o.boss.tapPrefix("Gửi cho ")
	if news := lan.reads("Một chuyện hay"); strings.Contains(news.Text, "Lan") {
		t.Errorf("an author who did not want to be named is:\n%s", news.Text)
	}
	stranger := o.newcomer("Ai đó")
	stranger.Start("")
	stranger.reads("Chào")
	for _, data := range []string{"react:1:1", "story", "talfix:1", "taltak:1"} {
		if toast := stranger.forge(data); !strings.Contains(toast, "đăng ký trước") {
			t.Errorf("%s by a stranger: %q", data, toast)
		}
	}
}

// TestAStoryOfSomebodyWhoLeaves is not published, wherever it stood.
func TestAStoryOfSomebodyWhoLeaves(t *testing.T) {
	o := newTown(t)
	o.boss.Start("")
	lan, hanh := o.collaborator("Trần Thị Lan"), o.collaborator("Hạnh")
	lan.tells("Tổ 12 góp 42 suất cơm")
	lan.tap("Gửi duyệt")
	o.boss.tap("Đăng sáng mai")
	lan.reads("được đăng sáng mai")
	lan.Say("/roidi")
	lan.tap("Rời và xóa hết")
	lan.reads("Đã xóa lúc")
	o.clock.Advance(day)
	o.boss.reads("Đã dừng hẳn · Tổ 12 góp 42 suất cơm")
	o.sends("Việc mới")
	hanh.reads("Việc mới")
	if strings.Contains(hanh.transcript(), "42 suất") {
		t.Errorf("published all the same:\n%s", hanh.transcript())
	}
}

// TestAStoryOnAChannel is read by neighbours, too, once, whenever the bot was
// stopped, with no more of its teller than they agreed to.
func TestAStoryOnAChannel(t *testing.T) {
	for _, tt := range []struct{ name, credit, by string }{
		{"named", "Ghi tên tôi", "Người kể: Trần Thị Lan, Tổ 12, Mỹ Đình 1"},
		{"not named", "Giấu tên tôi", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newTown(t)
			channel := o.channel()
			lan, hanh := o.collaborator("Trần Thị Lan"), o.collaborator("Hạnh")
			lan.Say("/chuyendep")
			lan.reads("ai, làm gì, ở đâu")
			lan.Say("Tổ 12 góp 42 suất cơm")
			lan.taps("Xong", "Tôi chứng kiến", "Đã đồng ý")
			lan.reads("lên kênh của phường (ai cũng đọc được)")
			lan.taps(tt.credit, "Gửi duyệt")
			o.boss.tap("Đăng sáng mai")
			lan.reads("sẽ được đăng sáng mai, cũng lên 1 kênh của phường")
			if text := transcript(channel.Chat()); strings.Contains(text, "42 suất") {
				t.Errorf("on the channel before the morning:\n%s", text)
			}

			first := make(chan struct{}, 3)
			for _, p := range []*phone{lan, hanh} {
				p.Watch(func(e simulator.Event) {
					if strings.Contains(e.Message.Text, "góp 42 suất cơm\n") {
						first <- struct{}{}
					}
				})
			}
			o.clock.Advance(day)
			<-first
			for range 3 {
				o.stop()
				o.clock.Advance(time.Minute)
				o.start()
			}
			news := channel.reads("Tổ 12 góp 42 suất cơm")
			if named := strings.Contains(news.Text, "Lan"); named != (tt.by != "") || !strings.Contains(news.Text, tt.by) || !strings.Contains(news.Text, "Hội LHPN phường") {
				t.Errorf("the channel reads:\n%s", news.Text)
			}
			hanh.reads("Nguồn: người kể chứng kiến")
			o.boss.forge("taltak:1") // decided already
			o.posts("Việc mới", 1)
			channel.reads("Việc mới")
			if n := strings.Count(transcript(channel.Chat()), "góp 42 suất cơm"); n != 1 {
				t.Errorf("%d times on the channel:\n%s", n, transcript(channel.Chat()))
			}
		})
	}
}

// TestAStoryTakenByHalf was published when the bot was killed, before the
// coordinator had the card that can stop it.
func TestAStoryTakenByHalf(t *testing.T) {
	o := newTown(t)
	o.boss.Start("")
	lan := o.collaborator("Trần Thị Lan")
	lan.tells("Tổ 12 góp 42 suất cơm")
	lan.tap("Gửi duyệt")
	card := o.boss.reads("Chuyện đẹp chờ duyệt")
	b := ward.Bulletin{
		DraftKey: "story:1", Kind: ward.KindNews, Signed: ward.Signature{Org: "Hội LHPN phường", Sender: "Mai", Contact: "024 3765 0000"},
		SendAt: o.clock.Now().Add(day), SendDay: ward.DayOf(o.clock.Now().Add(day), o.zone),
	}
	b.Write(ward.Text{Plain: "Tổ 12 góp 42 suất cơm"}, ward.Text{})
	letters := func(ward.Bulletin) []ward.Letter {
		return []ward.Letter{{Language: "vi", HTML: "Tổ 12 góp 42 suất cơm"}}
	}
	if _, err := o.store.PublishStory(o.ctx, 1, b, letters, o.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := o.boss.TapOn(card, "Đăng sáng mai"); err != nil {
		t.Fatal(err)
	}
	lan.reads("sẽ được đăng sáng mai")
	o.boss.button("Dừng hẳn")
	o.clock.Advance(day)
	lan.reads("Tổ 12 góp 42 suất cơm")
	if n := lan.count("Tổ 12 góp 42 suất cơm"); n != 1 {
		t.Errorf("%d times:\n%s", n, lan.transcript())
	}
}

// TestAStoryInAGroup does not go to the ward's groups: those who are in one
// have it already.
func TestAStoryInAGroup(t *testing.T) {
	o := newTown(t)
	o.boss.Start("")
	group := o.group()
	lan := o.collaborator("Trần Thị Lan")
	lan.tells("Tổ 12 góp 42 suất cơm")
	lan.tap("Gửi duyệt")
	o.boss.tap("Đăng sáng mai")
	lan.reads("sẽ được đăng sáng mai. Cảm ơn")
	o.clock.Advance(day)
	lan.reads("Nguồn: người kể chứng kiến")
	o.posts("Việc mới", 1)
	group.reads("Việc mới")
	if text := transcript(group.Chat()); strings.Contains(text, "42 suất") {
		t.Errorf("the group reads:\n%s", text)
	}
}

// A story that is told in a coordinator's words is the teller's all the same:
// it goes out once, not if they have left, and waits again if it is discarded.
func TestAStoryInOtherWordsOfSomebodyWhoLeaves(t *testing.T) {
	o := newTown(t)
	o.boss.Start("")
	lan, hanh := o.collaborator("Trần Thị Lan"), o.collaborator("Hạnh")
	lan.tells("Tổ 12 góp 42 suất cơm")
	lan.tap("Gửi duyệt")
	o.boss.tap("Sửa rồi đăng")
	o.boss.reads("Gửi đến: Tất cả các phường")
	o.boss.tap("Hủy")
	o.boss.reads("Đã hủy bài soạn")
	o.boss.Say("/duyet")
	o.boss.reads("Không còn báo cáo nào")
	o.boss.taps("Chuyện chờ duyệt", "Sửa rồi đăng")
	o.boss.reads("Gửi đến: Tất cả các phường")
	o.boss.Say("Một chuyện hay\nNguồn: nghe kể")
	o.boss.reads("Một chuyện hay")
	o.boss.tap("Hẹn giờ")
	o.boss.reads("Gửi lúc nào")
	o.boss.Say("7:30 mai")
	o.boss.taps("Một lần", "Đặt lịch")
	o.boss.tapPrefix("Hẹn cho ")
	o.boss.reads("Lần tới")
	lan.Say("/roidi")
	lan.tap("Rời và xóa hết")
	lan.reads("Đã xóa lúc")
	o.clock.Advance(day)
	o.boss.reads("đã tạm dừng")
	if hanh.count("Một chuyện hay") != 0 {
		t.Error("published although its teller has left")
	}
}
