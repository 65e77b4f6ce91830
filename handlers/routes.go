package handlers

import (
	"context"

	"wardbot/storage"
	"wardbot/ward"
)

// route is one thing a person can do and the least role that may do it.
type route struct {
	role ward.Role
	run  func(ctx context.Context, r *request) error
}

// flow is a conversation in which free text and pictures mean something.
type flow struct {
	role  ward.Role
	input func(ctx context.Context, r *request, c *storage.Conversation) error
	// show repeats the step that the conversation is at.
	show func(ctx context.Context, r *request, c *storage.Conversation) error
}

// The conversations, as the store names them.
const (
	flowRegister  = "register"
	flowReport    = "report"
	flowReturn    = "return"
	flowCompose   = "compose"
	flowPlan      = "plan"
	flowCorrect   = "correct"
	flowName      = "name"
	flowStory     = "story"
	flowStoryBack = "storyback"
	flowEntry     = "entry"
	flowJuror     = "juror"
)

// routes is the one place that says who may do what. Commands have a
// Vietnamese and an English name; both always work.
func (h *Handlers) routes() (commands, taps map[string]route, flows map[string]flow) {
	const (
		guest       = ward.RoleGuest
		member      = ward.RoleCollaborator
		reviewer    = ward.RoleWardCoordinator // of which places: looksAfter
		coordinator = ward.RoleCoordinator
	)
	commands = map[string]route{
		"start":     {guest, h.start},
		"trogiup":   {guest, h.help},
		"help":      {guest, h.help},
		"ngonngu":   {guest, h.chooseLanguage},
		"language":  {guest, h.chooseLanguage},
		"cancel":    {guest, h.cancel},
		"huy":       {guest, h.cancel},
		"roidi":     {guest, h.leave},
		"leave":     {guest, h.leave},
		"homnay":    {member, h.today},
		"today":     {member, h.today},
		"baocao":    {member, h.reportToday},
		"report":    {member, h.reportToday},
		"tamdung":   {member, h.pause},
		"pause":     {member, h.pause},
		"chuyendep": {member, h.writeStory},
		"story":     {member, h.writeStory},
		"cham":      {member, h.judge},
		"judge":     {member, h.judge},
		"caidat":    {member, h.settings},
		"settings":  {member, h.settings},
		"dulieu":    {guest, h.myData},
		"mydata":    {guest, h.myData},
		"thongke":   {member, h.stats},
		"stats":     {member, h.stats},
		"duyet":     {reviewer, h.review},
		"review":    {reviewer, h.review},
		"soan":      {coordinator, h.compose},
		"lich":      {coordinator, h.plans},
		"schedule":  {coordinator, h.plans},
		"compose":   {coordinator, h.compose},
		"moi":       {coordinator, h.invite},
		"invite":    {coordinator, h.invite},
	}
	taps = map[string]route{
		// registration
		"reg":    {guest, h.begin},
		"reglng": {guest, h.switchWelcome},
		"code":   {guest, h.askCode},
		"agree":  {guest, h.agree},
		"refuse": {guest, h.refuse},
		"full":   {guest, h.fullPolicy},
		"terms":  {guest, h.showConsent},
		"ward":   {guest, h.pickWard},
		"group":  {guest, h.pickGroup},
		"rewrd":  {guest, h.repickWard},
		"join":   {guest, h.join},
		// language
		"lang": {guest, h.setLanguage},
		// a task
		"done":   {member, h.done},
		"notnow": {member, h.notToday},
		"undo":   {member, h.undo},
		"report": {member, h.reportTask},
		// a report
		"homes":  {member, h.pickNumber},
		"pick":   {member, h.pickNumber},
		"number": {member, h.askNumber},
		"mend":   {member, h.mendReport},
		"skip":   {member, h.skipQuestion},
		"finish": {member, h.finishContent},
		"send":   {member, h.sendReport},
		"redo":   {member, h.redoReport},
		"drop":   {member, h.dropReport},
		"claim":  {member, h.claim},
		"erasrp": {member, h.withdrawReport},
		// good news
		"react":  {member, h.react},
		"story":  {member, h.writeStory},
		"talfin": {member, h.finishStory},
		"talsrc": {member, h.pickSource},
		"talppl": {member, h.pickPeople},
		"talcre": {member, h.pickStoryCredit},
		"talred": {member, h.redoStory},
		"taldrp": {member, h.dropStory},
		"talsnd": {member, h.submitStory},
		"talfix": {member, h.mendStory},
		"talrep": {member, h.tellReport},
		// a call for entries
		"enter":  {member, h.openEntry},
		"entfin": {member, h.finishEntry},
		"credit": {member, h.pickCredit},
		"entred": {member, h.redoEntry},
		"entdrp": {member, h.dropEntry},
		"entsnd": {member, h.submitEntry},
		"entout": {member, h.withdrawEntry},
		// jurors: who is one of which call stands in the store
		"judge":  {member, h.judgeNext},
		"score":  {member, h.score},
		"rescor": {member, h.rescore},
		// settings
		"caidat": {member, h.settings},
		"addr":   {member, h.askAddress},
		"setadr": {member, h.setAddress},
		"name":   {member, h.askName},
		"lngs":   {member, h.chooseLanguage},
		// one's own data; also for those who wait or took their consent back
		"mydata": {guest, h.myData},
		"take":   {guest, h.download},
		"leave":  {guest, h.leave},
		"erase":  {guest, h.erase},
		"retrac": {member, h.askWithdraw},
		"retnow": {member, h.withdraw},
		// pausing
		"pause": {member, h.pause},
		"rest":  {member, h.setPause},
		"wake":  {member, h.resume},
		// numbers
		"stats":  {member, h.showStats},
		"wards":  {member, h.pickStatsWard},
		"wstats": {member, h.showWardStats},
		"today":  {member, h.today},
		"help":   {guest, h.help},
		// reports that wait
		"review": {reviewer, h.review},
		"rvnext": {reviewer, h.nextReview},
		"rvcard": {reviewer, h.reviewAgain},
		"rvok":   {reviewer, h.acceptReport},
		"rvback": {reviewer, h.askReason},
		"rvtale": {reviewer, h.chooseStory},
		"rvwhy":  {reviewer, h.returnReport},
		"rvown":  {reviewer, h.askOwnReason},
		"rvsift": {reviewer, h.sift},
		"rvtask": {reviewer, h.siftTasks},
		"rvwhre": {reviewer, h.siftPlaces},
		"rvall":  {reviewer, h.acceptAll},
		// coordinators: composing
		"compose": {coordinator, h.compose},
		"kind":    {coordinator, h.pickKind},
		"test":    {coordinator, h.sendTest},
		"now":     {coordinator, h.confirmSend},
		"card":    {coordinator, h.backToCard},
		"passon":  {coordinator, h.askPassOn},
		"unpass":  {coordinator, h.dropPassOn},
		"until":   {coordinator, h.askDeadline},
		"setend":  {coordinator, h.setDeadline},
		"form":    {coordinator, h.askForm},
		"ask":     {coordinator, h.addQuestion},
		"askhom":  {coordinator, h.addHouseholds},
		"unask":   {coordinator, h.dropQuestion},
		"usual":   {coordinator, h.usualForm},
		"noform":  {coordinator, h.noForm},
		"to":      {coordinator, h.askAudience},
		"toward":  {coordinator, h.toggleWard},
		"toall":   {coordinator, h.toEverybody},
		"rewrite": {coordinator, h.rewrite},
		"discard": {coordinator, h.discard},
		"via":     {coordinator, h.switchVia},
		"publish": {coordinator, h.publish},
		"sample":  {coordinator, h.sample},
		// coordinators: plans
		"when":   {coordinator, h.askWhen},
		"whenat": {coordinator, h.pickWhen},
		"whenno": {coordinator, h.dropWhen},
		"repeat": {coordinator, h.pickRepeat},
		"date":   {coordinator, h.toggleDate},
		"plan":   {coordinator, h.confirmSend},
		"planit": {coordinator, h.plan},
		"plans":  {coordinator, h.plans},
		"planof": {coordinator, h.openPlan},
		"planlk": {coordinator, h.lookAtPlan},
		"plansk": {coordinator, h.skipSlot},
		"planhd": {coordinator, h.pausePlan},
		"planon": {coordinator, h.resumePlan},
		"plantm": {coordinator, h.retime},
		"planat": {coordinator, h.pickNewTime},
		"planrm": {coordinator, h.askDropPlan},
		"plandl": {coordinator, h.dropPlan},
		// coordinators: a send on its way
		"stop":    {coordinator, h.stopSend},
		"hold":    {coordinator, h.holdSend},
		"go":      {coordinator, h.releaseSend},
		"refresh": {coordinator, h.refreshCard},
		"remind":  {coordinator, h.remind},
		// coordinators: a bulletin that was sent
		"errors": {coordinator, h.showFailures},
		"again":  {coordinator, h.sendAgain},
		"recall": {coordinator, h.askRecall},
		"takeit": {coordinator, h.recall},
		"keepit": {coordinator, h.keepBulletin},
		"fix":    {coordinator, h.correct},
		"fixto":  {coordinator, h.backToMend},
		"fixtxt": {coordinator, h.recorrect},
		"fixnot": {coordinator, h.askNote},
		"fixnon": {coordinator, h.dropNote},
		"fixpas": {coordinator, h.askNewPassOn},
		"fixoff": {coordinator, h.dropMend},
		"fixnow": {coordinator, h.applyMend},
		// coordinators: stories
		"tales":  {coordinator, h.stories},
		"taltak": {coordinator, h.takeStory},
		"talnew": {coordinator, h.editStory},
		"talret": {coordinator, h.askStoryReason},
		"talwhy": {coordinator, h.pickStoryReason},
		// coordinators: a call for entries
		"contst": {coordinator, h.contest},
		"jadd":   {coordinator, h.askJuror},
		"juror":  {coordinator, h.appointJuror},
		"jdrop":  {coordinator, h.dropJuror},
		"unjury": {coordinator, h.dismissJuror},
		"rank":   {coordinator, h.ranking},
		"entry":  {coordinator, h.showEntryToCoordinator},
		"choose": {coordinator, h.choose},
		"result": {coordinator, h.draftResult},
		"tellem": {coordinator, h.tellAuthors},
		"zip":    {coordinator, h.exportEntries},
		// coordinators: groups and channels
		"boards": {coordinator, h.boards},
		"board":  {coordinator, h.showBoard},
		"bdask":  {coordinator, h.askBoardWard},
		"bdward": {coordinator, h.setBoardWard},
		"bdoff":  {coordinator, h.unlinkBoard},
		// coordinators: people
		"invite": {coordinator, h.makeInvite},
		"admit":  {coordinator, h.admit},
		"reject": {coordinator, h.reject},
	}
	flows = map[string]flow{
		flowRegister:  {guest, h.registerInput, h.showRegister},
		flowReport:    {member, h.reportInput, h.showReport},
		flowStory:     {member, h.storyInput, h.showStory},
		flowStoryBack: {coordinator, h.storyReasonInput, h.showStoryReason},
		flowEntry:     {member, h.entryInput, h.showEntry},
		flowJuror:     {coordinator, h.jurorInput, h.showJuror},
		flowName:      {member, h.nameInput, h.showName},
		flowReturn:    {reviewer, h.reasonInput, h.showOwnReason},
		flowCompose:   {coordinator, h.composeInput, h.showCompose},
		flowPlan:      {coordinator, h.newTimeInput, h.showRetime},
		flowCorrect:   {coordinator, h.correctInput, h.showCorrect},
	}
	return commands, taps, flows
}

// looksAfter says whether somebody sees and judges the reports of a ward, and
// with them who wrote what: its own coordinator does, and the coordinators of
// all wards where there is none. The map says which wards have one.
func (r *request) looksAfter(wardID int64, coordinated map[int64]bool) bool {
	if r.me.Role == ward.RoleWardCoordinator && r.me.WardID == wardID {
		return true
	}
	return r.role >= ward.RoleCoordinator && !coordinated[wardID]
}

// groupRoutes is who may do what in groups and channels. Every other command
// leads into the private chat, every other button is an old one: nothing that
// is somebody's own is ever shown where others read.
func (h *Handlers) groupRoutes() (commands, taps map[string]route) {
	const (
		member      = ward.RoleCollaborator
		coordinator = ward.RoleCoordinator
	)
	commands = map[string]route{
		"moi":    {coordinator, h.linkHere},
		"invite": {coordinator, h.linkHere},
	}
	taps = map[string]route{
		"done":   {member, h.donePost},
		"notnow": {member, h.notTodayPost},
		"link":   {coordinator, h.linkWard},
		"relink": {coordinator, h.askWardHere},
		"unlink": {coordinator, h.unlinkHere},
	}
	return commands, taps
}
