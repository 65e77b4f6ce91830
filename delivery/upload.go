package delivery

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"wardbot/bot"
	"wardbot/ward"
)

// uploads knows by which file_id each file of ours is sent. A file without one
// goes up with the letter that comes first; the other letters wait for the
// file_id in Telegram's answer, because uploads of the same file are slowed
// down and soon refused (tdlib/telegram-bot-api Client.cpp:12667).
type uploads struct {
	turn chan struct{} // one letter uploads at a time

	mu      sync.Mutex
	ids     map[ward.Media]string // by kind and sum; empty: to be uploaded
	renewed map[ward.Media]bool   // lost and uploaded anew in this run: not a second time
	refused map[burden]error
}

// burden is a file in a bulletin.
type burden struct {
	bulletin int64
	file     ward.Media
}

func newUploads() uploads {
	return uploads{
		turn: make(chan struct{}, 1), ids: map[ward.Media]string{}, renewed: map[ward.Media]bool{}, refused: map[burden]error{},
	}
}

// ours names a file by what does not change.
func ours(m ward.Media) ward.Media { return ward.Media{Kind: m.Kind, Sum: m.Sum} }

// send sends a letter with its files. A file_id that Telegram does not know
// any more is had anew if we keep the bytes, once.
func (e *Engine) send(ctx context.Context, p *parcel) ([]bot.Sent, error) {
	for {
		media, missing, err := e.findFiles(ctx, p)
		if err != nil {
			return nil, err
		}
		if missing {
			sent, err := e.upload(ctx, p)
			if sent != nil || err != nil {
				return sent, err
			}
			continue // somebody else has done it
		}
		p.Media = media
		sent, err := e.line.SendAll(ctx, p.Send)
		if bot.KindOf(err) != bot.KindFileBad || !e.lost(ctx, p.media, media) {
			return sent, err
		}
	}
}

// findFiles is what a letter holds as Telegram has it, and says whether some
// of it has to be uploaded.
func (e *Engine) findFiles(ctx context.Context, p *parcel) (media []bot.Media, missing bool, err error) {
	for _, m := range p.media {
		id := m.FileID
		if m.Sum != "" {
			if id, err = e.fileID(ctx, p.bulletin, m); err != nil {
				return nil, false, err
			}
			missing = missing || id == ""
		}
		media = append(media, bot.Media{
			Kind: string(m.Kind), FileID: id, Location: bot.Location{Latitude: m.Latitude, Longitude: m.Longitude},
		})
	}
	return media, missing, nil
}

// fileID is the file_id of a file of ours, empty if it has to be uploaded.
func (e *Engine) fileID(ctx context.Context, bulletin int64, m ward.Media) (string, error) {
	u := &e.uploads
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.refused[burden{bulletin, ours(m)}]; err != nil {
		return "", err
	}
	if id, known := u.ids[ours(m)]; known {
		return id, nil
	}
	id, err := e.store.FileID(ctx, m)
	if errors.Is(err, ward.ErrNotFound) {
		id, err = m.FileID, nil // its bytes were kept long enough
	}
	if err != nil {
		return "", unread(err)
	}
	u.ids[ours(m)] = id
	return id, nil
}

// unread is the outcome of a call that was not made because the database could
// not be read.
func unread(err error) error { return &bot.Error{Method: "send", Kind: bot.KindCancelled, Err: err} }

// upload sends a letter together with the bytes that are missing. It returns
// neither messages nor an error if they are not missing any more when it is
// this letter's turn.
func (e *Engine) upload(ctx context.Context, p *parcel) ([]bot.Sent, error) {
	select {
	case e.uploads.turn <- struct{}{}:
		defer func() { <-e.uploads.turn }()
	case <-ctx.Done():
		return nil, unread(ctx.Err())
	}
	media, missing, err := e.findFiles(ctx, p)
	if err != nil || !missing {
		return nil, err
	}
	size := 0
	for i, m := range p.media {
		if m.Sum == "" || media[i].FileID != "" {
			continue
		}
		file, err := e.store.File(ctx, m)
		switch {
		case errors.Is(err, ward.ErrNotFound):
			return nil, &bot.Error{Method: "send", Kind: bot.KindFileBad, Err: err}
		case err != nil:
			return nil, unread(err)
		}
		media[i].Upload = &bot.File{Name: file.Name, Bytes: file.Bytes}
		size += len(file.Bytes)
	}
	p.Media = media
	sent, err := e.line.SendAll(ctx, p.Send)
	switch bot.KindOf(err) {
	case bot.KindFileBad, bot.KindMessageBad:
		e.refuse(p, media, err)
	}
	if err == nil {
		e.log.Info("files uploaded", "bulletin", p.bulletin, "bytes", size)
		e.learn(ctx, p.media, media, sent)
	}
	return sent, err
}

// learn notes the file_ids that Telegram gave to what was uploaded.
func (e *Engine) learn(ctx context.Context, files []ward.Media, media []bot.Media, sent []bot.Sent) {
	for i, m := range files {
		if media[i].Upload == nil || i >= len(sent) {
			continue
		}
		kind, file, ok := sent[i].File()
		if !ok || kind != string(m.Kind) {
			e.log.Error("an uploaded file came back as something else", "kind", m.Kind, "as", kind)
			continue
		}
		e.uploads.mu.Lock()
		e.uploads.ids[ours(m)] = file.FileID
		e.uploads.mu.Unlock()
		// The letter is out whatever the database says, and this costs one
		// more upload after a restart at worst.
		if err := e.store.SetFileID(context.WithoutCancel(ctx), m, file.FileID); err != nil {
			e.log.Warn("file_id not kept", "err", err)
		}
	}
}

// refuse remembers that a bulletin's files cannot be uploaded, so that not
// everybody's letter tries it.
func (e *Engine) refuse(p *parcel, media []bot.Media, err error) {
	e.uploads.mu.Lock()
	defer e.uploads.mu.Unlock()
	for i, m := range p.media {
		if media[i].Upload != nil {
			e.uploads.refused[burden{p.bulletin, ours(m)}] = fmt.Errorf("not uploaded again: %w", err)
		}
	}
}

// lost takes note that Telegram refused a file_id among those that were used,
// and says whether it makes sense to send again. Of an album it is not known
// which: all that we have bytes of are taken for lost.
func (e *Engine) lost(ctx context.Context, files []ward.Media, used []bot.Media) (again bool) {
	u := &e.uploads
	u.mu.Lock()
	defer u.mu.Unlock()
	for i, m := range files {
		switch key := ours(m); {
		case m.Sum == "":
		case u.ids[key] != used[i].FileID:
			again = true // somebody else noticed before
		case !u.renewed[key]:
			u.renewed[key], u.ids[key], again = true, "", true
			e.log.Warn("Telegram does not know a file any more: it is uploaded anew", "kind", m.Kind)
			if err := e.store.LoseFileID(context.WithoutCancel(ctx), m, used[i].FileID); err != nil {
				e.log.Warn("lost file_id not noted", "err", err)
			}
		}
	}
	return again
}
