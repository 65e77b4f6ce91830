package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// consentVersion counts the versions of the consent text. Raise it when the
// text says something new, so that everybody's consent stays provable.
const consentVersion = "2"

// registration is what a newcomer has said so far. Until they agree, the
// invite and the language are all there is, and that for a day.
type registration struct {
	Invite      string    `json:"invite,omitempty"`
	Language    string    `json:"language,omitempty"`
	WardID      int64     `json:"ward,omitempty"`
	GroupID     int64     `json:"group,omitempty"`
	ConsentedAt time.Time `json:"consented,omitzero"`
	ConsentHash string    `json:"hash,omitempty"`
}

// The steps of registering.
const (
	stepWelcome = "welcome"
	stepCode    = "code"
	stepConsent = "consent"
	stepWard    = "ward"
	stepGroup   = "group"
	stepSure    = "sure"
)

// start opens the door: newcomers are welcomed, everybody else is shown what
// there is to do today.
func (h *Handlers) start(ctx context.Context, r *request) error {
	switch {
	case r.me.State == ward.PersonWaiting && r.me.ID != 0:
		return errWaiting
	case r.me.State == ward.PersonWithdrawn && r.me.ID != 0:
		return h.askAgain(ctx, r)
	}
	task, board, posted := parsePostCode(r.rest)
	switch {
	case r.me.ID != 0 && posted:
		return h.fromPost(ctx, r, task, board)
	case r.me.ID != 0:
		return h.today(ctx, r)
	}
	code := r.rest
	if posted { // who comes from a post still needs an invite, if others do
		code = ""
	}
	if code == "" && r.role == ward.RoleAdmin {
		return h.help(ctx, r)
	}
	reg := registration{Invite: code}
	if old, err := h.store.Conversation(ctx, r.chat, flowRegister); err == nil {
		reg.Language = unpack[registration](old).Language
	}
	if code == "" && h.Registration == ByInvite {
		return h.inviteOnly(ctx, r, reg)
	}
	if b, err := h.store.Board(ctx, board); posted && err == nil {
		reg.WardID = b.WardID
	}
	return h.welcome(ctx, r, reg)
}

// inviteOnly says whom to ask for an invite.
func (h *Handlers) inviteOnly(ctx context.Context, r *request, reg registration) error {
	c := storage.Conversation{Flow: flowRegister}
	if err := pack(&c, stepCode, reg); err != nil {
		return err
	}
	return r.step(ctx, &c, r.t.HTML("start.invite_only", locales.Args{"Org": h.Org, "Contact": h.Contact}), bot.Keyboard{
		{button(r.t.Plain("btn.have_code"), "code")},
		{button(h.otherLanguage(r), "reglng")},
	})
}

// askCode waits for an invite's code to be typed.
func (h *Handlers) askCode(ctx context.Context, r *request) error {
	c, err := r.conversation(ctx, flowRegister)
	if err != nil {
		return err
	}
	c.Step = stepCode
	return r.step(ctx, c, r.t.HTML("start.ask_code"), nil)
}

// welcome says who writes here and what for.
func (h *Handlers) welcome(ctx context.Context, r *request, reg registration) error {
	if reg.Invite != "" {
		invite, err := h.store.Invite(ctx, reg.Invite, h.Now())
		switch {
		case errors.Is(err, ward.ErrNotFound):
			return h.wrongCode(ctx, r, reg)
		case err != nil:
			return err
		}
		reg.WardID, reg.GroupID = invite.WardID, invite.GroupID
	}
	c := storage.Conversation{Flow: flowRegister}
	if err := pack(&c, stepWelcome, reg); err != nil {
		return err
	}
	return h.showWelcome(ctx, r, &c)
}

