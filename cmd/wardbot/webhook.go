package main

import (
	"fmt"

	"wardbot/bot"
)

type webhookCommand struct {
	Show   webhookShow   `cmd:"" help:"Say whether a webhook is set."`
	Delete webhookDelete `cmd:"" help:"Take the webhook away, so that updates are polled; what waits is kept."`
}

type webhookShow struct{}

// Run says where Telegram sends updates and how many wait.
func (webhookShow) Run(s *surroundings) error {
	line, c, err := s.line()
	if err != nil {
		return err
	}
	url, waiting, err := line.WebhookInfo(s.ctx)
	if err != nil {
		return unreachable(err, c)
	}
	if url == "" {
		url = "none, updates are polled"
	}
	fmt.Fprintf(s.out, "webhook: %s\nwaiting: %d\n", url, waiting)
	return nil
}

type webhookDelete struct{}

// Run deletes it, which only happens when somebody asks for it.
func (webhookDelete) Run(s *surroundings) error {
	line, c, err := s.line()
	if err != nil {
		return err
	}
	if err := line.DeleteWebhook(s.ctx); err != nil {
		return unreachable(err, c)
	}
	fmt.Fprintln(s.out, "the webhook is gone; updates are polled from now on")
	return nil
}

// line is the bot's line to Telegram as the settings have it.
func (s *surroundings) line(changes ...func(*config)) (*bot.Client, config, error) {
	c, err := readConfig(s.getenv)
	if err != nil {
		return nil, c, usage{err}
	}
	for _, change := range changes {
		change(&c)
	}
	line, err := bot.New(bot.Options{Token: c.Token, APIURL: c.APIURL, Rate: c.SendRate, Log: logger(s.log, c)})
	if err != nil {
		return nil, c, usage{fmt.Errorf("TELEGRAM_BOT_TOKEN: %w", err)}
	}
	return line, c, nil
}
