package delivery

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"wardbot/simulator"
)

// Whatever happens in whatever order, everybody gets one copy of each part in
// the end, and the counts are right.
func TestTroubleInAnyOrder(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			const people = 200
			of := newOffice(t, people, simulator.Options{Seed: seed, Latency: latency(3 * time.Millisecond)})
			random := rand.New(rand.NewPCG(seed, 3))
			b := of.publish(task, pass)
			arrived := of.arrivals()
			e := of.hire(Options{InFlight: 24})
			stop := of.start(e)
			held, faulty := false, false
			for range 15 {
				if !held { // some more letters, before the next thing happens
					for range 1 + random.IntN(20) {
						select {
						case <-arrived:
						case <-of.journal.has("bulletin sent"):
						}
					}
				}
				switch random.IntN(4) {
				case 0:
					held = !held
					if held {
						of.must(of.store.HoldBulletin(of.ctx, b.ID))
					} else {
						of.must(of.store.ReleaseBulletin(of.ctx, b.ID))
					}
				case 1:
					if !held { // every call is cut off, until the engine takes it for an outage
						of.telegram.SetFaults(simulator.Fault{Share: 1, Kind: simulator.ResetBefore})
						of.until(func() bool { _, trial := e.network.open(); return trial || of.journal.count("bulletin sent") > 0 })
						of.telegram.SetFaults()
						faulty = false
					}
				case 2:
					faulty = !faulty
					of.telegram.SetFaults()
					if faulty {
						of.telegram.SetFaults(
							simulator.Fault{Share: 0.05, Kind: simulator.ResetAfter},
							simulator.Fault{Share: 0.05, Kind: simulator.Error500},
							simulator.Fault{Share: 0.05, Kind: simulator.ResetBefore},
						)
					}
				case 3:
					stop()
					e = of.hire(Options{InFlight: 24})
					stop = of.start(e)
				}
			}
			of.telegram.SetFaults()
			if held {
				of.must(of.store.ReleaseBulletin(of.ctx, b.ID))
			}
			of.await("bulletin sent")
			stop()
			if n := of.journal.count("letter sent once more"); n > 0 {
				t.Errorf("%d letters were sent once more without proof\n%s", n, of.journal)
			}
			of.onceEach("Dọn rác ở ngõ")
			of.onceEach("Mời bà con")
			if p := of.progress(b); p.Sent != people {
				t.Errorf("progress: %+v", p)
			}
			wrong, err := of.store.CheckTallies(of.ctx)
			of.must(err)
			for _, w := range wrong {
				t.Error(w)
			}
		})
	}
}
