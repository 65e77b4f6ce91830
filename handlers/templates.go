package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// maxTemplateName is how long the name of a template may be, in UTF-16 units.
const maxTemplateName = 60

// errTemplateGone has its sentence in apologies.
var errTemplateGone = errors.New("template was deleted")

// templates are those that this person has: a ward coordinator their ward's,
// coordinators of all wards all of them.
func (h *Handlers) templates(ctx context.Context, r *request) ([]ward.Template, error) {
	all, err := h.store.Templates(ctx)
	if err != nil {
		return nil, err
	}
	var own []ward.Template
	for _, t := range all {
		if h.taps["tplone"].door.opens(r.role, r.me.WardID, r.charges, ward.In(t.WardID)) {
			own = append(own, t)
		}
	}
	return locales.Sorted(own, func(t ward.Template) string { return t.Name }), nil
}

// listTemplates lists them, a page at a time.
func (h *Handlers) listTemplates(ctx context.Context, r *request) error {
	all, err := h.templates(ctx, r)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return r.edit(ctx, r.t.HTML("template.none"), bot.Keyboard{{button(r.t.Plain("btn.back"), "compose")}})
	}
	at := r.arg(1)
	if at > int64(len(all)) || int(at)*namesOnPage >= len(all) {
		at = 0
	}
	first := int(at) * namesOnPage
	end := min(first+namesOnPage, len(all))
	var k bot.Keyboard
	for _, t := range all[first:end] {
		k = append(k, []bot.Button{button(sentence(t.Name, 40), "tplone", t.ID)})
	}
	return r.edit(ctx, r.t.HTML("template.list"), append(k, turns(r.t, "tpls", 0, at, end < len(all), "compose")))
}

// aTemplate is the template that a button names.
func (h *Handlers) aTemplate(ctx context.Context, r *request) (ward.Template, error) {
	t, err := h.store.Template(ctx, r.arg(0))
	if errors.Is(err, ward.ErrNotFound) {
		err = errTemplateGone
	}
	return t, err
}

func (h *Handlers) showTemplate(ctx context.Context, r *request) error {
	t, err := h.aTemplate(ctx, r)
	if err != nil {
		return err
	}
	html, k, err := h.templateCard(ctx, r, t)
	if err != nil {
		return err
	}
	return r.edit(ctx, html, k)
}

// templateCard is what a template holds, and what can be done with it.
func (h *Handlers) templateCard(ctx context.Context, r *request, t ward.Template) (string, bot.Keyboard, error) {
	to, err := h.audienceName(ctx, r, t.Draft.Audience)
	if err != nil {
		return "", nil, err
	}
	html := r.t.HTML("template.card", locales.Args{
		"Name": t.Name, "Kind": kindWord(r.t, t.Draft.Kind), "Title": sentence(t.Draft.Title, 100), "To": to,
		"Attached": attached(r.t, t.Draft.Media), "Report": formWords(r.t, t.Draft),
	})
	return html, bot.Keyboard{
		{button(r.t.Plain("btn.use_template"), "tpluse", t.ID), button(r.t.Plain("btn.look"), "tpllk", t.ID)},
		{button(r.t.Plain("btn.template_rename"), "tplren", t.ID), button(r.t.Plain("btn.delete"), "tplask", t.ID)},
		{button(r.t.Plain("btn.back"), "tpls")},
	}, nil
}

// useTemplate begins a bulletin that says what the template does.
func (h *Handlers) useTemplate(ctx context.Context, r *request) error {
	t, err := h.aTemplate(ctx, r)
	if err != nil {
		return err
	}
	c, err := h.newSheet(ctx, r, stepCard, h.sheetOfTemplate(t))
	if err != nil {
		return err
	}
	r.toast(ctx, "")
	r.anew = true // the template stays
	return h.showSheet(ctx, r, c)
}

func (h *Handlers) sheetOfTemplate(t ward.Template) sheet {
	s := sheetOf(t.Draft)
	if s.Kind.HasDeadline() {
		day := ward.DayOf(h.Now(), h.Zone).Add(t.Deadline.Days)
		if s.Deadline = t.Deadline.At.On(day, h.Zone); s.Deadline.Sub(h.Now()) < time.Hour {
			s.Deadline = t.Deadline.At.On(day.Add(1), h.Zone)
		}
	}
	return s
}

// lookAtTemplate shows what would be sent today.
func (h *Handlers) lookAtTemplate(ctx context.Context, r *request) error {
	t, err := h.aTemplate(ctx, r)
	if err != nil {
		return err
	}
	r.toast(ctx, "")
	_, err = h.showPreview(ctx, r, h.bulletin(r, h.sheetOfTemplate(t)))
	return err
}

func (h *Handlers) askDropTemplate(ctx context.Context, r *request) error {
	t, err := h.aTemplate(ctx, r)
	if err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("template.sure", locales.Args{"Name": t.Name}), bot.Keyboard{
		{button(r.t.Plain("btn.template_drop"), "tplrm", t.ID), button(r.t.Plain("btn.back"), "tplone", t.ID)},
	})
}

