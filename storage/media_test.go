package storage_test

import (
	"bytes"
	"image"
	"image/png"
	"reflect"
	"slices"
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// album publishes a task whose photos go ahead and that has a message to pass
// on: all the parts there are.
func (t *town) album() ward.Bulletin {
	t.Helper()
	b := t.bulletin()
	b.Media = []ward.Media{{Kind: ward.MediaPhoto, FileID: "a"}, {Kind: ward.MediaVideo, FileID: "b", Sum: "00"}}
	b.PassOn = "Mời bà con"
	b.Marks = ward.Marks{Title: []ward.Mark{{Kind: "bold", From: 0, To: 5}}, PassOn: []ward.Mark{{Kind: "text_link", From: 0, To: 4, URL: "https://a.vn"}}}
	b.Arrange()
	return t.publish(b)
}

// parts are what is due now, by part.
func (t *town) parts() map[int]int {
	t.Helper()
	n := map[int]int{}
	for _, d := range t.due() {
		n[d.Part]++
	}
	return n
}

func TestPartsInTheirOrder(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(3)
		b := town.album()
		if !b.Ahead || len(b.Media) != 2 || b.Media[1].Sum != "00" || b.Marks.PassOn[0].URL != "https://a.vn" {
			t.Errorf("stored: %+v", b)
		}
		for _, part := range []int{ward.PartAhead, ward.PartLetter, ward.PartPassOn} {
			if got := town.parts(); !reflect.DeepEqual(got, map[int]int{part: 3}) {
				t.Fatalf("due are %v, want part %d of three", got, part)
			}
			if next, planned, err := s.NextDue(town.ctx); err != nil || !planned || next.After(town.now) {
				t.Errorf("next due %v, %v, %v", next, planned, err)
			}
			var results []ward.Settlement
			for _, k := range town.claim(town.due()...) {
				r := ward.Settlement{DeliveryKey: k, State: ward.DeliverySent, MessageID: 100*k.PersonID + int64(10*part), At: town.now}
				if part == ward.PartAhead {
					r.More = []int64{r.MessageID + 1}
				}
				results = append(results, r)
			}
			if p := town.progress(b); p.Retrying != 0 || p.Sent != 3*max(0, part) {
				t.Errorf("progress at part %d: %+v", part, p)
			}
			town.must(s.Settle(town.ctx, results))
			if next, planned, err := s.NextDue(town.ctx); err != nil || planned != (part != ward.PartPassOn) {
				t.Errorf("next due %v, %v, %v", next, planned, err)
			}
		}
		sent, err := s.FinishSent(town.ctx, town.now)
		town.must(err)
		if p := town.progress(b); len(sent) != 1 || p.Sent != 3 || p.Audience != 3 {
			t.Errorf("finished %d, %+v", len(sent), p)
		}
		all, err := s.MessagesAfter(town.ctx, 0, town.now)
		town.must(err)
		if len(all) != 12 {
			t.Errorf("known messages: %v", all)
		}
		town.right()
		_, err = s.Recall(town.ctx, b.ID, amended("x"), town.now)
		town.must(err)
		_, copies, err := s.CopiesDue(town.ctx, town.now, 100)
		town.must(err)
		more := 0
		for _, c := range copies {
			if c.Part == ward.PartAhead && slices.Equal(c.More, []int64{c.MessageID + 1}) {
				more++
			}
		}
		if len(copies) != 9 || more != 3 {
			t.Errorf("%d copies to recall, %d of them albums", len(copies), more)
		}
	})
}

// What becomes of the media that went ahead becomes of the letter, so that
// everybody is counted once, and only those have the rest who have the letter.
func TestWhatBecomesOfTheLetter(t *testing.T) {
	for _, tt := range []struct {
		name   string
		state  ward.DeliveryState
		letter int // deliveries due afterwards
		want   ward.Progress
	}{
		{"sent", ward.DeliverySent, 1, ward.Progress{Audience: 1}},
		{"unknown", ward.DeliveryUnknown, 1, ward.Progress{Audience: 1}},
		{"refused", ward.DeliveryFailed, 0, ward.Progress{Audience: 1, Failed: 1}},
		{"unreachable", ward.DeliveryUnreachable, 0, ward.Progress{Audience: 1, Unreachable: 1}},
		{"cancelled", ward.DeliveryCancelled, 0, ward.Progress{Audience: 1, Cancelled: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, s *storage.Store) {
				town := newTown(t, s)
				town.person()
				b := town.album()
				town.end(tt.state, town.claim(town.due()...)...)
				if n := town.parts()[ward.PartLetter]; n != tt.letter {
					t.Errorf("%d letters due, want %d", n, tt.letter)
				}
				got := town.progress(b)
				if got.Answers = (ward.Tally{}); got != tt.want {
					t.Errorf("progress %+v, want %+v", got, tt.want)
				}
				town.right()
				town.send()
				sent, err := s.FinishSent(town.ctx, town.now)
				town.must(err)
				if len(sent) != 1 {
					t.Error("it is never finished")
				}
				town.right()
			})
		})
	}
}

