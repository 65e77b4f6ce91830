package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"wardbot/bot"
	"wardbot/storage"
)

type checkCommand struct{}

const (
	// littleDisk is how little room on the disk is worth a warning, in bytes.
	littleDisk = 500 << 20

	// clockOff is how wrong the clock may be: deadlines and "sent at" are for
	// people, and a certificate does not mind either.
	clockOff = 30 * time.Second

	// checking bounds everything that is asked over the network.
	checking = 30 * time.Second
)

// finding is one line of the doctor's report.
type finding struct {
	what string
	said string
	cure string // empty: all is well
}

// Run looks at everything that the bot needs, says each thing in a line, and
// what to do about it if it is not well. It changes nothing but the schema of
// the database, which every start brings up to date.
func (checkCommand) Run(s *surroundings) error {
	ctx, cancel := context.WithTimeout(s.ctx, checking)
	defer cancel()
	line, c, err := s.line()
	if err != nil {
		return err
	}
	findings := []finding{{what: "settings", said: "complete"}}
	findings = append(findings, checkTelegram(ctx, line, c)...)
	findings = append(findings, checkDatabase(ctx, line, c)...)
	findings = append(findings, checkDisk(c), checkClock(ctx, c))
	return tell(s.out, findings)
}

// tell prints the findings, and returns an error if one needs a cure.
func tell(w io.Writer, findings []finding) error {
	ill := 0
	for _, f := range findings {
		mark := "ok  "
		if f.cure != "" {
			mark, ill = "FAIL", ill+1
		}
		fmt.Fprintf(w, "%s  %-10s %s\n", mark, f.what, f.said)
		if f.cure != "" {
			fmt.Fprintf(w, "      %-10s → %s\n", "", f.cure)
		}
	}
	if ill > 0 {
		return fmt.Errorf("%d of %d checks failed", ill, len(findings))
	}
	return nil
}

// checkTelegram asks who the bot is and how updates come.
func checkTelegram(ctx context.Context, line *bot.Client, c config) []finding {
	me, err := line.Me(ctx)
	if err != nil {
		return []finding{{"telegram", "not reached", unreachable(err, c).Error()}}
	}
	found := []finding{{what: "telegram", said: "@" + me.Username}}
	url, waiting, err := line.WebhookInfo(ctx)
	hook := finding{what: "updates", said: fmt.Sprintf("polled, %d wait", waiting)}
	switch want := c.PublicURL + "/telegram"; {
	case err != nil:
		hook = finding{"updates", "not known", unreachable(err, c).Error()}
	case c.PublicURL == "" && url != "":
		hook.said = "a webhook is set: " + url
		hook.cure = "set PUBLIC_URL so that this program serves it, or take it away: wardbot webhook delete"
	case c.PublicURL != "" && url != want:
		hook.said = fmt.Sprintf("by webhook once the bot runs, %d wait", waiting)
	case c.PublicURL != "":
		hook.said = fmt.Sprintf("by webhook at %s, %d wait", url, waiting)
	}
	return append(found, hook)
}

// checkDatabase opens it, counts everything anew, and asks Telegram for what is
// linked there.
func checkDatabase(ctx context.Context, line *bot.Client, c config) []finding {
	store, err := storage.Open(ctx, c.DatabaseURL)
	if err != nil {
		return []finding{{"database", "not usable", err.Error()}}
	}
	defer store.Close()
	version, err := store.SchemaVersion(ctx)
	if err != nil {
		return []finding{{"database", "not readable", err.Error()}}
	}
	found := []finding{{what: "database", said: fmt.Sprintf("schema %d", version)}}
	wards, groups, err := store.CountPlaces(ctx)
	places := finding{what: "places", said: fmt.Sprintf("%d wards, %d residential groups", wards, groups)}
	switch {
	case err != nil:
		places.cure = err.Error()
	case wards == 0:
		places.cure = "nobody can register; run: wardbot places import FILE.csv"
	}
	wrong, err := store.CheckTallies(ctx)
	tallies := finding{what: "tallies", said: "agree with what happened"}
	switch {
	case err != nil:
		tallies = finding{"tallies", "not counted", err.Error()}
	case len(wrong) > 0:
		tallies = finding{"tallies", fmt.Sprintf("%d differ: %s", len(wrong), strings.Join(wrong[:min(len(wrong), 3)], "; ")),
			"keep a copy of the database and report this: it is a mistake of the program"}
	}
	return append(append(found, places, tallies), checkBoards(ctx, line, store)...)
}

// checkBoards asks whether the bot may write in every chat that is linked.
func checkBoards(ctx context.Context, line *bot.Client, store *storage.Store) (found []finding) {
	boards, err := store.Boards(ctx)
	if err != nil {
		return []finding{{"chats", "not readable", err.Error()}}
	}
	if len(boards) == 0 {
		return nil
	}
	me, err := line.Me(ctx)
	if err != nil {
		return []finding{{"chats", "not asked", "see telegram"}}
	}
	for _, b := range boards {
		if !b.Linked() {
			continue
		}
		may, err := line.MayPost(ctx, b.ChatID, b.Channel, me.ID)
		switch kind := bot.KindOf(err); {
		case may:
			found = append(found, finding{what: "chat", said: fmt.Sprintf("%q: the bot may post", b.Title)})
		case err == nil || kind == bot.KindChatGone || kind == bot.KindNoRights:
			found = append(found, finding{"chat", fmt.Sprintf("%q: the bot may not post", b.Title), "let it write there, or unlink the chat: /invite, Groups and channels"})
		default:
			found = append(found, finding{"chat", fmt.Sprintf("%q: not known", b.Title), err.Error()})
		}
	}
	return found
}

// checkDisk looks at the room beside an SQLite file. PostgreSQL has a disk of
// its own.
func checkDisk(c config) finding {
	if strings.HasPrefix(c.DatabaseURL, "postgres") {
		return finding{what: "disk", said: "PostgreSQL's own"}
	}
	folder := filepath.Dir(strings.TrimPrefix(c.DatabaseURL, "file:"))
	var room syscall.Statfs_t
	if err := syscall.Statfs(folder, &room); err != nil {
		return finding{"disk", folder, err.Error()}
	}
	free := room.Bavail * uint64(room.Bsize) //nolint:gosec // a block has a size above 0
	f := finding{what: "disk", said: fmt.Sprintf("%d MB free at %s", free>>20, folder)}
	if free < littleDisk {
		f.cure = "make room: without it nothing can be stored, and nothing is sent"
	}
	return f
}

// checkClock compares our clock with the one of Telegram's server.
func checkClock(ctx context.Context, c config) finding {
	zone := finding{what: "clock", said: time.Now().In(c.Zone).Format("2006-01-02 15:04:05 -07:00")}
	api := c.APIURL
	if api == "" {
		api = bot.Official
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, api, nil)
	if err != nil {
		return finding{"clock", zone.said, err.Error()}
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return zone // that Telegram is out of reach stands above
	}
	resp.Body.Close()
	theirs, err := http.ParseTime(resp.Header.Get("Date"))
	if off := time.Since(theirs).Abs(); err == nil && off > clockOff {
		zone.said += fmt.Sprintf(", %v off", off.Round(time.Second))
		zone.cure = "set the clock of this machine, for instance with: timedatectl set-ntp true"
	}
	return zone
}
