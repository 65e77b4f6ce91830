package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wardbot/simulator"
	"wardbot/storage"
)

// start runs the program as a person would, with these settings, and returns
// what it wrote and its exit code. It is stopped after a while, if it lives.
func start(t *testing.T, getenv func(string) string, args ...string) (written string, code int) {
	t.Helper()
	t.Chdir(t.TempDir())
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var out strings.Builder
	err := run(surroundings{ctx: ctx, getenv: getenv, out: &out, log: &out}, args)
	return out.String(), exitCode(err)
}

// TestWhatAnOperatorReads: each mistake is one clear line with its cure.
func TestWhatAnOperatorReads(t *testing.T) {
	telegram := simulator.New(simulator.Options{})
	url, err := telegram.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer telegram.Close()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "no-database"), []byte("just words, but quite a lot of them, more than a header has"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		env  []string
		args []string
		code int
		want []string
	}{
		{"nothing is set", []string{"TELEGRAM_BOT_TOKEN", "", "ORG_NAME", "", "ORG_CONTACT", ""}, nil, 2, []string{"TELEGRAM_BOT_TOKEN: is missing; ask @BotFather", "ORG_NAME: is missing"}},
		{"a wrong token", []string{"TELEGRAM_API_URL", url}, nil, 2, []string{"telegram does not accept TELEGRAM_BOT_TOKEN", "@BotFather"}},
		{"nobody answers", []string{"TELEGRAM_API_URL", "http://127.0.0.1:1"}, nil, 1, []string{"telegram can't be reached at http://127.0.0.1:1", "check the network"}},
		{"no such folder", []string{"DATABASE_URL", "file:/no/such/folder/wardbot.db"}, nil, 1, []string{"DATABASE_URL: ", "/no/such/folder"}},
		{"not a database", []string{"DATABASE_URL", "file:" + filepath.Join(folder, "no-database")}, nil, 1, []string{"DATABASE_URL: "}},
		{"no PostgreSQL", []string{"DATABASE_URL", "postgres://127.0.0.1:1/x?connect_timeout=1"}, nil, 1, []string{"DATABASE_URL: "}},
		{"no places file", []string{"PLACES_FILE", "missing.csv"}, nil, 2, []string{"PLACES_FILE: ", "missing.csv"}},
		{"no such command", nil, []string{"dance"}, 2, []string{"dance", "--help"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			settings := env(append([]string{"TELEGRAM_API_URL", url}, tt.env...)...)
			written, code := start(t, settings, tt.args...)
			if code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			for _, want := range tt.want {
				if !strings.Contains(written, want) {
					t.Errorf("%q is not in what was written:\n%s", want, written)
				}
			}
			if strings.Contains(written, settings("TELEGRAM_BOT_TOKEN")) && settings("TELEGRAM_BOT_TOKEN") != "" {
				t.Error("the token was written out")
			}
		})
	}
}

