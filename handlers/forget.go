package handlers

import (
	"context"
	"time"
)

// draftsKept is how long an unfinished bulletin waits for its author, and
// registrationsKept how long anything is held of somebody who has not agreed.
const (
	draftsKept        = 7 * 24 * time.Hour
	registrationsKept = 24 * time.Hour
)

// forgetting drops, once an hour, what has been left unfinished too long, and
// erases what and whom the rules of retention say.
func (h *Handlers) forgetting() func(context.Context) error {
	var pruned time.Time
	return func(ctx context.Context) error {
		now := h.Now()
		if now.Sub(pruned) <= time.Hour {
			return nil
		}
		pruned = now
		return h.prune(ctx, now)
	}
}

func (h *Handlers) prune(ctx context.Context, now time.Time) error {
	_, err := h.store.PruneConversations(ctx, flowRegister, now.Add(-registrationsKept))
	if err != nil {
		return err
	}
	if err := h.store.PruneDrafts(ctx, now.Add(-draftsKept)); err != nil {
		return err
	}
	for _, flow := range []string{
		flowCompose, flowTemplate, flowCalendar, flowPlan, flowCorrect, flowReturn, flowName, flowJuror, flowPeople,
		flowRoster, flowEntry, flowStory, flowStoryBack, flowHelp, flowHours, flowPause,
	} {
		if _, err := h.store.PruneConversations(ctx, flow, now.Add(-draftsKept)); err != nil {
			return err
		}
	}
	erased, err := h.store.Expire(ctx, h.Retention, now)
	if erased > 0 {
		h.Log.Info("people erased who were away too long", "people", erased)
	}
	return err
}
