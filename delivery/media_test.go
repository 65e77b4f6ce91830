package delivery

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// holds counts what the bot's messages in a chat are: text, photo, video, …
func holds(p *simulator.Person) map[string]int {
	n := map[string]int{}
	for _, m := range p.Chat() {
		switch {
		case !m.FromBot:
		case m.Photo != "":
			n["photo"]++
		case m.Other != "":
			n[m.Other]++
		default:
			n["text"]++
		}
	}
	return n
}

// eachHolds fails the test unless everybody got just that.
func (of *office) eachHolds(want map[string]int) {
	of.Helper()
	wrong := 0
	for i, p := range of.people {
		if got := holds(p); !maps.Equal(got, want) {
			if wrong++; wrong <= 3 {
				of.Errorf("person %d has %v, want %v", i, got, want)
			}
		}
	}
	if wrong > 3 {
		of.Errorf("%d of %d have something else", wrong, len(of.people))
	}
}

// borrow is a file that somebody has sent the bot.
func (of *office) borrow(kind string) ward.Media {
	of.Helper()
	somebody := of.telegram.Person(simulator.Profile{FirstName: "Mai"})
	m := somebody.Write(simulator.Note{Files: []string{kind}})
	if kind == "location" {
		return ward.Media{Kind: ward.MediaLocation, Latitude: 21.0285, Longitude: 105.8542}
	}
	return ward.Media{Kind: ward.MediaKind(kind), FileID: m.Photo + m.File}
}

// draw is a picture of our own that Telegram has never seen.
func (of *office) draw() ward.Media {
	of.Helper()
	img := image.NewGray(image.Rect(0, 0, 300, 200))
	img.Set(1, 1, color.White)
	var b bytes.Buffer
	of.must(png.Encode(&b, img))
	m, err := of.store.KeepFile(of.ctx, ward.File{Kind: ward.MediaPhoto, Name: "tranh.png", Bytes: b.Bytes()}, time.Now())
	of.must(err)
	return m
}

// illustrated are the letters of a task with media, in their parts, and what
// each of its readers shall have.
func illustrated(media ...ward.Media) (letters []ward.Letter, want map[string]int) {
	want = map[string]int{}
	for _, m := range media {
		want[string(m.Kind)]++
	}
	b := ward.Bulletin{Media: media}
	if b.Arrange(); b.Ahead {
		want["text"]++
		return []ward.Letter{{Language: "vi", Part: ward.PartAhead, Media: media, Silent: true}, task}, want
	}
	l := task
	l.Media = media
	return []ward.Letter{l}, want
}

// illustrate publishes a task with media.
func (of *office) illustrate(letters []ward.Letter) ward.Bulletin {
	of.Helper()
	now := time.Now()
	b := ward.Bulletin{
		Kind: ward.KindTask, Title: "Dọn rác", Signed: ward.Signature{Org: "Phường", Sender: "Mai", Contact: "024"},
		SendAt: now, SendDay: ward.DayOf(now, time.UTC), Deadline: now.Add(time.Hour), Ahead: letters[0].Part == ward.PartAhead,
	}
	for _, l := range letters {
		if l.Part == ward.PartPassOn {
			b.PassOn = l.HTML
		}
	}
	b, err := of.store.Publish(of.ctx, b, func(ward.Bulletin) []ward.Letter { return letters })
	of.must(err)
	return b
}

// Whatever a letter holds, calls that are cut off after they were carried out,
// or answered with a 5xx, lose and double nothing, and nobody is sent anything
// once more on a guess.
func TestEveryMediumInSpiteOfFaults(t *testing.T) {
	for _, tt := range []struct {
		name  string
		media func(*office) []ward.Media
	}{
		{"photo", func(of *office) []ward.Media { return []ward.Media{of.borrow("photo")} }},
		{"video", func(of *office) []ward.Media { return []ward.Media{of.borrow("video")} }},
		{"animation", func(of *office) []ward.Media { return []ward.Media{of.borrow("animation")} }},
		{"document", func(of *office) []ward.Media { return []ward.Media{of.borrow("document")} }},
		{"audio", func(of *office) []ward.Media { return []ward.Media{of.borrow("audio")} }},
		{"voice", func(of *office) []ward.Media { return []ward.Media{of.borrow("voice")} }},
		{"location", func(of *office) []ward.Media { return []ward.Media{of.borrow("location")} }},
		{"album", func(of *office) []ward.Media {
			return []ward.Media{of.borrow("photo"), of.borrow("video"), of.borrow("photo")}
		}},
		{"a picture of ours", func(of *office) []ward.Media { return []ward.Media{of.draw()} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			of := newOffice(t, 150, simulator.Options{Seed: 7, Latency: latency(2 * time.Millisecond)})
			letters, want := illustrated(tt.media(of)...)
			of.telegram.SetFaults(
				simulator.Fault{Share: 0.05, Kind: simulator.Error500}, simulator.Fault{Share: 0.08, Kind: simulator.ResetAfter},
				simulator.Fault{Share: 0.02, Kind: simulator.ResetBefore}, simulator.Fault{Share: 0.03, Kind: simulator.Page502},
			)
			b := of.illustrate(letters)
			e := of.hire(Options{})
			of.start(e)
			of.await("bulletin sent")
			of.eachHolds(want)
			if p := of.progress(b); p.Sent != 150 {
				t.Errorf("progress: %+v", p)
			}
			if s := e.Stats(); s.InDoubt == 0 || s.Found == 0 || s.Resent != 0 {
				t.Errorf("stats: %+v", s)
			}
		})
	}
}

