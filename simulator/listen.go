package simulator

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Listen begins to answer at addr, such as "127.0.0.1:0", and returns the base
// URL for the bot.
func (s *Server) Listen(addr string) (url string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.listen(addr); err != nil {
		return "", fmt.Errorf("listen at %s: %w", addr, err)
	}
	s.addr = s.listener.Addr().String()
	return "http://" + s.addr, nil
}

func (s *Server) listen(addr string) error {
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), "tcp", addr)
	if err != nil {
		return err
	}
	s.listener = l
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go s.http.Serve(l) //nolint:errcheck // always returns an error, here that it was closed
	return nil
}

// Close ends all calls and people's waits, and stops listening.
func (s *Server) Close() error {
	s.close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.http == nil {
		return nil
	}
	return s.http.Close()
}

// Down kills the network (true): open connections are cut and new ones
// refused; or brings it back (false). It panics if the port was taken
// meanwhile, which no test can go on from.
func (s *Server) Down(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down == down {
		return
	}
	s.down = down
	switch {
	case s.http == nil:
	case down:
		s.http.Close()
	default:
		if err := s.listen(s.addr); err != nil {
			panic("simulator: the network can't come back: " + err.Error())
		}
	}
}

func (s *Server) isDown() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.down
}
