package handlers

import (
	"context"
	"fmt"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/report"
	"wardbot/ward"
)

// archiveSize is how much goes into one archive: bots may send files of up to
// 50 MB (core.telegram.org/bots/faq).
const archiveSize = 45 << 20

// exportEntries sends all entries as ZIP archives, the last one with an index
// sheet. A file that bots cannot fetch, being bigger than 20 MB, stands in the
// index with the reason.
func (h *Handlers) exportEntries(ctx context.Context, r *request) error {
	b, err := h.call(ctx, r.arg(0))
	if err != nil {
		return err
	}
	all, err := h.store.Entries(ctx, b.ID)
	if err != nil {
		return err
	}
	r.toast(ctx, r.t.Plain("toast.packing"))
	if err := h.store.Audit(ctx, ward.Audit{By: r.actor(), Deed: ward.DeedExported, Count: len(all)}); err != nil {
		return err
	}
	h.Log.Info("entries exported", "bulletin", b.ID, "entries", len(all), "by", r.from.ID)
	box := report.NewArchive(archiveSize)
	index := make([]report.IndexRow, 0, len(all))
	sent := 0
	send := func(archive []byte) error {
		sent++
		file := bot.File{Name: fmt.Sprintf("bai-du-thi-%d.zip", sent), Bytes: archive}
		_, err := h.line.SendDocument(ctx, r.chat, file, r.t.HTML("contest.archive", locales.Args{"Title": b.Title, "Number": sent}))
		return err
	}
	for _, e := range all {
		row, err := h.indexRow(ctx, r.t, e)
		if err != nil {
			return err
		}
		for i, f := range e.Files {
			_ = h.line.ChatAction(ctx, r.chat, "upload_document")
			content, err := h.line.Download(ctx, f.FileID)
			if bot.KindOf(err) == bot.KindFileBig || bot.KindOf(err) == bot.KindFileLater {
				row.Files = append(row.Files, r.t.Plain("contest.file_missing"))
				continue
			}
			if err != nil {
				return err
			}
			if full := box.Full(len(content)); full != nil {
				if err := send(full); err != nil {
					return r.gone(ctx, err)
				}
			}
			name := fmt.Sprintf("%03d-%d%s", e.Number, i+1, extension(f))
			row.Files = append(row.Files, name)
			if err := box.Add(name, content); err != nil {
				return err
			}
		}
		index = append(index, row)
	}
	sheet, err := report.Index(r.t, index)
	if err != nil {
		return err
	}
	if err := box.Add("index.xlsx", sheet); err != nil {
		return err
	}
	last, err := box.Close()
	if err != nil {
		return err
	}
	return r.gone(ctx, send(last))
}

func (h *Handlers) indexRow(ctx context.Context, t *locales.Texts, e ward.Scored) (report.IndexRow, error) {
	p, err := h.store.Person(ctx, e.PersonID)
	if err != nil {
		return report.IndexRow{}, err
	}
	w, err := h.store.Ward(ctx, e.WardID)
	if err != nil {
		return report.IndexRow{}, err
	}
	group := ""
	if e.GroupID != 0 {
		g, err := h.store.Group(ctx, e.GroupID)
		if err != nil {
			return report.IndexRow{}, err
		}
		group = groupName(t, g)
	}
	return report.IndexRow{Scored: e, Author: p.Name, Ward: w.Name, Group: group, Credit: creditText(t, e.Credit), At: e.At.In(h.Zone)}, nil
}

// extension is the ending of a file's own name if it is a plain one, or else
// the usual one of its kind.
func extension(f ward.EntryFile) string {
	return report.Extension(f.Name, map[string]string{
		"photo": ".jpg", "video": ".mp4", "video_note": ".mp4", "animation": ".mp4", "audio": ".mp3", "voice": ".ogg",
	}[f.Kind])
}
