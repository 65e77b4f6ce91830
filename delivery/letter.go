package delivery

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"wardbot/bot"
	"wardbot/ward"
)

// errNoLetter says that a bulletin was not written in any language.
var errNoLetter = errors.New("there is no such letter")

// mail holds the letters of the bulletins that are being sent. They change
// only with the revision of their bulletin.
type mail struct {
	mu   sync.Mutex
	bags map[int64]*bag
}

// bag holds the letters of one bulletin.
type bag struct {
	revision int
	letters  map[address]parcel // none: each reader has a letter of their own
	urgent   bool               // they make a sound at any hour
}

// parcel is a letter or a post with what it holds, as we name that.
type parcel struct {
	bot.Send
	bulletin int64
	media    []ward.Media
}

// address tells the letters of a bulletin apart.
type address struct {
	language string
	part     int
}

// letter is what a delivery consists of, addressed to its chat, and the
// revision it is written for. It returns errNoLetter if the bulletin has no
// such part.
func (e *Engine) letter(ctx context.Context, d ward.Delivery) (p parcel, revision int, err error) {
	bag, err := e.bag(ctx, d.BulletinID, d.Revision)
	if err != nil {
		return parcel{}, 0, err
	}
	if len(bag.letters) == 0 {
		return e.ownLetter(ctx, d)
	}
	p, ok := bag.letters[address{d.Language, d.Part}]
	if !ok { // better in the other language than not at all
		p, ok = bag.letters[address{"", d.Part}]
	}
	if !ok {
		return parcel{}, 0, fmt.Errorf("part %d of bulletin %d in %q: %w", d.Part, d.BulletinID, d.Language, errNoLetter)
	}
	p.ChatID, p.ReplyTo = d.ChatID, d.ReplyTo
	p.Silent = p.Silent || !bag.urgent && e.hushed(e.now())
	return p, bag.revision, nil
}

// ownLetter is the letter that only this reader gets.
func (e *Engine) ownLetter(ctx context.Context, d ward.Delivery) (p parcel, revision int, err error) {
	l, err := e.store.OwnLetter(ctx, d.DeliveryKey)
	if errors.Is(err, ward.ErrNotFound) {
		err = fmt.Errorf("part %d of bulletin %d for person %d: %w", d.Part, d.BulletinID, d.PersonID, errNoLetter)
	}
	if err != nil {
		return parcel{}, 0, err
	}
	p = parcelOf(d.BulletinID, l)
	p.ChatID = d.ChatID
	return p, 0, nil
}

// bag returns the letters of a bulletin as of a revision, or later.
func (e *Engine) bag(ctx context.Context, bulletin int64, revision int) (*bag, error) {
	e.mail.mu.Lock()
	defer e.mail.mu.Unlock()
	if b := e.mail.bags[bulletin]; b != nil && b.revision >= revision {
		return b, nil
	}
	letters, err := e.store.Letters(ctx, bulletin)
	if err != nil {
		return nil, err
	}
	about, err := e.store.Bulletin(ctx, bulletin)
	if err != nil {
		return nil, err
	}
	b := &bag{letters: map[address]parcel{}, urgent: about.Kind == ward.KindAlert}
	for _, l := range letters {
		p := parcelOf(bulletin, l)
		b.revision = max(b.revision, l.Revision)
		b.letters[address{l.Language, l.Part}] = p
		if _, ok := b.letters[address{"", l.Part}]; !ok {
			b.letters[address{"", l.Part}] = p
		}
	}
	if e.mail.bags == nil {
		e.mail.bags = map[int64]*bag{}
	}
	e.mail.bags[bulletin] = b
	return b, nil
}

func parcelOf(bulletin int64, l ward.Letter) parcel {
	return parcel{bot.Send{HTML: l.HTML, Keyboard: keyboard(l.Buttons), Silent: l.Silent}, bulletin, l.Media}
}

func (m *mail) forget(bulletin int64) {
	m.mu.Lock()
	delete(m.bags, bulletin)
	m.mu.Unlock()
}

func keyboard(rows [][]ward.LetterButton) bot.Keyboard {
	var k bot.Keyboard
	for _, row := range rows {
		var buttons []bot.Button
		for _, b := range row {
			buttons = append(buttons, bot.Button{Text: b.Text, Data: b.Data, URL: b.URL})
		}
		k = append(k, buttons)
	}
	return k
}
