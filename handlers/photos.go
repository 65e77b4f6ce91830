package handlers

import (
	"context"

	"wardbot/bot"
	"wardbot/storage"
	"wardbot/ward"
)

// fetchTries is how often a photo is asked for that Telegram does not give us.
const fetchTries = 3

// lookingAtPhotos computes what the photos of reports look like, so that a
// coordinator can be told of one that was seen before. It fetches the smallest
// size, and keeps nothing of it but 64 bits.
func (h *Handlers) lookingAtPhotos() func(context.Context) error {
	failures := map[storage.PhotoKey]int{}
	return func(ctx context.Context) error { return h.lookAtSome(ctx, failures) }
}

func (h *Handlers) lookAtSome(ctx context.Context, failures map[storage.PhotoKey]int) error {
	photos, err := h.store.UncheckedPhotos(ctx, atATime)
	if err != nil {
		return err
	}
	for _, p := range photos {
		file, err := h.line.Download(ctx, p.FileID)
		switch bot.KindOf(err) {
		case bot.KindNotSent, bot.KindCancelled, bot.KindWait, bot.KindUnknownOutcome:
			return err // no network: all the others would fail too
		}
		if err != nil {
			failures[p.PhotoKey]++
			h.Log.Warn("photo of a report not fetched", "report", p.ReportID, "error", err)
			if failures[p.PhotoKey] < fetchTries {
				continue
			}
		}
		delete(failures, p.PhotoKey)
		var hash *ward.PhotoHash
		if seen, err := ward.HashPhoto(file); err == nil {
			hash = &seen
		}
		if err := h.store.SavePhotoHash(ctx, p, hash, h.Now()); err != nil {
			return err
		}
	}
	return nil
}