// However often the engine is killed over letters with media, everybody gets
// each part once, in their order.
func TestEveryMediumInSpiteOfKills(t *testing.T) {
	const people, kills = 150, 8
	for _, tt := range []struct {
		name  string
		media func(*office) []ward.Media
	}{
		{"voice", func(of *office) []ward.Media { return []ward.Media{of.borrow("voice")} }},
		{"location", func(of *office) []ward.Media { return []ward.Media{of.borrow("location")} }},
		{"album", func(of *office) []ward.Media { return []ward.Media{of.borrow("photo"), of.borrow("video")} }},
		{"a picture of ours", func(of *office) []ward.Media { return []ward.Media{of.draw()} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			of := newOffice(t, people, simulator.Options{Latency: latency(4 * time.Millisecond)})
			letters, want := illustrated(tt.media(of)...)
			want["text"]++
			b := of.illustrate(append(letters, pass))
			arrived := of.arrivals()
			random := rand.New(rand.NewPCG(1, uint64(kills)))
			var journal strings.Builder
			killed := 0
			for ended := false; !ended; {
				victim := of.victim(&journal)
				if killed == kills {
					of.must(victim.Wait())
					break
				}
				letters := 1 + random.IntN(people/kills)
				if killed == 0 {
					letters += 30 // below the first id that was ever recorded there may be anything, see candidates
				}
				ended = of.killAfter(victim, arrived, letters, time.Duration(random.IntN(3000))*time.Microsecond)
				killed++
			}
			if killed < kills/2 {
				t.Errorf("killed %d times only", killed)
			}
			of.eachHolds(want)
			if strings.Contains(journal.String(), "letter sent once more") {
				t.Errorf("something was sent on a guess\n%s", journal.String())
			}
			if p := of.progress(b); p.Sent != people {
				t.Errorf("progress: %+v", p)
			}
			for _, p := range of.people {
				if last := p.Last(); !strings.Contains(last.Text, "Mời bà con") {
					t.Fatalf("the last message is %+v", last)
				}
			}
		})
	}
}

// An album of which nobody can say whether it arrived goes out once more, and
// its letter all the same: one copy of that for everybody.
func TestAlbumNobodyCanLookFor(t *testing.T) {
	of := newOffice(t, 30, simulator.Options{Seed: 3, Faults: []simulator.Fault{{Method: "sendMediaGroup", Share: 0.3, Kind: simulator.ResetAfter}}})
	letters, _ := illustrated(of.borrow("photo"), of.borrow("photo"))
	b := of.illustrate(letters)
	of.busy()
	e := of.hire(Options{})
	of.start(e)
	of.await("bulletin sent")
	of.onceEach("Dọn rác")
	for _, p := range of.people {
		if n := holds(p)["photo"]; n != 2 && n != 4 {
			t.Errorf("somebody has %d photos", n)
		}
	}
	if s := e.Stats(); s.Resent == 0 {
		t.Errorf("stats: %+v", s)
	}
	if p := of.progress(b); p.Sent != 30 {
		t.Errorf("progress: %+v", p)
	}
}

// A picture of ours goes up once for everybody, whatever their language, also
// if the engine is stopped in between.
func TestUploadedOnce(t *testing.T) {
	of := newOffice(t, 500, simulator.Options{Latency: latency(3 * time.Millisecond)})
	for i, p := range of.people {
		if i%2 == 0 {
			of.must(of.store.SetLanguage(of.ctx, p.ID(), "en"))
		}
	}
	picture := of.draw()
	english := task
	english.Language, english.HTML, english.Media = "en", "<b>Litter</b>", []ward.Media{picture}
	vietnamese := task
	vietnamese.Media = []ward.Media{picture}
	b := of.illustrate([]ward.Letter{english, vietnamese})
	reached := of.reached(200)
	stop := of.start(of.hire(Options{InFlight: 64}))
	<-reached
	stop()
	of.start(of.hire(Options{InFlight: 64}))
	of.await("bulletin sent")
	of.eachHolds(map[string]int{"photo": 1})
	if counts := of.copies("Litter"); counts[1] != 250 {
		t.Errorf("copies in English: %v", counts)
	}
	if n := of.telegram.Uploads(); n != 1 {
		t.Errorf("%d uploads", n)
	}
	if p := of.progress(b); p.Sent != 500 {
		t.Errorf("progress: %+v", p)
	}
	again := of.illustrate([]ward.Letter{vietnamese})
	of.until(func() bool { return of.progress(again).Sent == 500 })
	if n := of.telegram.Uploads(); n != 1 {
		t.Errorf("%d uploads for the second bulletin", n)
	}
}

