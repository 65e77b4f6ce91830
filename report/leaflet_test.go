package report_test

import (
	"bytes"
	"testing"

	"wardbot/locales"
	"wardbot/report"
)

func TestLeaflets(t *testing.T) {
	texts, err := locales.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	one := report.Invitation{
		Org: "Ủy ban Mặt trận Tổ quốc Việt Nam phường Mỹ Đình 1", Contact: "bác Bình, 024 3765 0000", Ward: "Mỹ Đình 1", Group: "Tổ 12",
		Link: "https://t.me/wardbot_bot?start=VVDBWCPRUQGC", Until: "11/08/2023", Uses: 50,
	}
	long := one
	long.Ward, long.Group, long.Org = "", "", long.Org+" và Đoàn Thanh niên Cộng sản Hồ Chí Minh phường Mỹ Đình 1, quận Nam Từ Liêm"
	for _, lang := range locales.Languages() {
		pdf, err := report.Leaflets(texts.In(lang), []report.Invitation{one, long})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(pdf, []byte("%PDF-")) || bytes.Count(pdf, []byte("/Type /Page\n")) != 2 {
			t.Errorf("%s: %d bytes, %d pages", lang, len(pdf), bytes.Count(pdf, []byte("/Type /Page\n")))
		}
	}
}
