package bot

import "context"

// In a rush of taps the edit after each waits for its turn, perhaps for a
// minute. Who taps again meanwhile shall not wait for an edit that the new tap
// makes pointless. So the Lanes tell the handler of an update when the next
// one of its chat has come, and calls that it marked as Yielding give up their
// place in the gate then.

type overtakenKey struct{}

type yieldingKey struct{}

// Yielding marks calls that are not worth their turn any more once another
// update of the same chat has come: while they wait for it they end with
// KindCancelled then. A call that has begun is finished.
func Yielding(ctx context.Context) context.Context {
	if ctx.Value(overtakenKey{}) == nil {
		return ctx
	}
	return context.WithValue(ctx, yieldingKey{}, true)
}

// withOvertaken gives a handler's context the one that ends when the handler
// is overtaken.
func withOvertaken(ctx, overtaken context.Context) context.Context {
	return context.WithValue(ctx, overtakenKey{}, overtaken)
}

// untilOvertaken is for waiting: a Yielding context that ends earlier.
func untilOvertaken(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Value(yieldingKey{}) == nil {
		return ctx, func() {}
	}
	waiting, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(ctx.Value(overtakenKey{}).(context.Context), cancel)
	return waiting, func() { stop(); cancel() }
}
