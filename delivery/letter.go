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

// mail holds the letters of the bulletins that are being sent. They never
// change once published.
type mail struct {
	mu   sync.Mutex
	bags map[int64]map[address]bot.Send
}

// address tells the letters of a bulletin apart.
type address struct {
	language string
	part     int
}

// letter is what a delivery consists of, addressed to its chat. It returns
// errNoLetter if the bulletin has no such part.
func (e *Engine) letter(ctx context.Context, d ward.Delivery) (bot.Send, error) {
	bag, err := e.bag(ctx, d.BulletinID)
	if err != nil {
		return bot.Send{}, err
	}
	send, ok := bag[address{d.Language, d.Part}]
	if !ok { // better in the other language than not at all
		send, ok = bag[address{"", d.Part}]
	}
	if !ok {
		return bot.Send{}, fmt.Errorf("part %d of bulletin %d in %q: %w", d.Part, d.BulletinID, d.Language, errNoLetter)
	}
	send.ChatID = d.ChatID
	return send, nil
}

func (e *Engine) bag(ctx context.Context, bulletin int64) (map[address]bot.Send, error) {
	e.mail.mu.Lock()
	defer e.mail.mu.Unlock()
	if bag := e.mail.bags[bulletin]; bag != nil {
		return bag, nil
	}
	letters, err := e.store.Letters(ctx, bulletin)
	if err != nil {
		return nil, err
	}
	bag := map[address]bot.Send{}
	for _, l := range letters {
		send := bot.Send{HTML: l.HTML, Photo: l.PhotoID, Keyboard: keyboard(l.Buttons), Silent: l.Silent}
		bag[address{l.Language, l.Part}] = send
		if _, ok := bag[address{"", l.Part}]; !ok {
			bag[address{"", l.Part}] = send
		}
	}
	if e.mail.bags == nil {
		e.mail.bags = map[int64]map[address]bot.Send{}
	}
	e.mail.bags[bulletin] = bag
	return bag, nil
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
			buttons = append(buttons, bot.Button{Text: b.Text, Data: b.Data})
		}
		k = append(k, buttons)
	}
	return k
}
