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
// Stars is too low they go without paying, and bot's gate keeps them to the
// free rate.
type purse struct {
	paid  bool // PAID_BROADCAST
	now   func() time.Time
	log   *slog.Logger
	alert func(context.Context) // tells whoever can fill it up

	mu    sync.Mutex
	empty time.Time // since when; zero: it is not
	told  int64     // the bulletin at which the alarm was raised last
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
	return true
}

// refused takes note that Telegram does not take a letter for lack of Stars.
// The first one of a bulletin raises the alarm.
func (p *purse) refused(ctx context.Context, bulletin int64) {
	p.mu.Lock()
	if p.empty.IsZero() {
		p.empty = p.now()
	}
	news := p.told != bulletin
	p.told = bulletin
	p.mu.Unlock()
	if !news {
		return
	}
	p.log.Warn("the balance of Stars is too low: letters go at the free rate", "bulletin", bulletin, "rate", bot.FreeRate, "again after", refill)
	if p.alert != nil {
		go p.alert(context.WithoutCancel(ctx))
	}
}
