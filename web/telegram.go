package web

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
)

const (
	// maxUpdate is how big an update may be; Telegram's own are much smaller.
	maxUpdate = 1 << 20

	// secretHeader comes with every request of a webhook that has a secret
	// (Bot API: setWebhook).
	secretHeader = "X-Telegram-Bot-Api-Secret-Token"

	// comeBack is how many seconds Telegram is asked to wait when an update
	// cannot be stored. It honours that (tdlib/telegram-bot-api
	// WebhookActor.cpp:619-649).
	comeBack = "5"
)

// Receive takes updates at /telegram from whoever knows the secret. Keep must
// have stored an update when it returns nil: then it is confirmed, and
// Telegram forgets it. After an error Telegram sends the update again.
func (s *Site) Receive(secret string, keep func(ctx context.Context, raw []byte) error) {
	want := sha256.Sum256([]byte(secret))
	s.mux.HandleFunc("POST /telegram", func(w http.ResponseWriter, r *http.Request) {
		// Sums are compared, so that not even the length can be found out.
		if got := sha256.Sum256([]byte(r.Header.Get(secretHeader))); secret == "" || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			http.Error(w, "the secret is wrong", http.StatusUnauthorized)
			return
		}
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpdate))
		if tooBig := new(http.MaxBytesError); errors.As(err, &tooBig) {
			http.Error(w, "the update is too big", http.StatusRequestEntityTooLarge)
			return
		}
		if err == nil {
			err = keep(r.Context(), raw)
		}
		if err != nil {
			w.Header().Set("Retry-After", comeBack)
			http.Error(w, "the update can't be stored now", http.StatusServiceUnavailable)
		}
	})
}
