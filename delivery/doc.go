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
// A copy that was sent can be corrected and recalled. Both are a revision of
// its bulletin, and what is behind it is changed, see amend.go:
//
//	        corrected ┌──────────┐ the new text, with the reader's own answer
//	                  ▼          │
//	sent ─────────▶ behind ──────┼─▶ as it shall be
//	                  ▲ │        └─▶ missed       its reader deleted it, blocked us, or is gone
//	         recalled │ │
//	                  │ ├──────────▶ deleted      younger than 48 h
//	                  │ └──────────▶ rewritten    older: "this was recalled"
//	                  └ 429, network down, cut off: again later
//
// These calls need no "sending": done twice is done once. An edit that was
// made already is answered "message is not modified", a deletion "message to
// delete not found". So after a kill they are just made again. A letter that
// was on the wire while its bulletin was corrected or recalled arrives
// behind, and is changed like the others. What is not sent goes out with the
// new words, or, of a recalled bulletin, is cancelled.
//
// # Posts
//
// A post is a bulletin on a board, a ward's group or channel: the same states,
// without "unreachable", one call at a time on each board, see post.go.
//
//	                ┌─▶ sent ◀──▶ behind   corrected, or its number has changed: at most every 5 s
//	due ─▶ sending ─┼─▶ failed             its board refuses; who can mend that is told
//	 ▲        │     └─▶ unknown            sent twice, and still nobody knows
//	 └────────┘ not sent; its topic is gone; its group is a supergroup now
//
// Boards number their messages themselves, so a post in doubt cannot be looked
// for. It is sent once more when nothing else is left to send, unless somebody
// has pressed its button meanwhile, which proves that it is there.
//
// When the post of a task is there, the collaborators of its ward are asked:
// whoever has no delivery of the bulletin gets one that is "posted" from the
// beginning, with no message of its own. It is answered, reminded of and
// tallied like a sent one, so that nobody is counted twice:
//
//	asked by a post       ──▶ posted
//	due, failed, …        ──▶ posted   pressed the button, so a letter is not needed any more
//	sending, sent, unknown             stay: the letter is there, or may be
//
// # Late
//
// Nothing is sent in quiet hours: the outbox is not asked, and what waits for
// its turn then is taken back. What is due to somebody who pauses has the end
// of the pause as its time, or is cancelled if it would make no sense then. A
// bulletin whose deadline has passed is not due any more; what is left of it
// is cancelled, with the reason, so that its coordinator knows how many that
// were.
//
// After an outage, a night or a pause several bulletins may wait for the same
// person: they come in one message. The foremost, the newest task, is sent as
// its own letter with a line that says how many others there are and where to
// read them. These are claimed with it in one transaction, told by it, and
// whatever becomes of it becomes of them in the transaction in which that is
// recorded:
//
//	foremost  due ──▶ sending ──▶ sent ──▶ ...    not sent: due, failed, cancelled
//	             claimed   told by it │ with it                   │
//	others    due ──▶ sending ────────▶ sent      due ◀───────────┘ on their own
//
// There is one call and one message, so nothing changes for what is in doubt:
// the foremost is looked for, with its own keyboard, and the others are not.
// They have no message, hence corrections and recalls pass them by; the line
// names none of them, so it stays true. Their reader finds them as they are by
// then at /homnay, where each gets a message that is its copy from there on. A
// copy that tells of others is not deleted when it is recalled, only its words
// are taken out.
//
// # Media
//
// A delivery has up to three parts, each of which is due once the one before
// it has arrived: media that goes ahead, the letter with the buttons, the
// message to pass on. What goes ahead is an album or a place, which take no
// buttons and no words, or a file under which the words do not fit. Whoever it
// does not reach does not get the letter either, for the same reason, and is
// counted once; if nobody knows whether it arrived, the letter follows.
//
// Every kind of message is looked for in the same way, by an edit of its
// keyboard that changes nothing. An album has no keyboard, like news without
// buttons: any of its messages that is found says that all are there, because
// Telegram takes it as a whole, and the others are then looked for beside it,
// for a recall. That an edit of an album's message is answered like that of any
// other is not written anywhere; should Telegram say something else, the album
// is sent once more at the end, marked as such, and the letter follows it.
//
// Files of ours go up with one letter, see upload.go.
//
// While the database refuses to record results, no call is made.
//
// One engine at a time runs on a database. Of several processes the one that
// leads runs it (storage.Seat), and the next one takes over what it left, as
// after a kill. An engine that loses the right to lead takes back what is not
// on the wire and records only known ends: what it does not know, the next one
// finds out.
package delivery