func TestStopWithMediaAhead(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(4)
		b := town.album()
		due := town.due()
		first := town.claim(due[:2]...) // one arrives, one is cut off and comes back
		town.end(ward.DeliverySent, first[0])
		n, err := s.StopBulletin(town.ctx, b.ID, town.now)
		town.must(err)
		town.end(ward.DeliveryDue, first[1])
		if got := town.progress(b); n != 4 || got.Cancelled != 4 || got.Sent != 0 {
			t.Errorf("%d cancelled, %+v", n, got)
		}
		town.right()
	})
}

func TestFailedAgainWithMediaAhead(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(3)
		b := town.album()
		ahead := town.claim(town.due()...)
		town.end(ward.DeliveryFailed, ahead[0], ahead[1])
		town.end(ward.DeliverySent, ahead[2])
		town.end(ward.DeliveryFailed, town.claim(town.due()...)...) // of the third, the letter is refused
		failures, err := s.Failures(town.ctx, b.ID, []int64{town.wards[0].ID, town.wards[1].ID}, 10)
		town.must(err)
		if p := town.progress(b); p.Failed != 3 || len(failures) != 3 {
			t.Errorf("progress %+v, failures %+v", p, failures)
		}
		n, err := s.SendFailedAgain(town.ctx, b.ID, town.now)
		town.must(err)
		if got := town.parts(); n != 3 || got[ward.PartAhead] != 2 || got[ward.PartLetter] != 1 || len(got) != 2 {
			t.Errorf("%d people, due %v", n, got)
		}
		town.send()
		if p := town.progress(b); p.Sent != 3 || p.Failed != 0 {
			t.Errorf("progress %+v", p)
		}
		town.right()
	})
}

// Who pauses gets all parts afterwards, and in their order.
func TestPauseWithMediaAhead(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		p := town.person()
		town.must(s.Pause(town.ctx, p.ID, town.now.Add(time.Hour)))
		b := town.album()
		if n := len(town.due()); n != 0 {
			t.Errorf("%d due in the pause", n)
		}
		if got := town.progress(b); got.Paused != 1 {
			t.Errorf("progress %+v", got)
		}
		town.now = town.now.Add(time.Hour)
		if got := town.parts(); got[ward.PartAhead] != 1 || len(got) != 1 {
			t.Errorf("due after the pause: %v", got)
		}
		town.must(s.Pause(town.ctx, p.ID, town.now.Add(2*time.Hour)))
		town.now = town.now.Add(2 * time.Hour)
		if got := town.parts(); got[ward.PartAhead] != 1 || len(got) != 1 {
			t.Errorf("due after the second pause: %v", got)
		}
		town.send()
		if got := town.progress(b); got.Sent != 1 {
			t.Errorf("progress %+v", got)
		}
		town.right()
	})
}

func TestFiles(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		var drawn bytes.Buffer
		town.must(png.Encode(&drawn, image.NewGray(image.Rect(0, 0, 3, 3))))
		f := ward.File{Kind: ward.MediaPhoto, Name: "bang.png", Bytes: append(drawn.Bytes(), "GPS"...)}
		m, err := s.KeepFile(town.ctx, f, town.now)
		town.must(err)
		if again, err := s.KeepFile(town.ctx, f, town.now); err != nil || again != m || len(m.Sum) != 64 {
			t.Errorf("kept twice: %+v, %+v, %v", m, again, err)
		}
		kept, err := s.File(town.ctx, m)
		if err != nil || kept.Name != "bang.png" || kept.Kind != ward.MediaPhoto || !bytes.Equal(kept.Bytes, drawn.Bytes()) {
			t.Errorf("kept %+v, %v", kept, err)
		}
		id := func(want string) {
			t.Helper()
			if got, err := s.FileID(town.ctx, m); err != nil || got != want {
				t.Errorf("file_id %q, %v, want %q", got, err, want)
			}
		}
		id("")
		town.must(s.SetFileID(town.ctx, m, "A"))
		id("A")
		town.must(s.LoseFileID(town.ctx, m, "B")) // lost before, and renewed since
		id("A")
		_, err = s.KeepFile(town.ctx, f, town.now)
		town.must(err)
		id("A")
		town.must(s.LoseFileID(town.ctx, m, "A"))
		id("")
		f.FileID = "C"
		_, err = s.KeepFile(town.ctx, f, town.now)
		town.must(err)
		id("C")

		_, err = s.File(town.ctx, ward.Media{Kind: ward.MediaDocument, Sum: m.Sum})
		town.wants(err, ward.ErrNotFound)
		_, err = s.KeepFile(town.ctx, ward.File{Kind: ward.MediaPhoto, Bytes: []byte("GIF89a")}, town.now)
		town.wants(err, ward.ErrPicture)
		_, err = s.Expire(town.ctx, ward.Retention{Media: time.Hour}, town.now.Add(2*time.Hour))
		town.must(err)
		_, err = s.FileID(town.ctx, m)
		town.wants(err, ward.ErrNotFound)
	})
}
