package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	dir := t.TempDir()
	database := "file:" + filepath.Join(dir, "wardbot.db")
	places := filepath.Join(dir, "places.csv")
	if err := os.WriteFile(places, []byte("ward,group\nMỹ Đình 1,Tổ 1\nMỹ Đình 2,Tổ 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	settings := env("DATABASE_URL", database, "TELEGRAM_BOT_TOKEN", "")
	if written, code := start(t, settings, "places", "import", places); code != 0 {
		t.Fatal(written)
	}
	for _, tt := range []struct {
		name  string
		args  []string
		code  int
		says  string
		files []string
	}{
		{"a week", []string{"--week", "2023-W28"}, 0, "bao-cao-tuan-28-2023.xlsx", []string{
			"bao-cao-tuan-28-2023-bars.png", "bao-cao-tuan-28-2023-card.png", "bao-cao-tuan-28-2023-days.png", "bao-cao-tuan-28-2023-weeks.png",
			"bao-cao-tuan-28-2023.csv", "bao-cao-tuan-28-2023.txt", "bao-cao-tuan-28-2023.xlsx",
		}},
		{"a ward", []string{"--month", "2023-07", "--ward", "my dinh 1"}, 0, "bao-cao-thang-7-2023-my-dinh-1.xlsx", nil},
		{"a year with names", []string{"--year", "2023", "--names"}, 0, "bao-cao-nam-2023.csv", nil},
		{"for everybody", []string{"--week", "2023-W28", "--public"}, 0, "cong-bo-tuan-28-2023.html", []string{
			"cong-bo-tuan-28-2023.csv", "cong-bo-tuan-28-2023.html",
		}},
		{"for everybody, of a small ward", []string{"--week", "2023-W28", "--public", "--ward", "my dinh 1"}, 2, "fewer than 5 people", nil},
		{"for everybody, with names", []string{"--week", "2023-W28", "--public", "--names"}, 2, "names nobody", nil},
		{"no such week", []string{"--week", "2023-W60"}, 2, "a week looks like 2023-W28", nil},
		{"a month as a week", []string{"--week", "2023-07"}, 2, "a week looks like 2023-W28", nil},
		{"no period", nil, 2, "--week", nil},
		{"two periods", []string{"--week", "2023-W28", "--year", "2023"}, 2, "--week", nil},
		{"no such ward", []string{"--week", "2023-W28", "--ward", "Cầu Giấy"}, 2, "there is no ward", nil},
		{"two wards", []string{"--week", "2023-W28", "--ward", "my dinh"}, 2, "Mỹ Đình 1 or Mỹ Đình 2", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "new")
			written, code := start(t, settings, append([]string{"report", "--out", out}, tt.args...)...)
			if code != tt.code || !strings.Contains(written, tt.says) {
				t.Errorf("exit code %d: %s", code, written)
			}
			if tt.files == nil {
				return
			}
			var got []string
			all, err := os.ReadDir(out)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range all {
				got = append(got, f.Name())
			}
			if !slices.Equal(got, tt.files) {
				t.Errorf("files %q", got)
			}
		})
	}
}
