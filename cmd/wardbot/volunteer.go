package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"wardbot/locales"
	"wardbot/simulator"
	"wardbot/ward"
)

// habit is how somebody treats a task.
type habit int

const (
	atOncer     habit = iota // taps done
	latecomer                // taps done when everybody else has
	twice                    // taps done, and again to be sure
	undoer                   // taps done, then takes it back
	redoer                   // takes it back, and does it after all
	busy                     // not today
	changer                  // not today, then done after all
	reporter                 // reports with numbers and words
	photograph               // reports with photos
	decomposer               // types NFD, as some phones do
	shortcutter              // answers the task with a photo and "12 ho"
	silent                   // never answers
	blocker                  // blocks the bot before the task
	leaver                   // leaves before the task
)

// habits is how common each habit is, in people of a hundred.
var habits = []struct {
	habit habit
	share int
}{
	{atOncer, 44}, {latecomer, 8}, {twice, 6}, {undoer, 3}, {redoer, 2}, {busy, 8}, {changer, 2}, {reporter, 7},
	{photograph, 3}, {decomposer, 3}, {shortcutter, 2}, {silent, 9}, {blocker, 2}, {leaver, 1},
}

func someHabit(rng *rand.Rand) habit {
	n := rng.IntN(100)
	for _, h := range habits {
		if n -= h.share; n < 0 {
			return h.habit
		}
	}
	return silent
}

// volunteer is one pretend collaborator.
type volunteer struct {
	phone
	town       *district
	profile    simulator.Profile
	home       ward.PlaceRow
	habit      habit
	typesPlace bool // types ward and group instead of tapping
	households int
	words      string // of their report
}

// newVolunteer makes somebody up. One in twenty has their app in English.
func newVolunteer(t *district, i int, home ward.PlaceRow, n names, rng *rand.Rand) *volunteer {
	pick := func(list []string) string { return list[rng.IntN(len(list))] }
	v := &volunteer{
		town: t, home: home, habit: someHabit(rng), typesPlace: rng.IntN(10) == 0,
		households: 1 + rng.IntN(30), words: pick(t.sample.Reports),
	}
	v.profile = simulator.Profile{
		ID:           int64(1000 + i),
		FirstName:    fmt.Sprintf("%s %s %s", pick(n["family"]), pick(n["middle"]), pick(n["given"])),
		LanguageCode: "vi",
	}
	if rng.IntN(20) == 0 {
		v.profile.LanguageCode = "en"
	}
	v.phone = phone{t.telegram.Person(v.profile)}
	return v
}

func (v *volunteer) texts() *locales.Texts {
	return v.town.texts.In(locales.Of(v.profile.LanguageCode))
}

// register is the conversation from the invite link to "that's right".
func (v *volunteer) register(ctx context.Context) error {
	t := v.texts()
	v.Start("demo")
	if err := v.tap(ctx, t.Plain("btn.start")); err != nil {
		return err
	}
	if err := v.tap(ctx, t.Plain("btn.agree")); err != nil {
		return err
	}
	if err := v.sees(ctx, v.home.Ward); err != nil {
		return err
	}
	number := ward.Group{Key: ward.Fold(v.home.Group)}.Number()
	if v.typesPlace { // without tones, as people type
		v.Say(ward.Fold(v.home.Ward) + " to " + number)
	} else {
		if err := v.tap(ctx, v.home.Ward); err != nil {
			return err
		}
		if err := v.tap(ctx, number); err != nil {
			return err
		}
	}
	if err := v.tap(ctx, t.Plain("btn.yes_right")); err != nil {
		return err
	}
	return v.sees(ctx, t.Plain("btn.help"))
}

// goAway is for those who are gone before the task comes.
func (v *volunteer) goAway(ctx context.Context) error {
	switch v.habit {
	case blocker:
		v.Block()
	case leaver:
		v.Say("/leave")
		return v.taps(ctx, v.texts().Plain("btn.erase"))
	}
	return nil
}

