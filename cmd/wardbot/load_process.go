package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
)

// pace is how the bot runs while it is measured.
type pace struct {
	rate    float64       // messages a second; 0 = no limit
	grace   time.Duration // as of serve
	webhook bool          // updates come that way, else they are polled
}

// bot runs the whole bot in a process of its own until the ground is closed,
// so that what is measured shares nothing with the pretend Telegram but the
// processors.
func (g *ground) bot(p pace) error {
	debug.SetGCPercent(400) // the pretend Telegram keeps every message there ever was
	env, args := []string{fmt.Sprintf("SEND_RATE=%g", p.rate), fmt.Sprintf("PAID_BROADCAST=%t", p.rate > 30)}, []string{"serve", "--grace", p.grace.String()}
	if p.rate == 0 {
		env, args = nil, append(args, "--unlimited")
	}
	if p.webhook {
		addr, err := freePort(g)
		if err != nil {
			return err
		}
		env = append(env, byWebhook(addr)...)
		g.telegram.ForwardTo("http://" + addr)
	}
	child, err := g.processWith(env, args...)
	if err != nil {
		return err
	}
	go func() {
		<-child.ended
		g.fail(fmt.Errorf("the bot ended: %s", child.ProcessState))
	}()
	g.closers = append(g.closers, func() error { child.stop(); return nil })
	return nil
}

// byWebhook are the settings with which updates come to an address.
func byWebhook(addr string) []string {
	return []string{"HTTP_ADDR=" + addr, "PUBLIC_URL=https://wardbot.example", "WEBHOOK_SECRET=load-load-load-load"}
}

// process is this very program, running once more.
type process struct {
	*exec.Cmd
	ended chan struct{} // closed when it has; ProcessState says how
}

// process starts the program with the settings of the ground.
func (g *ground) process(args ...string) (*process, error) { return g.processWith(nil, args...) }

// processWith starts it with more settings.
func (g *ground) processWith(env []string, args ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(g.ctx, self, args...)
	c.Dir = filepath.Dir(strings.TrimPrefix(g.database, "file:")) // where there is no .env
	if !strings.HasPrefix(g.database, "file:") {
		c.Dir = os.TempDir()
	}
	c.Env = append(os.Environ(),
		"TELEGRAM_BOT_TOKEN="+g.telegram.Token(), "TELEGRAM_API_URL="+g.url, "DATABASE_URL="+g.database,
		"ORG_NAME="+g.sample.Org, "ORG_CONTACT="+g.sample.Contact, "SEND_RATE=30", "LOG_LEVEL=error", "HTTP_ADDR=", "PLACES_FILE=", "ADMIN_IDS=", "QUIET_HOURS=off",
	)
	c.Env = append(c.Env, env...)
	c.Stderr = os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // it shall not outlive us
	if err := c.Start(); err != nil {
		return nil, err
	}
	p := &process{Cmd: c, ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		c.Wait() //nolint:errcheck // ProcessState has it
	}()
	return p, nil
}

// stop asks the process to end, and waits until it has.
func (p *process) stop() {
	if p.Process.Signal(syscall.SIGTERM) == nil {
		<-p.ended
	}
}

// kill ends the process with SIGKILL, in the middle of whatever it does.
func (p *process) kill() error {
	if err := p.Process.Kill(); err != nil {
		return err
	}
	<-p.ended
	return nil
}
