package handlers

import (
	"context"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// The steps of saying what a task asks to be reported.
const (
	stepForm   = "form"
	stepFigure = "figure" // what is to be counted
	stepChoice = "choice" // a question and its options
)

// askForm shows what the task asks to be reported.
func (h *Handlers) askForm(ctx context.Context, r *request) error {
	return h.changeForm(ctx, r, stepForm, func(f ward.Form) (ward.Form, error) { return f, nil })
}

// usualForm is households, then words or photos.
func (h *Handlers) usualForm(ctx context.Context, r *request) error {
	return h.changeForm(ctx, r, stepForm, func(ward.Form) (ward.Form, error) { return ward.Form{}, nil })
}

// noForm asks for no report at all.
func (h *Handlers) noForm(ctx context.Context, r *request) error {
	return h.changeForm(ctx, r, stepForm, func(ward.Form) (ward.Form, error) { return ward.Form{Nothing: true}, nil })
}

// dropQuestion takes the last question away; without any, the form is the
// usual one again.
func (h *Handlers) dropQuestion(ctx context.Context, r *request) error {
	return h.changeForm(ctx, r, stepForm, func(f ward.Form) (ward.Form, error) {
		return ward.Form{Questions: f.Questions[:max(0, len(f.Questions)-1)]}, nil
	})
}

// addQuestion adds a question of the tapped kind. What is counted, and what is
// chosen among, has to be typed.
func (h *Handlers) addQuestion(ctx context.Context, r *request) error {
	switch ask := ward.Ask(r.arg(0)); ask {
	case ward.AskNumber:
		return h.changeForm(ctx, r, stepFigure, func(f ward.Form) (ward.Form, error) { return f, nil })
	case ward.AskChoice:
		return h.changeForm(ctx, r, stepChoice, func(f ward.Form) (ward.Form, error) { return f, nil })
	case ward.AskText, ward.AskPhoto:
		return h.changeForm(ctx, r, stepForm, func(f ward.Form) (ward.Form, error) { return f.With(ward.Question{Ask: ask}) })
	}
	return errOldButton
}

// addHouseholds adds the usual number.
func (h *Handlers) addHouseholds(ctx context.Context, r *request) error {
	return h.changeForm(ctx, r, stepForm, func(f ward.Form) (ward.Form, error) { return f.With(ward.Question{Ask: ward.AskNumber}) })
}

// changeForm loads the bulletin under way, changes its form and shows it.
func (h *Handlers) changeForm(ctx context.Context, r *request, step string, change func(ward.Form) (ward.Form, error)) error {
	c, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	if s.Kind != ward.KindTask {
		return errOldButton
	}
	if s.Form, err = change(s.Form); err != nil {
		return err
	}
	if err := pack(c, step, s); err != nil {
		return err
	}
	return h.showForm(ctx, r, c)
}

// showForm shows the form, or asks for what has to be typed.
func (h *Handlers) showForm(ctx context.Context, r *request, c *storage.Conversation) error {
	back := button(r.t.Plain("btn.back"), "form")
	switch c.Step {
	case stepFigure:
		return r.step(ctx, c, r.t.HTML("form.figure"), bot.Keyboard{{button(r.t.Plain("btn.ask_households"), "askhom"), back}})
	case stepChoice:
		return r.step(ctx, c, r.t.HTML("form.choice"), bot.Keyboard{{back}})
	}
	s := unpack[sheet](*c)
	k := bot.Keyboard{}
	if len(s.Form.Questions) < ward.MaxQuestions {
		k = append(k,
			[]bot.Button{button(r.t.Plain("btn.ask_number"), "ask", int64(ward.AskNumber)), button(r.t.Plain("btn.ask_choice"), "ask", int64(ward.AskChoice))},
			[]bot.Button{button(r.t.Plain("btn.ask_text"), "ask", int64(ward.AskText)), button(r.t.Plain("btn.ask_photo"), "ask", int64(ward.AskPhoto))})
	}
	if len(s.Form.Questions) > 0 {
		k = append(k, []bot.Button{button(r.t.Plain("btn.drop_question"), "unask")})
	}
	k = append(k, []bot.Button{button(r.t.Plain("btn.usual_form"), "usual"), button(r.t.Plain("btn.no_form"), "noform")},
		[]bot.Button{button(r.t.Plain("btn.finish"), "card")})
	return r.step(ctx, c, r.t.HTML("form.form", locales.Args{"Questions": strings.Join(questionList(r.t, s.Form), "\n")}), k)
}

// questionList has a line for each question.
func questionList(t *locales.Texts, f ward.Form) []string {
	if f.Nothing {
		return []string{t.Plain("form.nothing")}
	}
	var lines []string
	for i, q := range f.Asks() {
		lines = append(lines, t.Plain("form.line", locales.Args{"Number": t.Number(i + 1), "Question": questionWords(t, q)}))
	}
	return lines
}

func questionWords(t *locales.Texts, q ward.Question) string {
	switch {
	case q.Households():
		return t.Plain("form.households")
	case q.Ask == ward.AskNumber:
		return t.Plain("form.number", locales.Args{"Label": q.Label})
	case q.Ask == ward.AskChoice:
		return t.Plain("form.options", locales.Args{"Label": q.Label, "Options": strings.Join(q.Options, " / ")})
	case q.Ask == ward.AskText:
		return t.Plain("form.text")
	}
	return t.Plain("form.photo")
}

// formWords are what a task asks for, in one line; nothing for other kinds.
func formWords(t *locales.Texts, b ward.Bulletin) string {
	switch {
	case b.Kind != ward.KindTask:
		return ""
	case b.Form.Nothing:
		return t.Plain("form.nothing")
	}
	var words []string
	for _, q := range b.Form.Asks() {
		words = append(words, questionWords(t, q))
	}
	return strings.Join(words, " · ")
}

// formInput is what is to be counted, or a question with an option on each
// line below it.
func (h *Handlers) formInput(ctx context.Context, r *request, c *storage.Conversation) error {
	if c.Step == stepForm { // nothing was asked: the text of the bulletin is not meant
		return h.showForm(ctx, r, c)
	}
	s := unpack[sheet](*c)
	label, more, _ := strings.Cut(r.text(), "\n")
	q := ward.Question{Ask: ward.AskNumber, Label: ward.CleanLine(label)}
	if c.Step == stepChoice {
		q.Ask, q.Options = ward.AskChoice, optionsIn(more)
	}
	if q.Label == "" {
		return ward.ErrEmpty
	}
	if q.Ask == ward.AskNumber && households[ward.Fold(q.Label)] { // by whatever name, they are added up as one
		q.Label = ""
	}
	with, err := s.Form.With(q)
	if err != nil {
		return err
	}
	b := h.bulletin(r, s)
	b.Form = with
	if err := b.Validate(h.Links); err != nil {
		return err
	}
	s.Form = with
	if err := pack(c, stepForm, s); err != nil {
		return err
	}
	return h.showForm(ctx, r, c)
}

// optionsIn are the lines of a text that are not empty.
func optionsIn(text string) []string {
	var options []string
	for _, l := range strings.Split(text, "\n") {
		if l = ward.CleanLine(l); l != "" {
			options = append(options, l)
		}
	}
	return options
}
