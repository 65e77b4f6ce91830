package main

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/BurntSushi/toml"
	"golang.org/x/sync/errgroup"

	"wardbot/locales"
	"wardbot/report"
	"wardbot/simulator"
	"wardbot/storage"
	"wardbot/ward"
)

// coordinatorID is the Telegram id of the demo's coordinator, its only admin.
const coordinatorID = 1

// idleGroups are the residential groups without a collaborator: in the first
// user's district they are 8 of 139.
const idleGroups = 8

var (
	//go:embed sample/places.csv
	samplePlaces []byte
	//go:embed sample/names.csv
	sampleNames []byte
	//go:embed sample/texts.toml
	sampleTexts string
)

// sample is what the people of the pretend district say.
type sample struct {
	Org, Contact, Coordinator string
	Task                      string
	PassOn                    string `toml:"pass_on"`
	News                      string
	Reports                   []string
}

// district is a pretend district: its people, and what they know they did.
type district struct {
	out      io.Writer
	store    *storage.Store
	telegram *simulator.Server
	texts    *locales.Catalog
	sample   sample
	zone     *time.Location
	now      func() time.Time
	boss     *simulator.Person
	people   []*volunteer
}

func newDistrict(s *surroundings, d demoCommand, telegram *simulator.Server, store *storage.Store, now func() time.Time) (*district, error) {
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		return nil, err
	}
	texts, err := locales.Load(nil)
	if err != nil {
		return nil, err
	}
	t := &district{out: s.out, store: store, telegram: telegram, texts: texts, zone: zone, now: now}
	if _, err := toml.Decode(sampleTexts, &t.sample); err != nil {
		return nil, fmt.Errorf("sample texts: %w", err)
	}
	rows, err := readPlaces(bytes.NewReader(samplePlaces))
	if err != nil {
		return nil, fmt.Errorf("sample places: %w", err)
	}
	if _, err := store.ImportPlaces(s.ctx, rows); err != nil {
		return nil, err
	}
	names, err := readNames(sampleNames)
	if err != nil {
		return nil, fmt.Errorf("sample names: %w", err)
	}
	t.boss = telegram.Person(simulator.Profile{ID: coordinatorID, FirstName: t.sample.Coordinator, LanguageCode: "vi"})
	rng := rand.New(rand.NewPCG(d.Seed, 0))
	settled := rows[:len(rows)-min(idleGroups, len(rows)-1)]
	for i := range d.People {
		home := settled[i%len(settled)] // every such group has somebody before any has two
		t.people = append(t.people, newVolunteer(t, i, home, names, rng))
	}
	return t, nil
}

// names are parts of Vietnamese names, by kind: family, middle, given.
type names map[string][]string

func readNames(file []byte) (names, error) {
	rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		return nil, err
	}
	n := names{}
	for _, row := range rows[1:] {
		n[row[0]] = append(n[row[0]], row[1])
	}
	return n, nil
}

// day is the whole of it, from the first registration to the last count.
func (t *district) day(ctx context.Context) error {
	t.say("%d people of 10 wards register by talking to the bot", len(t.people))
	began := time.Now()
	if err := t.register(ctx); err != nil {
		return err
	}
	t.took(time.Since(began), "have registered", len(t.people))
	t.say("some block the bot, a few leave")
	err := t.each(ctx, "were asked", func(ctx context.Context, v *volunteer) error { return v.goAway(ctx) })
	if err != nil {
		return err
	}

	if err := t.broadcast(ctx, t.sample.Task, t.sample.PassOn); err != nil {
		return fmt.Errorf("send the task: %w", err)
	}
	began = time.Now()
	if err := t.answer(ctx); err != nil {
		return err
	}
	t.took(time.Since(began), "have answered or kept silent", len(t.people))
	if err := t.broadcast(ctx, t.sample.News, ""); err != nil {
		return fmt.Errorf("send the news: %w", err)
	}
	return t.check(ctx)
}

func (t *district) say(format string, args ...any) { fmt.Fprintf(t.out, format+"\n", args...) }

func (t *district) took(spent time.Duration, what string, n int) {
	t.say("  %d %s in %.1f s (%.0f a second)", n, what, spent.Seconds(), float64(n)/spent.Seconds())
}

// atOnce is how many people use their phones at the same moment.
const atOnce = 200

// each lets everybody do something, many at a time, and prints how far they are.
func (t *district) each(ctx context.Context, what string, do func(context.Context, *volunteer) error) error {
	crowd, ctx := errgroup.WithContext(ctx)
	crowd.SetLimit(atOnce)
	var finished atomic.Int64
	for _, v := range t.people {
		crowd.Go(func() error {
			if err := do(ctx, v); err != nil {
				return fmt.Errorf("%s of %s, %s: %w", v.profile.FirstName, v.home.Group, v.home.Ward, err)
			}
			if n := finished.Add(1); n%500 == 0 {
				t.say("  %d of %d %s", n, len(t.people), what)
			}
			return nil
		})
	}
	return crowd.Wait()
}

func (t *district) register(ctx context.Context) error {
	if err := t.store.CreateInvite(ctx, ward.Invite{Code: "demo", UsesLeft: len(t.people), ExpiresAt: t.now().Add(time.Hour)}); err != nil {
		return err
	}
	return t.each(ctx, "have registered", func(ctx context.Context, v *volunteer) error { return v.register(ctx) })
}

