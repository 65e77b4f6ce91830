package spreadsheet_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"wardbot/spreadsheet"
)

// column knows the headings "a", "b" and "text".
func column(heading string) (string, bool) {
	heading = strings.ToLower(strings.TrimSpace(heading))
	return heading, heading == "a" || heading == "b" || heading == "text"
}

type row = spreadsheet.Row[string]

func TestRead(t *testing.T) {
	one := []row{{2, map[string]string{"a": "1", "text": "x, y; z"}}}
	for _, tt := range []struct {
		name, text string
		want       []row
	}{
		{"commas", "A,Text\n1,\"x, y; z\"\n", one},
		{"semicolons, though the text is full of commas", "A;Text\r\n1;\"x, y; z\"\r\n", one},
		{"tabs", "\ufeffA\tText\n1\tx, y; z", one},
		{"other columns", "No,A,Text\n7,1,\"x, y; z\"\n8,,\n", one},
		{"headings twice", "A,Text,A\n1,\"x, y; z\",2\n", one},
		{"lines in a cell are one row", "a,text\n1,\"x\ny\n\nz\"\n\n2,w\n", []row{
			{2, map[string]string{"a": "1", "text": "x\ny\n\nz"}}, {4, map[string]string{"a": "2", "text": "w"}},
		}},
		{"titles", "Plan, new\n\nJuly,,\nb,a\n,3\n", []row{{5, map[string]string{"a": "3"}}}},
		{"one column", "a\n1\n", []row{{2, map[string]string{"a": "1"}}}},
	} {
		got, err := spreadsheet.Read("x.csv", []byte(tt.text), column)
		if diff := cmp.Diff(tt.want, got.Rows); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", tt.name, err, diff)
		}
	}
}

func workbook(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadWorkbook(t *testing.T) {
	book := workbook(t, []any{"Plan"}, []any{nil}, []any{"b", "A"}, []any{"=1+1", 912345678}, []any{0.3125, nil})
	want := []row{{4, map[string]string{"b": "=1+1", "a": "912345678"}}, {5, map[string]string{"b": "0.3125"}}}
	for _, name := range []string{"Plan.XLSX", "no name"} {
		got, err := spreadsheet.Read(name, book, column)
		if diff := cmp.Diff(want, got.Rows); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestWhatIsNoTable(t *testing.T) {
	for _, tt := range []struct {
		name, file, text string
		want             error
	}{
		{"a picture", "x.csv", "\x89PNG\r\n\x1a\n\x00\x00", spreadsheet.ErrNotASheet},
		{"a broken workbook", "x.xlsx", "PK\x03\x04 and no more", spreadsheet.ErrNotASheet},
		{"UTF-16", "x.csv", "\xff\xfeH\x00o\x00", spreadsheet.ErrNotASheet},
		{"too big", "x.csv", strings.Repeat("x", spreadsheet.MaxFile+1), spreadsheet.ErrTooBig},
		{"too many", "x.csv", "a,b\n" + strings.Repeat("a,b\n", 20_001), spreadsheet.ErrTooBig},
		{"too many empty ones", "x.csv", "a,b\n" + strings.Repeat("\n", 4_000_000) + "1,2\n", spreadsheet.ErrTooBig},
		{"no headings", "x.csv", "x,y,z\n1,2,3\n", spreadsheet.ErrNoHeadings},
		{"headings far below", "x.csv", strings.Repeat("x,y\n", 10) + "a,b\n", spreadsheet.ErrNoHeadings},
		{"empty", "x.csv", "", spreadsheet.ErrNoHeadings},
	} {
		if got, err := spreadsheet.Read(tt.file, []byte(tt.text), column); !errors.Is(err, tt.want) || len(got.Rows) > 0 {
			t.Errorf("%s: %v, %d rows", tt.name, err, len(got.Rows))
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("x.csv", []byte("a,b\n1,\"2\n\n3\"\n\n4"))
	f.Add("x.csv", []byte("Title\n\na;b;text\n\";\"\";\n"))
	f.Add("x.xlsx", workbook(f, []any{"a", "b"}, []any{1, "x"}))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		got, err := spreadsheet.Read(name, content, column)
		if err != nil && (len(got.Rows) > 0 || len(got.Has) > 0) || err == nil && len(got.Has) == 0 {
			t.Errorf("%v with %d columns, %d rows", err, len(got.Has), len(got.Rows))
		}
		last := 1
		for _, r := range got.Rows {
			if r.Line <= last || len(r.Cells) == 0 {
				t.Errorf("row %d after %d: %v", r.Line, last, r.Cells)
			}
			last = r.Line
		}
	})
}

func TestMoment(t *testing.T) {
	for _, tt := range []struct {
		cell, want string
		hasDay, ok bool
	}{
		{"45119", "2023-07-12 00:00", true, true}, {"45119.8125", "2023-07-12 19:30", true, true}, {"0.3125", "1899-12-30 07:30", false, true},
		{"0.31249999", "1899-12-30 07:30", false, true}, {"7", "", false, false}, {"-1", "", false, false}, {"NaN", "", false, false},
		{"1e300", "", false, false}, {"12/07", "", false, false}, {"", "", false, false},
	} {
		at, hasDay, ok := spreadsheet.Moment(tt.cell)
		if got := at.Format("2006-01-02 15:04"); ok != tt.ok || hasDay != tt.hasDay || ok && got != tt.want {
			t.Errorf("%q: %s, %v, %v", tt.cell, got, hasDay, ok)
		}
	}
}
