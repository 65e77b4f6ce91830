package storage_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// SQLite takes $n for a name and numbers names as they first appear, so
// "$2, $1" comes back swapped there. Every query must therefore use $1, $2, …
// for the first time in this order.
func TestParametersAppearInOrder(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	specs, values := []*ast.ValueSpec{}, map[string]ast.Expr{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
				specs, values[spec.Names[0].Name] = append(specs, spec), spec.Values[0]
			}
			return true
		})
	}
	for _, spec := range specs {
		seen += min(1, checkOrder(t, spec.Names[0].Name, text(spec.Values[0], values)))
	}
	if seen < 50 {
		t.Errorf("found %d queries with parameters only: does this test still read them?", seen)
	}
}

// checkOrder returns how many parameters a query has.
func checkOrder(t *testing.T, name, query string) (params int) {
	for _, m := range regexp.MustCompile(`\$(\d+)`).FindAllStringSubmatch(query, -1) {
		n, _ := strconv.Atoi(m[1])
		if n > params+1 {
			t.Errorf("%s: $%d comes before $%d", name, n, params+1)
		}
		params = max(params, n)
	}
	return params
}

// text joins the literals of an expression and of the constants named in it.
func text(e ast.Expr, named map[string]ast.Expr) string {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		return text(e.X, named) + text(e.Y, named)
	case *ast.BasicLit:
		s, _ := strconv.Unquote(e.Value)
		return s
	case *ast.Ident:
		return text(named[e.Name], named)
	}
	return ""
}

// Both engines have the same tables with the same columns.
func TestMigrationsAgree(t *testing.T) {
	tables := func(engine string) map[string]string {
		all := map[string]string{}
		files, err := os.ReadDir("migrations/" + engine)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			sql, err := os.ReadFile("migrations/" + engine + "/" + f.Name())
			if err != nil {
				t.Fatal(err)
			}
			up, _, _ := strings.Cut(string(sql), "-- +goose Down")
			for _, m := range regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\)`).FindAllStringSubmatch(up, -1) {
				columns := regexp.MustCompile(`(?m)^ {4}([a-z_]+) `).FindAllString(m[2], -1)
				all[f.Name()+" "+m[1]] = strings.Join(columns, "")
			}
		}
		return all
	}
	sqlite, postgres := tables("sqlite"), tables("postgres")
	if len(sqlite) == 0 || len(sqlite) != len(postgres) {
		t.Fatalf("%d tables on SQLite, %d on PostgreSQL", len(sqlite), len(postgres))
	}
	for table, columns := range sqlite {
		if postgres[table] != columns {
			t.Errorf("%s: %s on SQLite, %s on PostgreSQL", table, columns, postgres[table])
		}
	}
}
