// Package web is what a browser or a supervisor sees of wardbot.
package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"wardbot/storage"
)

// Site serves HTTP.
type Site struct {
	store    *storage.Store
	telegram func(context.Context) error // asks Telegram something cheap
	mux      *http.ServeMux

	mu      sync.Mutex
	asked   time.Time
	answers error
}

// New makes a site. The function says whether Telegram can be reached.
func New(store *storage.Store, telegram func(context.Context) error) *Site {
	s := &Site{store: store, telegram: telegram, mux: http.NewServeMux()}
	s.mux.HandleFunc("GET /healthz", s.healthz)
	s.mux.HandleFunc("GET /readyz", s.readyz)
	return s
}

// ServeHTTP answers one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Run serves on a listener, which it closes, until ctx ends.
func (s *Site) Run(ctx context.Context, l net.Listener) error {
	server := &http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: 64 << 10}
	stop := context.AfterFunc(ctx, func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(closing) // what is left is cut off with the process
	})
	defer stop()
	err := server.Serve(l)
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("HTTP_ADDR: %w", err)
}

// healthz says that the process lives.
func (s *Site) healthz(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }

// readyz says that database and Telegram can be reached.
func (s *Site) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	if err := s.store.Ping(ctx); err != nil {
		http.Error(w, "database can't be reached", http.StatusServiceUnavailable)
		return
	}
	if err := s.reachable(ctx); err != nil {
		http.Error(w, "telegram can't be reached", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}

// reachable asks Telegram at most once in ten seconds, whoever knocks.
func (s *Site) reachable(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.asked) > 10*time.Second {
		s.answers, s.asked = s.telegram(ctx), time.Now()
	}
	return s.answers
}
