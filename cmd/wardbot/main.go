// Command wardbot is a Telegram bot for community volunteers in Vietnam's
// wards. See README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a small server may have no time zones of its own

	"github.com/alecthomas/kong"
)

// version is set by the Makefile.
var version = "dev"

// usage marks an error that whoever started the program can mend in the
// settings or on the command line; it ends with exit code 2.
type usage struct{ error }

func (u usage) Unwrap() error { return u.error }

// commands is the command line: one field a command, each in a file of its own.
type commands struct {
	Serve   serveCommand   `cmd:"" default:"1" help:"Run the bot (the default)."`
	Demo    demoCommand    `cmd:"" help:"Watch 2,223 pretend volunteers use the real bot: no token, no network."`
	Load    loadCommand    `cmd:"" help:"Measure what the program promises, against a simulated Telegram."`
	Places  placesCommand  `cmd:"" help:"Wards and residential groups."`
	People  peopleCommand  `cmd:"" help:"Lists of people who are expected to register."`
	Report  reportCommand  `cmd:"" help:"Write the numbers of a week, a month or a year as text, pictures and spreadsheet."`
	Check   checkCommand   `cmd:"" help:"Say whether all that the bot needs is there, and what to do if not."`
	Webhook webhookCommand `cmd:"" help:"How updates come from Telegram."`
	Texts   textsCommand   `cmd:"" help:"Print every message in both languages."`
	Version versionCommand `cmd:"" help:"Print version and database schema."`
}

// surroundings is what a command may use of the world.
type surroundings struct {
	ctx    context.Context
	getenv func(string) string
	out    io.Writer // what the command is asked for
	log    io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(surroundings{ctx: ctx, getenv: os.Getenv, out: os.Stdout, log: os.Stderr}, os.Args[1:])
	stop()
	os.Exit(exitCode(err))
}

func exitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.As(err, new(usage)):
		return 2
	}
	return 1
}

// run runs one command and says what went wrong in clear words.
func run(s surroundings, args []string) error {
	helped := false
	parser, err := kong.New(&commands{}, kong.Name("wardbot"), kong.Writers(s.out, s.log), kong.Exit(func(int) { helped = true }),
		kong.Description("A Telegram bot for community volunteers in Vietnam's wards."))
	if err != nil {
		return err
	}
	cmd, err := parser.Parse(args)
	if helped {
		return nil
	}
	if err != nil {
		err = usage{fmt.Errorf("wardbot: %w; see wardbot --help", err)}
	} else if err = loadEnv(); err != nil {
		err = usage{err}
	} else {
		err = cmd.Run(&s)
	}
	if err != nil {
		fmt.Fprintln(s.log, err)
	}
	return err
}

// logger writes what an operator needs, in the format they chose.
func logger(w io.Writer, c config) *slog.Logger {
	o := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
