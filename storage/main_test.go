package storage_test

import (
	"testing"

	"wardbot/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }
