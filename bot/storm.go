package bot

import (
	"slices"
	"time"
)

const (
	// stormChats different chats that answer 429 within stormWindow mean that
	// Telegram counts the whole bot, not those chats.
	stormChats  = 3
	stormWindow = 10 * time.Second

	// longHold of a single chat means the same.
	longHold = 60 * time.Second

	// recovery is how long broadcasts take from half the rate back to all.
	recovery = time.Minute

	slowest = 1.0 / 16 // of the rate, however often it is halved
)

// storm watches the 429s and slows the broadcasts down as a whole. Answers
// are not stopped: people wait for them, and they are few.
type storm struct {
	recent []slowed
	until  time.Time // broadcasts are stopped until then,
	share  float64   // then begin at this share of the rate
	next   time.Time // the timetable of broadcasts while they are slowed
}

type slowed struct {
	chat int64
	at   time.Time
	hold time.Duration
}

// note takes in a 429. It returns how long broadcasts stop because of it, and
// whether they were going until now.
func (s *storm) note(now time.Time, chat int64, hold time.Duration) (stop time.Duration, news bool) {
	s.recent = slices.DeleteFunc(s.recent, func(r slowed) bool {
		return r.chat == chat || now.Sub(r.at) >= stormWindow
	})
	s.recent = append(s.recent, slowed{chat, now, hold})
	stopped := now.Before(s.until)
	if !stopped && len(s.recent) < stormChats && hold <= longHold+time.Second {
		return 0, false
	}
	for _, r := range s.recent {
		stop = max(stop, r.hold)
	}
	if !stopped {
		s.share = max(s.shareAt(now)/2, slowest)
	}
	s.until = latest(s.until, now.Add(stop))
	s.recent = s.recent[:0]
	return stop, !stopped
}

// shareAt is the share of the rate that broadcasts may use.
func (s *storm) shareAt(now time.Time) float64 {
	if s.share == 0 { // never slowed
		return 1
	}
	return min(1, s.share+0.5*float64(max(now.Sub(s.until), 0))/float64(recovery))
}

// opens is when the next broadcast may start.
func (s *storm) opens() time.Time { return latest(s.until, s.next) }

// book enters the start of a broadcast.
func (s *storm) book(now time.Time, interval time.Duration) {
	share := s.shareAt(now)
	if share == 1 {
		s.share = 0
		return
	}
	s.next = latest(s.next, now.Add(-arrears)).Add(time.Duration(float64(interval) / share))
}