// A file_id that is lost in the middle is had anew, once, if we have the
// bytes; without them the rest is refused, and told.
func TestLostFile(t *testing.T) {
	for _, tt := range []struct {
		name    string
		ours    bool
		uploads int
		refused bool
	}{
		{"with its bytes", true, 2, false},
		{"without", false, 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			of := newOffice(t, 300, simulator.Options{Latency: latency(3 * time.Millisecond)})
			m := of.borrow("photo")
			if tt.ours {
				m = of.draw()
			}
			letters, _ := illustrated(m)
			b := of.illustrate(letters)
			reached := of.reached(100)
			e := of.hire(Options{InFlight: 32})
			of.start(e)
			<-reached
			for _, p := range of.people {
				if last := p.Last(); last.Photo != "" {
					of.telegram.Lose(last.Photo)
					break
				}
			}
			of.await("bulletin sent")
			p := of.progress(b)
			if (p.Failed > 0) != tt.refused || p.Sent+p.Failed != 300 || p.Sent < 100 {
				t.Errorf("progress: %+v", p)
			}
			if n := of.telegram.Uploads(); n != tt.uploads {
				t.Errorf("%d uploads", n)
			}
			failures, err := of.store.Failures(of.ctx, b.ID, []int64{1}, 1)
			of.must(err)
			if tt.refused && (len(failures) == 0 || !strings.Contains(failures[0].Err, "file identifier")) {
				t.Errorf("told: %+v", failures)
			}
		})
	}
}

// What Telegram refuses as a picture is uploaded for one letter, not for all.
func TestRefusedUpload(t *testing.T) {
	of := newOffice(t, 60, simulator.Options{})
	m, err := of.store.KeepFile(of.ctx, ward.File{Kind: ward.MediaPhoto, Name: "a.jpg", Bytes: []byte("\xff\xd8\xff\xd9")}, time.Now())
	of.must(err)
	letters, _ := illustrated(m)
	b := of.illustrate(letters)
	of.start(of.hire(Options{}))
	of.await("bulletin sent")
	if p := of.progress(b); p.Failed != 60 {
		t.Errorf("progress: %+v", p)
	}
	if n := of.telegram.Uploads(); n != 1 {
		t.Errorf("%d uploads", n)
	}
}

// Recalling takes all messages of an album, also of one that was in doubt;
// corrections pass it by. With this seed the first album of all gets through:
// without any id known, those after it could not be looked for.
func TestAmendAlbum(t *testing.T) {
	of := newOffice(t, 40, simulator.Options{Seed: 8, Faults: []simulator.Fault{{Method: "sendMediaGroup", Share: 0.2, Kind: simulator.ResetAfter}}})
	letters, want := illustrated(of.borrow("photo"), of.borrow("photo"), of.borrow("video"))
	b := of.illustrate(letters)
	e := of.hire(Options{})
	of.start(e)
	of.await("bulletin sent")
	of.eachHolds(want)
	if e.Stats().Found == 0 {
		t.Error("no album was in doubt")
	}
	changed := b
	changed.Title = "Họp tổ"
	_, err := of.store.Correct(of.ctx, changed, func(ward.Bulletin) []ward.Letter {
		l := letters[1]
		l.HTML = "<b>Họp tổ</b>"
		return []ward.Letter{l}
	}, time.Now())
	of.must(err)
	of.revised(b)
	of.onceEach("Họp tổ")
	of.eachHolds(want)
	_, err = of.store.Recall(of.ctx, b.ID, func(ward.Bulletin) []ward.Letter {
		return []ward.Letter{{Language: "vi", Part: ward.PartAhead, HTML: "thu hồi"}, {Language: "vi", HTML: "thu hồi"}}
	}, time.Now())
	of.must(err)
	of.revised(b)
	of.eachHolds(map[string]int{})
	if p := of.progress(b).Amending; p.Amended != 40 || p.Missed != 0 {
		t.Errorf("amending: %+v", p)
	}
}
