// Package delivery is the engine that brings letters to people. It takes
// deliveries from the outbox, sends them and records what became of them, so
// that whoever was to get a bulletin gets it exactly once, even if the
// program is killed at any moment.
//
//	                          ┌─▶ sent         it is in the chat
//	       claimed            ├─▶ unreachable  the person blocked us, or is gone
//	due ───────────▶ sending ─┼─▶ failed       Telegram refuses it for good
//	 ▲ │                │     └─▶ unknown      sent twice, and still nobody knows
//	 │ └─▶ cancelled ◀──┤ stopped before it was on the wire
//	 └──────────────────┘ not sent: 429, network down, held, found not to be there
//
// "Sending" is written before the call is made, a page of deliveries at a
// time, and the result after it, many at a time. What is still "sending" when
// the program starts is in doubt: the letter may have arrived or not. So is a
// call that was cut off, or answered with a 5xx. Doubts are resolved by
// asking Telegram, see doubt.go; the last resort is to send once more.
//
// While the database refuses to record results, no call is made.
package delivery
