package delivery

import (
	"testing"
	"time"

	"wardbot/simulator"
)

// BenchmarkEngine sends to 20,000 people without a limit over a network of
// 5 ms, every result durable. The simulator runs on the same processors.
func BenchmarkEngine(b *testing.B) {
	const people = 20_000
	of := newOffice(b, people, simulator.Options{Latency: latency(5 * time.Millisecond)})
	for b.Loop() {
		of.journal.forget()
		of.publish(news)
		began := time.Now()
		stop := of.start(of.hire(Options{}))
		of.await("bulletin sent")
		b.ReportMetric(people/time.Since(began).Seconds(), "deliveries/s")
		stop()
	}
}