func (h *Handlers) wrongCode(ctx context.Context, r *request, reg registration) error {
	if h.Registration != ByInvite { // a stale link need not keep anybody out
		reg.Invite = ""
		return h.welcome(ctx, r, reg)
	}
	reg.Invite = ""
	c := storage.Conversation{Flow: flowRegister}
	if err := pack(&c, stepCode, reg); err != nil {
		return err
	}
	return r.step(ctx, &c, r.t.HTML("start.wrong_code", locales.Args{"Contact": h.Contact}), nil)
}

func (h *Handlers) showWelcome(ctx context.Context, r *request, c *storage.Conversation) error {
	reg := unpack[registration](*c)
	html := r.t.HTML("start.welcome", locales.Args{"Org": h.Org})
	if reg.WardID != 0 {
		w, err := h.store.Ward(ctx, reg.WardID)
		if err != nil {
			return err
		}
		html = r.t.HTML("start.welcome_ward", locales.Args{"Org": h.Org, "Ward": w.Name})
	}
	return r.step(ctx, c, html, bot.Keyboard{
		{button(r.t.Plain("btn.start"), "reg"), button(h.otherLanguage(r), "reglng")},
	})
}

// otherLanguage is the button that a person needs who cannot read this one.
func (h *Handlers) otherLanguage(r *request) string {
	if r.t.Language() == locales.Vietnamese {
		return r.t.Plain("btn.english")
	}
	return r.t.Plain("btn.vietnamese")
}

// switchWelcome repeats the screen in the other language.
func (h *Handlers) switchWelcome(ctx context.Context, r *request) error {
	c, err := r.conversation(ctx, flowRegister)
	if err != nil {
		return err
	}
	reg := unpack[registration](*c)
	reg.Language = string(locales.English)
	if r.t.Language() == locales.English {
		reg.Language = string(locales.Vietnamese)
	}
	r.t = h.texts.In(locales.Language(reg.Language))
	if c.Step == stepCode {
		return h.inviteOnly(ctx, r, reg)
	}
	if err := pack(c, stepWelcome, reg); err != nil {
		return err
	}
	return h.showWelcome(ctx, r, c)
}

// begin is the tap on Start.
func (h *Handlers) begin(ctx context.Context, r *request) error {
	if r.me.ID != 0 {
		return h.start(ctx, r)
	}
	c, err := r.conversation(ctx, flowRegister)
	if errors.Is(err, errOldButton) { // an admin's help screen, or a welcome of long ago
		if h.Registration == ByInvite && r.role != ward.RoleAdmin {
			return h.inviteOnly(ctx, r, registration{})
		}
		c, err = &storage.Conversation{Flow: flowRegister}, nil
	}
	if err != nil {
		return err
	}
	if err := pack(c, stepConsent, unpack[registration](*c)); err != nil {
		return err
	}
	return h.consent(ctx, r, c)
}

// showConsent comes back from the full policy.
func (h *Handlers) showConsent(ctx context.Context, r *request) error {
	c, err := r.conversation(ctx, flowRegister)
	if err != nil {
		return err
	}
	return h.consent(ctx, r, c)
}

func (h *Handlers) consent(ctx context.Context, r *request, c *storage.Conversation) error {
	text, err := h.consentText(ctx, r, unpack[registration](*c))
	if err != nil {
		return err
	}
	return r.step(ctx, c, text, bot.Keyboard{
		{button(r.t.Plain("btn.agree"), "agree"), button(r.t.Plain("btn.refuse"), "refuse")},
		{button(r.t.Plain("btn.full_policy"), "full")},
	})
}

func (h *Handlers) consentText(ctx context.Context, r *request, reg registration) (string, error) {
	if reg.WardID == 0 {
		return r.t.HTML("register.consent", locales.Args{"Org": h.Org, "Contact": h.Contact}), nil
	}
	w, err := h.store.Ward(ctx, reg.WardID)
	if err != nil {
		return "", err
	}
	return r.t.HTML("register.consent_ward", locales.Args{"Org": h.Org, "Contact": h.Contact, "Ward": w.Name}), nil
}

