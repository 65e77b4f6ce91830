package handlers_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"wardbot/bot"
	"wardbot/delivery"
	"wardbot/handlers"
	"wardbot/locales"
	"wardbot/simulator"
	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// town is a small ward with the real bot in it: real SQLite, simulated
// Telegram, the real engine, and a clock in our hand.
type town struct {
	t        *testing.T
	ctx      context.Context
	telegram *simulator.Server
	store    *storage.Store
	options  handlers.Options
	clock    *clock
	zone     *time.Location
	boss     *phone
	stop     func() // stops the bot as SIGTERM does
	url      string
	path     string   // of the database
	allowed  []string // refusals of Telegram that the test brings about
}

// allow says that Telegram may refuse calls in these words.
func (o *town) allow(words ...string) { o.allowed = append(o.allowed, words...) }

type message = simulator.Message

const day = 24 * time.Hour

// bossID is the Telegram id of the town's admin.
const bossID = 1

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock.
func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// morning is a Wednesday, half past seven in Hà Nội.
var morning = time.Date(2023, time.July, 12, 0, 30, 0, 0, time.UTC)

func newTown(t *testing.T, change ...func(*handlers.Options)) *town {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	c := &clock{now: morning}
	path := filepath.Join(t.TempDir(), "wardbot.db")
	o := &town{t: t, ctx: ctx, clock: c, zone: zone, path: path, store: storagetest.SQLiteAt(t, path), options: handlers.Options{
		Org: "Hội LHPN phường", Contact: "024 3765 0000", Admins: []int64{bossID}, Registration: handlers.Open,
		Retention:    ward.Retention{Reports: 365 * day, Media: 180 * day, Logs: 90 * day, Inactive: 90 * day},
		RefreshEvery: 5 * time.Millisecond, Zone: zone, DefaultLanguage: locales.Vietnamese, Now: c.Now, Log: slog.New(slog.DiscardHandler),
	}}
	for _, f := range change {
		f(&o.options)
	}
	rows := []ward.PlaceRow{{Ward: "Trung Văn"}, {Ward: "Phương Canh"}}
	for _, g := range []string{"Tổ 1", "Tổ 2", "Tổ 12"} {
		rows = append(rows, ward.PlaceRow{Ward: "Mỹ Đình 1", Group: g}, ward.PlaceRow{Ward: "Mỹ Đình 2", Group: g})
	}
	o.store.SetClock(c.Now)
	o.store.SetZone(zone)
	if _, err := o.store.ImportPlaces(ctx, rows); err != nil {
		t.Fatal(err)
	}
	o.telegram = simulator.New(simulator.Options{Now: c.Now})
	if o.url, err = o.telegram.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.telegram.Close() })
	o.boss = o.phone(simulator.Profile{ID: bossID, FirstName: "Nguyễn Thị Mai", LanguageCode: "vi"})
	o.start()
	t.Cleanup(func() {
		o.stop()
		for _, r := range o.telegram.Refused() {
			hopedFor := func(words string) bool { return strings.Contains(r.Description, words) }
			if !slices.ContainsFunc(append(o.allowed, "message is not modified"), hopedFor) {
				t.Errorf("Telegram refused a call of ours: %+v", r)
			}
		}
	})
	return o
}

// start runs the bot until stop.
func (o *town) start() {
	o.t.Helper()
	line, err := bot.New(bot.Options{Token: o.telegram.Token(), APIURL: o.url, Log: o.options.Log})
	if err != nil {
		o.t.Fatal(err)
	}
	texts, err := locales.Load(nil)
	if err != nil {
		o.t.Fatal(err)
	}
	h := handlers.New(o.store, line, texts, "wardbot_bot", o.options)
	ctx, cancel := context.WithCancel(o.ctx)
	lanes := bot.NewLanes(8, h.Handle)
	engine := delivery.New(o.store, line, delivery.Options{
		Now: o.clock.Now, Tick: 5 * time.Millisecond, Copy: h.Copy, Post: h.Post, Topic: h.TopicName(), Quiet: o.options.Quiet, Others: h.Others, Hushed: h.Early, Log: o.options.Log,
	})
	poller := &bot.Poller{Client: line, Log: o.options.Log, Keep: func(ctx context.Context, updates []bot.Update) error {
		for _, u := range updates {
			fresh, err := o.store.KeepUpdates(ctx, []storage.Update{{ID: u.ID, ChatID: u.ChatID(), Raw: u.Raw}})
			if err != nil {
				return err
			}
			if len(fresh) == 1 {
				lanes.Put(u)
			}
		}
		return nil
	}}
	var running sync.WaitGroup
	for _, part := range []func(context.Context) error{lanes.Run, poller.Run, engine.Run, h.Run} {
		running.Go(func() {
			if err := part(ctx); err != nil {
				o.t.Errorf("a part of the bot stopped: %v", err)
			}
		})
	}
	o.stop = sync.OnceFunc(func() { cancel(); running.Wait() })
}

// phone is somebody's telephone; what it can't do fails the test.
type phone struct {
	*simulator.Person
	o *town
}

// patience is how long a test waits for one thing before it gives up.
const patience = time.Minute

