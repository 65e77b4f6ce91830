package bot

import (
	"context"
	"time"
)

// Clock is the time this package lives by. The zero Clock is the real one.
type Clock struct {
	Now func() time.Time
	// Sleep returns after d, or earlier with the error of ctx.
	Sleep func(ctx context.Context, d time.Duration) error
}

// orReal fills what is missing with the real clock.
func (c Clock) orReal() Clock {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	return c
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