func (t *district) answer(ctx context.Context) error {
	t.say("people answer, each in their own way")
	err := t.each(ctx, "are through", func(ctx context.Context, v *volunteer) error { return v.answerTask(ctx) })
	if err != nil {
		return err
	}
	return t.each(ctx, "have had their chance", func(ctx context.Context, v *volunteer) error { return v.answerLate(ctx) })
}

// broadcast is the coordinator's conversation, from composing to the line that
// says that everything is sent.
func (t *district) broadcast(ctx context.Context, text, passOn string) error {
	words := t.texts.In(locales.Vietnamese)
	kind := words.Plain("btn.news")
	if passOn != "" {
		kind = words.Plain("btn.task")
	}
	title, _ := ward.Split(text)
	t.say("the coordinator sends: %s", title)
	p := phone{t.boss}
	p.Say("/soan")
	if err := p.tap(ctx, kind); err != nil {
		return err
	}
	if err := p.sees(ctx, words.Plain("btn.cancel")); err != nil {
		return err
	}
	p.Say(text)
	if passOn != "" {
		if err := p.tap(ctx, words.Plain("btn.add_pass_on")); err != nil {
			return err
		}
		if err := p.sees(ctx, words.Plain("btn.back")); err != nil {
			return err
		}
		p.Say(passOn)
	}
	size, err := t.store.CountAudience(ctx, ward.Audience{}, t.now())
	if err != nil {
		return err
	}
	if err := p.taps(ctx, words.Plain("btn.send_now"), words.Plain("btn.send_to", locales.Args{"Count": size.People})); err != nil {
		return err
	}
	b, err := t.settled(ctx, title)
	if err != nil {
		return err
	}
	t.took(b.SentAt.Sub(b.SendAt), "messages have been sent", size.People*b.Messages())
	return nil
}

// settled waits until the outbox has nothing more to send, printing the card's
// last line as the coordinator sees it change.
func (t *district) settled(ctx context.Context, title string) (b ward.Bulletin, err error) {
	shown := ""
	waiting := t.boss.Wait(ctx, func([]simulator.Message) bool {
		card := t.boss.Last()
		if !strings.Contains(card.Text, title) {
			return false
		}
		if line := lastLine(card.Text); line != shown {
			shown = line
			t.say("  %s", line)
		}
		var recent []ward.Bulletin
		if recent, err = t.store.RecentBulletins(ctx, 1); err != nil || len(recent) == 0 {
			return err != nil
		}
		b = recent[0]
		return b.State == ward.BulletinSent && b.Title == title
	})
	return b, cmp.Or(err, waiting)
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// check compares the tally with what the people know they did.
func (t *district) check(ctx context.Context) error {
	tallies, err := t.store.Tallies(ctx, ward.Today(t.now(), t.zone))
	if err != nil {
		return err
	}
	want := map[string]ward.Tally{}
	copies := 0
	for _, v := range t.people {
		want[v.home.Ward] = want[v.home.Ward].Add(v.expected())
		if v.wrongCopies() {
			copies++
		}
	}
	wrong := 0
	for _, got := range tallies {
		g, w := got.Tally, want[got.Name]
		w.Active, w.Groups, w.Covered, w.Late = g.Active, g.Groups, g.Covered, g.Late
		if g != w {
			wrong++
			t.say("%s: the tally says %+v, the people did %+v", got.Name, g, w)
		}
	}
	words := t.texts.In(locales.Vietnamese)
	title := words.Plain("stats.today_title", locales.Args{"Day": words.Day(t.now().In(t.zone))})
	t.say("\n%s", report.TerminalTable(words, title, ward.View{Places: tallies, Total: ward.Sum(tallies)}))
	differences, err := t.store.CheckTallies(ctx)
	if err != nil {
		return err
	}
	refused := slices.DeleteFunc(t.telegram.Refused(), func(r simulator.Refusal) bool {
		return strings.Contains(r.Description, "message is not modified") // says what we hoped for
	})
	switch {
	case wrong > 0:
		return fmt.Errorf("the tally of %d wards is wrong", wrong)
	case copies > 0:
		return fmt.Errorf("%d people did not get exactly one copy of each message", copies)
	case len(differences) > 0:
		return fmt.Errorf("the rollups differ from the events: %s", strings.Join(differences, "; "))
	case len(refused) > 0:
		return fmt.Errorf("telegram refused %d calls, the first: %+v", len(refused), refused[0])
	}
	if err := t.print(ctx); err != nil {
		return err
	}
	t.say("Checked: the tally is what the %d people did, and everybody has each message exactly once.", len(t.people))
	return nil
}

// print writes the week's pictures and spreadsheet into a folder that stays.
func (t *district) print(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "wardbot-report-")
	if err != nil {
		return fmt.Errorf("folder for pictures: %w", err)
	}
	p := press{store: t.store, texts: t.texts.In(locales.Vietnamese), organisation: t.sample.Org, zone: t.zone, now: t.now()}
	written, err := p.print(ctx, dir, ward.WeekOf(t.now(), t.zone), 0, true)
	t.say("Pictures and spreadsheet:")
	for _, path := range written {
		t.say("  %s", path)
	}
	return err
}