// Wait is that of the simulator, but gives up in the end.
func (p *phone) Wait(ctx context.Context, holds func([]simulator.Message) bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return p.Person.Wait(ctx, holds)
}

// WaitFor is that of the simulator, but gives up in the end.
func (p *phone) WaitFor(ctx context.Context, words string) (simulator.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return p.Person.WaitFor(ctx, words)
}

// comes waits for what no chat tells of.
func (o *town) comes(what string, holds func() bool) {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(o.ctx, patience)
	defer cancel()
	for !holds() {
		select {
		case <-ctx.Done():
			o.t.Fatalf("waiting until %s: %v", what, ctx.Err())
		case <-time.After(o.options.RefreshEvery):
		}
	}
}

func (o *town) phone(p simulator.Profile) *phone { return &phone{o.telegram.Person(p), o} }

// newcomer is somebody who has never written to the bot.
func (o *town) newcomer(name string) *phone {
	return o.phone(simulator.Profile{FirstName: name, LanguageCode: "vi"})
}

// collaborator is somebody who has registered in group 12 of Mỹ Đình 1.
func (o *town) collaborator(name string) *phone {
	o.t.Helper()
	p := o.newcomer(name)
	p.Start("")
	p.taps("Bắt đầu", "Tôi đồng ý", "Mỹ Đình 1", "12", "Đúng rồi")
	p.reads("Xong rồi")
	return p
}

// reads waits for a message of the bot with these words in it.
func (p *phone) reads(words string) simulator.Message {
	p.o.t.Helper()
	m, err := p.WaitFor(p.o.ctx, words)
	if err != nil {
		p.o.t.Fatalf("waiting for %q: %v\nthe chat:\n%s", words, err, p.transcript())
	}
	return m
}

// button waits for a button and returns its message.
func (p *phone) button(label string) simulator.Message {
	p.o.t.Helper()
	var found simulator.Message
	err := p.Wait(p.o.ctx, func(chat []simulator.Message) bool {
		for _, m := range chat {
			for _, row := range m.Buttons {
				for _, b := range row {
					if b.Text == label {
						found = m
						return true
					}
				}
			}
		}
		return false
	})
	if err != nil {
		p.o.t.Fatalf("waiting for the button %q: %v\nthe chat:\n%s", label, err, p.transcript())
	}
	return found
}

// tap waits for a button, taps it and returns the toast.
func (p *phone) tap(label string) string {
	p.o.t.Helper()
	p.button(label)
	toast, err := p.Tap(label)
	if err != nil {
		p.o.t.Fatalf("tapping %q: %v\nthe chat:\n%s", label, err, p.transcript())
	}
	return toast
}

func (p *phone) taps(labels ...string) {
	p.o.t.Helper()
	for _, label := range labels {
		p.tap(label)
	}
}

// forge taps with data of its own making.
func (p *phone) forge(data string) string {
	p.o.t.Helper()
	toast, err := p.TapData(p.Last(), data)
	if err != nil {
		p.o.t.Fatalf("tapping with %q: %v", data, err)
	}
	return toast
}

// transcript is what stands in the chat.
func (p *phone) transcript() string {
	var b strings.Builder
	for _, m := range p.Chat() {
		who := "me"
		if m.FromBot {
			who = "bot"
		}
		b.WriteString(who + ": " + m.Text)
		for _, row := range m.Buttons {
			b.WriteString("\n   ")
			for _, button := range row {
				b.WriteString(" [" + button.Text + "]")
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// sends lets the boss send a task, and waits until everybody has it.
func (o *town) sends(text string) {
	o.t.Helper()
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say(text)
	o.boss.tap("Gửi ngay")
	o.boss.tapPrefix("Gửi cho ")
	o.boss.reads("Đã gửi xong")
}

// tapPrefix taps the button whose words begin so: those with a number in them.
func (p *phone) tapPrefix(prefix string) {
	p.o.t.Helper()
	label := ""
	err := p.Wait(p.o.ctx, func(chat []simulator.Message) bool {
		for _, m := range chat {
			for _, row := range m.Buttons {
				for _, b := range row {
					if strings.HasPrefix(b.Text, prefix) {
						label = b.Text
					}
				}
			}
		}
		return label != ""
	})
	if err != nil {
		p.o.t.Fatalf("waiting for a button %q…: %v\nthe chat:\n%s", prefix, err, p.transcript())
	}
	p.tap(label)
}

// tally is today's tally of everybody.
func (o *town) tally() ward.Tally {
	o.t.Helper()
	wards, err := o.store.Tallies(o.ctx, ward.Today(o.clock.Now(), o.zone))
	if err != nil {
		o.t.Fatal(err)
	}
	return ward.Sum(wards)
}

// base36 is a number as it stands in a button's data.
func base36(n int64) string { return strconv.FormatInt(n, 36) }

// ward is one of the town's wards.
func (o *town) ward(name string) ward.Ward {
	o.t.Helper()
	wards, err := o.store.Wards(o.ctx)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, w := range wards {
		if w.Name == name {
			return w
		}
	}
	o.t.Fatalf("no ward %s", name)
	return ward.Ward{}
}
