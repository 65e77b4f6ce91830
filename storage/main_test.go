package storage_test

import (
	"os"
	"testing"

	"wardbot/storage/storagetest"
)

func TestMain(m *testing.M) {
	if os.Getenv("WARDBOT_KEEPER") != "" {
		keeperMain()
		return
	}
	storagetest.Main(m)
}
