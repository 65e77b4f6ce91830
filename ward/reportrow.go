package ward

// ReportRow is a report as one line of a list, with its places and its task by
// name.
type ReportRow struct {
	Report
	Day    Day // on which its task was sent
	Ward   string
	Group  string // empty: not known
	Task   string
	Form   Form
	Person string
}