func (h *Handlers) dropTemplate(ctx context.Context, r *request) error {
	if err := h.store.DropTemplate(ctx, r.arg(0)); err != nil {
		return err
	}
	h.Log.Info("template dropped", "template", r.arg(0), "by", r.from.ID)
	r.toast(ctx, r.t.Plain("toast.template_dropped"))
	r.args = nil
	return h.listTemplates(ctx, r)
}

// keepDraft asks for the name under which the bulletin under way is kept.
func (h *Handlers) keepDraft(ctx context.Context, r *request) error {
	_, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	return h.askTemplateName(ctx, r, h.bulletin(r, s))
}

// keepSent asks for the name under which a bulletin that was sent is kept.
func (h *Handlers) keepSent(ctx context.Context, r *request) error {
	b, err := h.store.Bulletin(ctx, r.arg(0))
	if err != nil {
		return err
	}
	if !correctable(b) {
		return errOldButton
	}
	return h.askTemplateName(ctx, r, b)
}

// askTemplateName begins the naming of a new template. The conversation holds
// the template itself.
func (h *Handlers) askTemplateName(ctx context.Context, r *request, b ward.Bulletin) error {
	t := ward.TemplateOf(b, h.Zone)
	t.Key = rand.Text()
	if r.role == ward.RoleWardCoordinator {
		t.WardID = r.me.ChargeID
	}
	return h.beginNaming(ctx, r, t)
}

// renameTemplate asks for another name.
func (h *Handlers) renameTemplate(ctx context.Context, r *request) error {
	t, err := h.aTemplate(ctx, r)
	if err != nil {
		return err
	}
	return h.beginNaming(ctx, r, t)
}

func (h *Handlers) beginNaming(ctx context.Context, r *request, t ward.Template) error {
	c := storage.Conversation{Flow: flowTemplate}
	if err := pack(&c, stepText, t); err != nil {
		return err
	}
	r.toast(ctx, "")
	r.anew = true // the card stays
	return h.showNaming(ctx, r, &c)
}

// showNaming asks for the name, or shows what has it now.
func (h *Handlers) showNaming(ctx context.Context, r *request, c *storage.Conversation) error {
	t := unpack[ward.Template](*c)
	cancel := button(r.t.Plain("btn.cancel"), "tploff")
	switch {
	case c.Step == stepCard:
		html, k, err := h.templateCard(ctx, r, t)
		if err != nil {
			return err
		}
		return r.step(ctx, c, html, k)
	case t.ID != 0:
		return r.step(ctx, c, r.t.HTML("template.rename", locales.Args{"Name": t.Name}), bot.Keyboard{{cancel}})
	}
	return r.step(ctx, c, r.t.HTML("template.name"), bot.Keyboard{{button(r.t.Plain("btn.template_title"), "tpltit"), cancel}})
}

// namingInput is the name.
func (h *Handlers) namingInput(ctx context.Context, r *request, c *storage.Conversation) error {
	if c.Step == stepCard { // it has its name: this is for something else
		if err := h.store.EndConversation(ctx, r.chat, flowTemplate); err != nil {
			return err
		}
		return h.words(ctx, r)
	}
	return h.name(ctx, r, c, ward.CleanLine(r.text()))
}

// nameByTitle takes the title for the name.
func (h *Handlers) nameByTitle(ctx context.Context, r *request) error {
	c, err := r.conversation(ctx, flowTemplate)
	if err != nil {
		return err
	}
	if c.Step != stepText {
		return errOldButton
	}
	return h.name(ctx, r, c, sentence(unpack[ward.Template](*c).Draft.Title, maxTemplateName/2))
}

// name keeps a template under a name, or gives it another one.
func (h *Handlers) name(ctx context.Context, r *request, c *storage.Conversation, name string) error {
	switch over := ward.Units(name) - maxTemplateName; {
	case name == "":
		return ward.ErrEmpty
	case over > 0:
		return &ward.LengthError{Over: over}
	}
	t := unpack[ward.Template](*c)
	t.Name = name
	var err error
	if t.ID == 0 {
		t, err = h.store.AddTemplate(ctx, t)
	} else {
		err = h.store.RenameTemplate(ctx, t.ID, name)
	}
	if errors.Is(err, ward.ErrNotFound) {
		err = errTemplateGone
	}
	if err != nil {
		return err
	}
	h.Log.Info("template kept", "template", t.ID, "by", r.from.ID)
	r.toast(ctx, r.t.Plain("toast.template_kept"))
	if err := pack(c, stepCard, t); err != nil {
		return err
	}
	return h.showNaming(ctx, r, c)
}

// dropNaming leaves the name as it is, or the template unmade.
func (h *Handlers) dropNaming(ctx context.Context, r *request) error {
	if _, err := r.conversation(ctx, flowTemplate); err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowTemplate); err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("help.cancelled"), nil)
}

// templateArea is of the template that a button names, namingArea of the one
// that a name is asked for.
func (h *Handlers) templateArea(ctx context.Context, r *request) (ward.Area, error) {
	t, err := h.aTemplate(ctx, r)
	return ward.In(t.WardID), err
}

func (h *Handlers) namingArea(ctx context.Context, r *request) (ward.Area, error) {
	c, err := h.store.Conversation(ctx, r.chat, flowTemplate)
	return ward.In(unpack[ward.Template](c).WardID), err
}
