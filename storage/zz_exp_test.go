package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand"
	"path/filepath"
	"testing"
	"time"
)

func TestExp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.db")
	s, err := Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	var v any
	s.db.QueryRow("PRAGMA wal_autocheckpoint").Scan(&v)
	fmt.Println("autockpt", v)
	s.db.Exec("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<200000) INSERT INTO delivery (bulletin_id, person_id, part, ward_id, group_id, state) SELECT b.value, i, 0, i%300, 1000+i%300, 2 FROM n, json_each('[1,2,3,4,5,6,7,8]') b")
	perm := rand.Perm(200000)
	run := func(name string, b int, do func(tx *sql.Tx, people []int)) {
		var tDo, tCommit time.Duration
		for i := 0; i < len(perm); i += 256 {
			part := perm[i:min(i+256, len(perm))]
			t0 := time.Now()
			tx, _ := s.db.Begin()
			do(tx, part)
			t1 := time.Now()
			tx.Commit()
			tDo += t1.Sub(t0)
			tCommit += time.Since(t1)
		}
		fmt.Printf("%-30s do %.2f us  commit %.2f us\n", name, float64(tDo.Microseconds())/200000, float64(tCommit.Microseconds())/200000)
	}
	queryrow := func(b int) func(tx *sql.Tx, people []int) {
		return func(tx *sql.Tx, people []int) {
			for _, p := range people {
				var w, g int64
				if err := tx.QueryRowContext(ctx, answerSQL, 1, 1689000000000, 0, b, p+1).Scan(&w, &g); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	run("queryrow", 1, queryrow(1))
	run("exec values", 2, func(tx *sql.Tx, people []int) {
		for _, p := range people {
			if _, err := tx.ExecContext(ctx, "INSERT INTO answer (bulletin_id, person_id, ward_id, group_id, answer, at, late) VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT DO NOTHING", 2, p+1, p%300, 1000+p%300, 1, 1689000000000, 0); err != nil {
				t.Fatal(err)
			}
		}
	})
	run("exec insert select", 3, func(tx *sql.Tx, people []int) {
		for _, p := range people {
			if _, err := tx.ExecContext(ctx, "INSERT INTO answer (bulletin_id, person_id, ward_id, group_id, answer, at, late) SELECT bulletin_id, person_id, ward_id, group_id, $1, $2, $3 FROM delivery WHERE bulletin_id = $4 AND person_id = $5 AND part = 0 AND state IN (1, 2) ON CONFLICT (bulletin_id, person_id) DO NOTHING", 1, 1689000000000, 0, 3, p+1); err != nil {
				t.Fatal(err)
			}
		}
	})
	jsonSQL := `INSERT INTO answer (bulletin_id, person_id, ward_id, group_id, answer, at, late)
		SELECT d.bulletin_id, d.person_id, d.ward_id, d.group_id, t.value->>2, t.value->>3, t.value->>4
		FROM json_each($1) t JOIN delivery d ON d.bulletin_id = t.value->>0 AND d.person_id = t.value->>1 AND d.part = 0
		WHERE d.state IN (1, 2)
		ON CONFLICT (bulletin_id, person_id) DO NOTHING
		RETURNING bulletin_id, person_id, ward_id, group_id`
	jsonrun := func(b int) func(tx *sql.Tx, people []int) {
		return func(tx *sql.Tx, people []int) {
			var rows [][5]int64
			for _, p := range people {
				rows = append(rows, [5]int64{int64(b), int64(p + 1), 1, 1689000000000, 0})
			}
			j, _ := json.Marshal(rows)
			r, err := tx.QueryContext(ctx, jsonSQL, string(j))
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for r.Next() {
				var a, b, c, d int64
				r.Scan(&a, &b, &c, &d)
				n++
			}
			r.Close()
			if n != len(people) {
				t.Fatal(n)
			}
		}
	}
	run("json", 4, jsonrun(4))
	up := func(tx *sql.Tx, people []int) {
		for i := range people {
			if _, err := tx.ExecContext(ctx, countSQL, 5, i%172, i/172, 20230710, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	run("tally upsert", 5, up)
	run("tally upsert again", 5, up)
	run("tally upsert small", 5, func(tx *sql.Tx, people []int) {
		for i := range people {
			if _, err := tx.ExecContext(ctx, "INSERT INTO tally (bulletin_id, ward_id, group_id, day, done) VALUES ($1,$2,$3,$4,$5) ON CONFLICT (bulletin_id, ward_id, group_id) DO UPDATE SET done = done + excluded.done", 5, i%172, i/172, 20230710, 1); err != nil {
				t.Fatal(err)
			}
		}
	})
	run("tally update small", 5, func(tx *sql.Tx, people []int) {
		for i := range people {
			if _, err := tx.ExecContext(ctx, "UPDATE tally SET done=done+$1 WHERE bulletin_id=$2 AND ward_id=$3 AND group_id=$4", 1, 5, i%172, i/172); err != nil {
				t.Fatal(err)
			}
		}
	})
	tj := `INSERT INTO tally (bulletin_id, ward_id, group_id, day, sent, unreachable, failed, unknown, cancelled, done, late, not_today, reports, households)
	SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, value->>9, value->>10, value->>11, value->>12, value->>13 FROM json_each($1) WHERE 1=1 ON CONFLICT (bulletin_id, ward_id, group_id) DO UPDATE SET ` + addCounters
	run("tally json", 5, func(tx *sql.Tx, people []int) {
		var rows [][14]int64
		for i := range people {
			rows = append(rows, [14]int64{5, int64(i % 172), int64(i / 172), 20230710, 0, 0, 0, 0, 0, 1})
		}
		j, _ := json.Marshal(rows)
		if _, err := tx.ExecContext(ctx, tj, string(j)); err != nil {
			t.Fatal(err)
		}
	})
	s.db.Exec("PRAGMA wal_autocheckpoint=8000")
	run("json 8000", 6, jsonrun(6))
	run("queryrow 8000", 7, queryrow(7))
	s.Close()
}
