package delivery

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"wardbot/bot"
)

// refill is how long an empty balance is left alone before paying is tried
// again.
const refill = 10 * time.Minute

// purse decides whether letters are paid for, which lets a bot send more than
// 30 of them a second (Bot API: allow_paid_broadcast). While the balance of
// Stars is too low they go without paying, at the free rate.
type purse struct {
	paid  bool // PAID_BROADCAST
	line  *bot.Client
	now   func() time.Time
	log   *slog.Logger
	alert func(context.Context) // tells whoever can fill it up

	mu    sync.Mutex
	empty time.Time // since when; zero: it is not
}

// pays says whether the next letter is to be paid for.
func (p *purse) pays() bool {
	if !p.paid {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.empty.IsZero() {
		return true
	}
	if p.now().Sub(p.empty) < refill {
		return false
	}
	p.empty = time.Time{}
	p.line.GoPaid()
	return true
}

// refused takes note that Telegram does not take a letter for lack of Stars.
// Of the many that come back at once the first one raises the alarm.
func (p *purse) refused(ctx context.Context) {
	p.mu.Lock()
	news := p.empty.IsZero()
	if news {
		p.empty = p.now()
		p.line.GoFree()
	}
	p.mu.Unlock()
	if !news {
		return
	}
	p.log.Warn("the balance of Stars is too low: letters go at the free rate", "rate", bot.FreeRate, "again after", refill)
	if p.alert != nil {
		go p.alert(context.WithoutCancel(ctx))
	}
}
