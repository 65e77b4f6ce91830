package delivery

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"wardbot/simulator"
	"wardbot/storage"
	"wardbot/ward"
)

// digest publishes a bulletin of which everybody has a letter of their own, if
// wanted after a sheet.
func (of *office) digest(sheet bool) {
	of.Helper()
	now := time.Now().Truncate(time.Millisecond)
	of.must(of.store.ScheduleDigest(of.ctx, ward.DigestWeek, "now", now))
	m := ward.Mailing{
		Bulletin: ward.Bulletin{
			DraftKey: "digest", Kind: ward.KindDigest, Title: "Tuần 28", Signed: ward.Signature{Org: "Phường", Sender: "Phường", Contact: "024"},
			SendAt: now, SendDay: ward.DayOf(now, time.UTC), Deadline: now.Add(ward.DigestWorth), Ahead: sheet,
		},
	}
	var ahead []ward.Media
	if sheet {
		file, media, err := ward.File{Kind: ward.MediaDocument, Name: "tuan-28.xlsx", Bytes: []byte("x")}.Ready()
		of.must(err)
		m.Files, ahead = []ward.File{file}, []ward.Media{media}
	}
	m.Letters = func(id int64) (letters []ward.OwnLetter) {
		for i, person := range of.ids {
			if sheet {
				letters = append(letters, ward.OwnLetter{PersonID: person, Letter: ward.Letter{Language: "vi", Part: ward.PartAhead, Media: ahead}})
			}
			letters = append(letters, ward.OwnLetter{PersonID: person, Letter: ward.Letter{
				Language: "vi", HTML: own(i), Buttons: [][]ward.LetterButton{{{Text: "Thống kê", Data: fmt.Sprintf("stats:%d", id)}}},
			}})
		}
		return letters
	}
	slot := storage.DigestSlot{Digest: ward.DigestWeek, At: now}
	kept, err := of.store.KeepDigest(of.ctx, slot, now.Add(time.Hour), []ward.Mailing{m})
	if of.must(err); !kept {
		of.Fatal("not kept")
	}
}

// own is what only the i-th person reads.
func own(i int) string { return fmt.Sprintf("Riêng Lan %d.", i) }

// theirOwn fails the test unless everybody has their own letter, once.
func (of *office) theirOwn() {
	of.Helper()
	of.onceEach("Riêng Lan")
	for i, p := range of.people {
		m := p.Last()
		if m.Text != own(i) {
			of.Errorf("person %d reads %q", i, m.Text)
		}
	}
}

func TestOwnLettersInSpiteOfFaults(t *testing.T) {
	for _, sheet := range []bool{false, true} {
		t.Run(fmt.Sprint("with a sheet: ", sheet), func(t *testing.T) {
			of := newOffice(t, 200, simulator.Options{Seed: 7, Latency: latency(2 * time.Millisecond), Faults: []simulator.Fault{
				{Share: 0.05, Kind: simulator.Error500}, {Share: 0.08, Kind: simulator.ResetAfter}, {Share: 0.03, Kind: simulator.ResetBefore},
			}})
			of.digest(sheet)
			e := of.hire(Options{})
			of.start(e)
			of.await("bulletin sent")
			of.theirOwn()
			if s := e.Stats(); s.Found == 0 || s.Resent != 0 {
				t.Errorf("stats: %+v", s)
			}
		})
	}
}

func TestOwnLettersInSpiteOfKills(t *testing.T) {
	const people, kills = 200, 8
	of := newOffice(t, people, simulator.Options{Latency: latency(4 * time.Millisecond)})
	of.digest(false)
	arrived := of.arrivals()
	random := rand.New(rand.NewPCG(3, kills))
	var journal strings.Builder
	killed := 0
	for ended := false; !ended; killed++ {
		victim := of.victim(&journal)
		if killed == kills {
			of.must(victim.Wait())
			break
		}
		ended = of.killAfter(victim, arrived, 1+random.IntN(people/kills), time.Duration(random.IntN(3000))*time.Microsecond)
	}
	if killed < kills/2 {
		t.Errorf("killed %d times only", killed)
	}
	of.theirOwn()
}

// Who has gone has no letter any more, and keeps nobody from theirs.
func TestOwnLetterOfWhoLeft(t *testing.T) {
	of := newOffice(t, 3, simulator.Options{})
	of.digest(false)
	of.must(of.store.Erase(of.ctx, of.ids[0], time.Now()))
	of.start(of.hire(Options{}))
	of.await("bulletin sent")
	if counts := of.copies("Riêng Lan"); counts[1] != 2 || counts[0] != 1 {
		t.Errorf("copies → people: %v", counts)
	}
}
