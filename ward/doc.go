// Package ward is what wardbot is about: wards and residential groups, the
// people who volunteer there, the bulletins they are sent, what they answer
// and report, and how that is tallied. It holds nouns and rules only: no
// database, no Telegram, no text that a person reads.
package ward