// fullPolicy is the long version, for those who want it.
func (h *Handlers) fullPolicy(ctx context.Context, r *request) error {
	return r.edit(ctx, r.t.HTML("register.policy", locales.Args{"Org": h.Org, "Contact": h.Contact}), bot.Keyboard{
		{button(r.t.Plain("btn.back"), "terms")},
	})
}

// agree records when, and to which words, they agreed.
func (h *Handlers) agree(ctx context.Context, r *request) error {
	c, err := r.conversation(ctx, flowRegister)
	if err != nil {
		return err
	}
	reg := unpack[registration](*c)
	text, err := h.consentText(ctx, r, reg)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(text))
	reg.ConsentedAt, reg.ConsentHash = h.Now(), hex.EncodeToString(sum[:])
	reg.Language = string(r.t.Language())
	if r.me.ID != 0 {
		return h.comeBack(ctx, r, reg)
	}
	if reg, err = h.expected(ctx, r, reg); err != nil {
		return err
	}
	return h.nextPlace(ctx, r, c, reg)
}

// expected fills in the place of somebody who is on a list of people who are
// expected, once they have agreed: of those before nothing is looked up. If
// more than one line may be meant, none is.
func (h *Handlers) expected(ctx context.Context, r *request, reg registration) (registration, error) {
	lines, err := h.linesOf(ctx, r, reg)
	if err == nil && len(lines) == 1 {
		reg.WardID = lines[0].WardID
		if reg.GroupID == 0 {
			reg.GroupID = lines[0].GroupID
		}
	}
	return reg, err
}

// linesOf is what lines of the lists a newcomer may be, by name and by what
// they have said about their place.
func (h *Handlers) linesOf(ctx context.Context, r *request, reg registration) ([]ward.Expected, error) {
	lines, err := h.store.RosterNamed(ctx, r.fullName())
	return ward.Match(lines, reg.WardID, reg.GroupID), err
}

// refuse forgets what little there was.
func (h *Handlers) refuse(ctx context.Context, r *request) error {
	if err := h.store.EndConversation(ctx, r.chat, flowRegister); err != nil {
		return err
	}
	if r.me.ID != 0 {
		return r.edit(ctx, r.t.HTML("data.still_withdrawn"), bot.Keyboard{{button(r.t.Plain("btn.leave"), "leave")}})
	}
	return r.edit(ctx, r.t.HTML("register.refused"), nil)
}

// nextPlace asks for whatever is not known yet: ward, then group, then "is
// that right?". An invite may have answered both.
func (h *Handlers) nextPlace(ctx context.Context, r *request, c *storage.Conversation, reg registration) error {
	step := stepSure
	switch {
	case reg.WardID == 0:
		step = stepWard
	case reg.GroupID == 0:
		step = stepGroup
	}
	if err := pack(c, step, reg); err != nil {
		return err
	}
	return h.showRegister(ctx, r, c)
}

// showRegister shows the step that a registration is at.
func (h *Handlers) showRegister(ctx context.Context, r *request, c *storage.Conversation) error {
	switch c.Step {
	case stepCode:
		return r.step(ctx, c, r.t.HTML("start.ask_code"), nil)
	case stepConsent:
		return h.consent(ctx, r, c)
	case stepWard:
		return h.showWards(ctx, r, c, nil)
	case stepGroup:
		return h.showGroups(ctx, r, c)
	case stepSure:
		return h.askSure(ctx, r, c)
	}
	return h.showWelcome(ctx, r, c)
}

