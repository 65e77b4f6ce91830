package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wardbot/locales"
	"wardbot/ward"
)

func TestFigures(t *testing.T) {
	all := []ward.Figure{
		{WardID: 1, Label: "suất cơm", N: 2000}, {WardID: 2, Label: "suất cơm", N: 223},
		{WardID: 1, Label: "Có <bình>?", Option: "Có", N: 12}, {WardID: 2, Label: "Có <bình>?", Option: "Không", N: 3},
		{WardID: 1, Label: "áo ấm", N: 5},
		{WardID: 2, Label: "Có <bình>?", Option: "Chưa rõ", N: 1},
	}
	for lang, want := range map[locales.Language]string{
		locales.Vietnamese: "\nsuất cơm: 2.223\nCó &lt;bình&gt;?: Có 12 · Không 3 · Chưa rõ 1\náo ấm: 5",
		locales.English:    "\nsuất cơm: 2,223\nCó &lt;bình&gt;?: Có 12 · Không 3 · Chưa rõ 1\náo ấm: 5",
	} {
		if diff := cmp.Diff(want, Figures(texts(t, lang), all)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", lang, diff)
		}
	}
	if got := Figures(texts(t, locales.Vietnamese), nil); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}