// answerTask treats the task as their habit is.
func (v *volunteer) answerTask(ctx context.Context) error {
	t := v.texts()
	done, undo := t.Plain("btn.done"), t.Plain("btn.undo")
	switch v.habit {
	case blocker, leaver, latecomer:
		return nil
	case silent:
		return v.sees(ctx, done)
	case atOncer:
		return v.taps(ctx, done)
	case twice:
		if err := v.sees(ctx, done); err != nil {
			return err
		}
		task := v.with(done)
		return v.both(ctx, task, done)
	case undoer:
		return v.taps(ctx, done, undo)
	case redoer:
		return v.taps(ctx, done, undo, done)
	case busy:
		return v.taps(ctx, t.Plain("btn.not_today"))
	case changer:
		return v.taps(ctx, t.Plain("btn.not_today"), t.Plain("btn.did_it_after_all"))
	case shortcutter:
		if err := v.sees(ctx, done); err != nil {
			return err
		}
		v.ReplyPhoto(v.with(t.Plain("btn.not_today")), strconv.Itoa(v.households)+" ho")
		return v.taps(ctx, t.Plain("btn.send"))
	}
	return v.reports(ctx)
}

// answerLate is for those who do it when everybody else has.
func (v *volunteer) answerLate(ctx context.Context) error {
	if v.habit != latecomer {
		return nil
	}
	return v.taps(ctx, v.texts().Plain("btn.done"))
}

// reports goes through the questions of a report.
func (v *volunteer) reports(ctx context.Context) error {
	t := v.texts()
	if err := v.taps(ctx, t.Plain("btn.send_report")); err != nil {
		return err
	}
	if err := v.sees(ctx, t.Plain("btn.other_number")); err != nil {
		return err
	}
	v.Say(strconv.Itoa(v.households))
	if err := v.sees(ctx, t.Plain("btn.cancel")); err != nil {
		return err
	}
	switch v.habit {
	case photograph:
		v.Album(3, v.words)
	case decomposer:
		v.Say(norm.NFD.String(v.words))
	default:
		v.Say(v.words)
	}
	return v.taps(ctx, t.Plain("btn.finish"), t.Plain("btn.send"))
}

// expected is what this person knows they add to the tally of their ward.
func (v *volunteer) expected() ward.Tally {
	e := ward.Tally{Asked: 1}
	switch v.habit {
	case blocker, leaver:
		return ward.Tally{}
	case atOncer, latecomer, twice, redoer, changer:
		e.Done = 1
	case busy:
		e.NotToday = 1
	case reporter, photograph, decomposer, shortcutter:
		e.Done, e.Reports, e.Households = 1, 1, v.households
	}
	return e
}

// wrongCopies says whether this person did not get task, message to pass on
// and news exactly once each.
func (v *volunteer) wrongCopies() bool {
	want := 1
	if v.habit == blocker || v.habit == leaver {
		want = 0
	}
	for _, text := range []string{v.town.sample.Task, v.town.sample.PassOn, v.town.sample.News} {
		first, _ := ward.Split(text)
		got := 0
		for _, m := range v.Chat() {
			if m.FromBot && strings.Contains(m.Text, first) {
				got++
			}
		}
		if got != want {
			return true
		}
	}
	return false
}

// phone is a pretend person's telephone and what a thumb does on it.
type phone struct{ *simulator.Person }

// sees waits until a button is to be seen.
func (p phone) sees(ctx context.Context, label string) error {
	err := p.Wait(ctx, func([]simulator.Message) bool { return p.with(label).ID != 0 })
	if err != nil {
		return fmt.Errorf("waiting for the button %q: %w; last message: %q", label, err, p.Last().Text)
	}
	return nil
}

// with is the newest message with a button of that label.
func (p phone) with(label string) simulator.Message {
	chat := p.Chat()
	for i := len(chat) - 1; i >= 0; i-- {
		for _, row := range chat[i].Buttons {
			for _, b := range row {
				if b.Text == label {
					return chat[i]
				}
			}
		}
	}
	return simulator.Message{}
}

// tap waits for a button and taps it.
func (p phone) tap(ctx context.Context, label string) error {
	if err := p.sees(ctx, label); err != nil {
		return err
	}
	_, err := p.Tap(label)
	return err
}

func (p phone) taps(ctx context.Context, labels ...string) error {
	for _, label := range labels {
		if err := p.tap(ctx, label); err != nil {
			return err
		}
	}
	return nil
}

// both taps the same button twice, the second time before the first has
// changed the message.
func (p phone) both(ctx context.Context, m simulator.Message, label string) error {
	if err := p.Press(label); err != nil {
		return err
	}
	if _, err := p.TapOn(m, label); err != nil {
		return err
	}
	return ctx.Err()
}
