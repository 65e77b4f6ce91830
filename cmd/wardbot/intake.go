package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"wardbot/bot"
	"wardbot/storage"
)

// orphansEvery is how often the leader looks for updates that nobody handles.
const orphansEvery = time.Second

// intake is where updates come in, polled or by webhook: they are stored
// before Telegram forgets them, and handed on in their order.
type intake struct {
	store *storage.Store
	seat  *storage.Seat
	lanes *bot.Lanes
	log   *slog.Logger
	ahead sync.Map // update id → ids of those at other processes that it waits for
}

func newIntake(store *storage.Store, seat *storage.Seat, log *slog.Logger, handle func(context.Context, bot.Update)) *intake {
	in := &intake{store: store, seat: seat, log: log}
	in.lanes = bot.NewLanes(handling, func(ctx context.Context, u bot.Update) {
		in.await(ctx, u.ID)
		handle(ctx, u)
	})
	in.lanes.Log = log
	return in
}

// keep stores updates and hands on those that have not been here before.
func (in *intake) keep(ctx context.Context, updates []bot.Update) error {
	raw := make([]storage.Update, len(updates))
	byID := make(map[int64]bot.Update, len(updates))
	for i, u := range updates {
		raw[i] = storage.Update{ID: u.ID, ChatID: u.ChatID(), Raw: u.Raw}
		byID[u.ID] = u
	}
	fresh, err := in.store.KeepUpdates(ctx, raw)
	if err != nil {
		return err
	}
	for _, k := range fresh {
		if len(k.Ahead) > 0 {
			in.ahead.Store(k.ID, k.Ahead)
		}
		in.hand(ctx, byID[k.ID])
	}
	return nil
}

// hand gives an update that is stored to those who handle it. One that cannot
// be read is put aside.
func (in *intake) hand(ctx context.Context, u bot.Update) {
	if u.Kind != bot.KindOfUndecodable {
		in.lanes.Put(u)
		return
	}
	if err := in.store.SpoilUpdate(ctx, u.ID, u.Kind); err != nil {
		in.log.Error("an update that can't be read was not put aside, the next start does", "update", u.ID, "error", err)
	}
}

// receive is keep for an update that came by webhook. Even what is no update
// is stored: Telegram would send it again and again, and what follows it in
// that chat not at all.
func (in *intake) receive(ctx context.Context, raw []byte) error {
	u, err := bot.DecodeUpdate(raw)
	if err != nil {
		in.log.Warn("an update could not be read", "update", u.ID, "err", err)
	}
	if u.ID == 0 {
		return in.store.SpoilRaw(ctx, raw, u.Kind)
	}
	return in.keep(ctx, []bot.Update{u})
}

// await lets the earlier updates of a chat that other processes have in hand
// go first.
func (in *intake) await(ctx context.Context, id int64) {
	ahead, waits := in.ahead.LoadAndDelete(id)
	if !waits {
		return
	}
	if err := in.store.Await(ctx, ahead.([]int64)); err != nil && ctx.Err() == nil {
		in.log.Warn("an update does not wait for its turn", "update", id, "error", err)
	}
}

// adopt takes up the updates that were stored but not finished by a process
// that has ended, this one before its last stop included.
func (in *intake) adopt(ctx context.Context) error {
	orphans, err := in.seat.Orphans(ctx)
	if err != nil {
		return err
	}
	for _, o := range orphans {
		u, _ := bot.DecodeUpdate(o.Raw) // hand puts aside what cannot be read
		u.ID = o.ID
		in.hand(ctx, u)
	}
	return nil
}

// keepAdopting does so until ctx ends.
func (in *intake) keepAdopting(ctx context.Context) error {
	tick := time.NewTicker(orphansEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := in.adopt(ctx); err != nil && ctx.Err() == nil {
			in.log.Warn("updates of processes that ended are not taken over", "error", err)
		}
	}
}