// registerInput is what a newcomer types: a code, or "my dinh 1 to 12".
func (h *Handlers) registerInput(ctx context.Context, r *request, c *storage.Conversation) error {
	reg := unpack[registration](*c)
	text := r.text()
	switch {
	case text == "":
		return errUnsupported
	case c.Step == stepCode:
		reg.Invite = codeIn(text)
		return h.welcome(ctx, r, reg)
	case c.Step != stepWard && c.Step != stepGroup && c.Step != stepSure:
		return h.showRegister(ctx, r, c) // the buttons answer this one
	}
	wards, err := h.store.Wards(ctx)
	if err != nil {
		return err
	}
	if c.Step == stepGroup { // a number alone is a group of the ward just chosen
		if found, err := h.pickTypedGroup(ctx, r, c, reg, text); found || err != nil {
			return err
		}
	}
	found, group := ward.ParsePlace(text, wards)
	switch len(found) {
	case 0:
		_, err := r.reply(ctx, r.t.HTML("register.no_such_place"), nil)
		return err
	case 1:
		reg.WardID, reg.GroupID = found[0].ID, 0
		if group != "" {
			if found, err := h.pickTypedGroup(ctx, r, c, reg, group); found || err != nil {
				return err
			}
		}
		return h.nextPlace(ctx, r, c, reg)
	}
	if err := pack(c, stepWard, reg); err != nil {
		return err
	}
	return h.showWards(ctx, r, c, found)
}

// pickTypedGroup goes on to the last question if the words name one group.
func (h *Handlers) pickTypedGroup(ctx context.Context, r *request, c *storage.Conversation, reg registration, text string) (bool, error) {
	groups, err := h.store.Groups(ctx, reg.WardID)
	if err != nil {
		return false, err
	}
	found := ward.SearchGroups(text, groups)
	if len(found) != 1 {
		return false, nil
	}
	reg.GroupID = found[0].ID
	return true, h.nextPlace(ctx, r, c, reg)
}

// codeIn finds an invite's code in what was typed: the bare code, or the
// whole link.
func codeIn(text string) string {
	if _, code, ok := strings.Cut(text, "?start="); ok {
		text = code
	}
	if words := strings.Fields(text); len(words) > 0 {
		return words[0]
	}
	return text
}

// join is the last tap: the person is registered.
func (h *Handlers) join(ctx context.Context, r *request) error {
	if r.me.ID != 0 {
		return h.start(ctx, r)
	}
	c, reg, err := h.consented(ctx, r)
	if err != nil {
		return err
	}
	if c.Step != stepSure || reg.WardID == 0 {
		return errOldButton
	}
	state := ward.PersonActive
	if h.Registration == ByApproval && reg.Invite == "" {
		state = ward.PersonWaiting
	}
	lines, err := h.linesOf(ctx, r, reg)
	if err != nil {
		return err
	}
	line := int64(0)
	if len(lines) == 1 {
		line = lines[0].ID
	}
	me, err := h.store.Register(ctx, ward.Registration{
		ChatID: r.from.ID, Name: r.fullName(), Language: reg.Language, WardID: reg.WardID, GroupID: reg.GroupID,
		InviteCode: reg.Invite, RosterID: line, State: state,
		ConsentedAt: reg.ConsentedAt, ConsentText: consentVersion, ConsentHash: reg.ConsentHash, Now: h.Now(),
	})
	if errors.Is(err, ward.ErrNotFound) { // the place is no more: wards have split or merged meanwhile
		reg.WardID, reg.GroupID = 0, 0
		return h.nextPlace(ctx, r, c, reg)
	}
	if err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowRegister); err != nil {
		return err
	}
	r.me = me
	if me.State == ward.PersonWaiting {
		if err := r.edit(ctx, r.t.HTML("register.waiting", locales.Args{"Name": r.name()}), nil); err != nil {
			return err
		}
		return h.askAdmission(ctx, me, lines)
	}
	if r.t.Language() != locales.Of(r.from.LanguageCode) { // the app would show the other menu
		if err := h.setCommands(ctx, r); err != nil {
			return err
		}
	}
	return r.edit(ctx, r.t.HTML("register.done", locales.Args{"Name": r.name()}), bot.Keyboard{
		{button(r.t.Plain("btn.today"), "today"), button(r.t.Plain("btn.help"), "help")},
	})
}