// TestSecondProgramOnAFile: both would send everything.
func TestSecondProgramOnAFile(t *testing.T) {
	telegram := simulator.New(simulator.Options{})
	url, err := telegram.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer telegram.Close()
	file := filepath.Join(t.TempDir(), "wardbot.db")
	first, err := storage.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	seat, err := first.TakeSeat(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer seat.Close()
	settings := env("TELEGRAM_API_URL", url, "TELEGRAM_BOT_TOKEN", telegram.Token(), "DATABASE_URL", "file:"+file)
	written, code := start(t, settings)
	if code != 2 || !strings.Contains(written, "DATABASE_URL: serve "+file+": another wardbot runs on this database: stop it first") {
		t.Errorf("exit code %d:\n%s", code, written)
	}
	if n := telegram.Calls()["getUpdates"]; n != 0 {
		t.Errorf("polled %d times", n)
	}
	if written, code := start(t, settings, "places", "list"); code != 0 {
		t.Errorf("other commands work meanwhile: exit code %d:\n%s", code, written)
	}
}

func TestBrokenEnvFile(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile(".env", []byte("THIS IS = not\n a setting\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	err := run(surroundings{ctx: t.Context(), getenv: env(), out: &out, log: &out}, []string{"version"})
	if exitCode(err) != 2 || !strings.Contains(out.String(), ".env can't be read") {
		t.Errorf("exit code %d:\n%s", exitCode(err), out.String())
	}
}

func TestDemo(t *testing.T) {
	written, code := start(t, env(), "demo", "--once", "--people", "60")
	if code != 0 {
		t.Fatalf("exit code %d:\n%s", code, written)
	}
	for _, want := range []string{"Checked:", "Mỹ Đình 1", "Tổng cộng"} {
		if !strings.Contains(written, want) {
			t.Errorf("%q is not in what was written:\n%s", want, written)
		}
	}
}

func TestRedrawPlaces(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	settings := env("DATABASE_URL", "file:"+filepath.Join(folder, "wardbot.db"))
	places := write("places.csv", "ward,group\nMỹ Đình 1,Tổ 1\nMỹ Đình 1,Tổ 2\nMỹ Đình 2,Tổ 1\nCầu Diễn,Tổ 1\nCầu Diễn,Tổ 2\n")
	for _, tt := range []struct {
		args []string
		want string
		code int
	}{
		{[]string{"import", places}, "there are 3 wards and 5", 0},
		{[]string{"merge", "my dinh", "--into", "Từ Liêm"}, `"my dinh" may be Mỹ Đình 1 or Mỹ Đình 2; write the whole name`, 2},
		{[]string{"merge", "Xyz", "--into", "Từ Liêm"}, `there is no ward "Xyz"`, 2},
		{[]string{"merge", "md1", "--into", "my dinh 1"}, "can't go into itself", 2},
		{[]string{"merge", "my dinh 1", "my dinh 2", "--into", "Từ Liêm"}, "2 wards are no more, 3 groups and 0 people have moved\nthere are 2 wards and 5", 0},
		{[]string{"split", "cau dien", write("bad.csv", "group,ward\n9,Từ Liêm\n1,\n2,A\nTổ 2,B\n")}, "line 2: \"9\" is no group of this ward\nline 3: the ward is missing\nline 5: the same group as line 4", 2},
		{[]string{"split", "cau dien", write("taken.csv", "2,Từ Liêm\n")}, "give the group another name", 2},
		{[]string{"split", "cau dien", write("good.csv", "group,ward,name\n2,Từ Liêm,Tổ 22\n")}, "0 wards are no more, 1 groups", 0},
		{[]string{"list"}, "Từ Liêm,Tổ 22", 0},
	} {
		if written, code := start(t, settings, append([]string{"places"}, tt.args...)...); code != tt.code || !strings.Contains(written, tt.want) {
			t.Errorf("%v: exit code %d:\n%s", tt.args, code, written)
		}
	}
}

func TestPeopleImport(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	settings := env("DATABASE_URL", "file:"+filepath.Join(folder, "wardbot.db"))
	if written, code := start(t, settings, "places", "import", write("places.csv", "ward,group\nMỹ Đình 1,Tổ 12\n")); code != 0 {
		t.Fatal(written)
	}
	good := write("good.csv", "Tổ;Họ tên;Phường\n12;Nguyễn Thị Hạnh;my dinh 1\n;Trần Lan;Mỹ Đình 1\n")
	for _, tt := range []struct {
		file, want string
		code       int
	}{
		{good, "2 people added to the list, 0 were known already", 0},
		{good, "0 people added to the list, 2 were known already", 0},
		{write("bad.csv", "Họ tên,Phường\n,Mỹ Đình 1\nLan,Cầu Giấy\n"), "Row 2: the name is missing. Fill it in, or delete the row.\nRow 3: there is no ward “Cầu Giấy”.", 2},
		{"missing.xlsx", "missing.xlsx", 2},
	} {
		if written, code := start(t, settings, "people", "import", tt.file); code != tt.code || !strings.Contains(written, tt.want) {
			t.Errorf("exit code %d: %s", code, written)
		}
	}
}

// writeSample writes the sample district into a file and returns its name.
func writeSample(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "places.csv")
	if err := os.WriteFile(file, samplePlaces, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestPlacesAndVersion(t *testing.T) {
	file := writeSample(t)
	settings := env("DATABASE_URL", "file:"+filepath.Join(t.TempDir(), "wardbot.db"))
	for _, want := range []string{"149 places added; there are 10 wards and 139", "0 places added"} {
		if written, code := start(t, settings, "places", "import", file); code != 0 || !strings.Contains(written, want) {
			t.Errorf("exit code %d: %s", code, written)
		}
	}
	if written, code := start(t, settings, "places", "list"); code != 0 || strings.Count(written, "\n") != 150 {
		t.Errorf("exit code %d: %s", code, written)
	}
	if written, code := start(t, settings, "version"); code != 0 || !strings.HasPrefix(written, "wardbot dev, schema ") {
		t.Errorf("exit code %d: %s", code, written)
	}
}
