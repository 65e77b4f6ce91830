package handlers

import (
	"context"

	"wardbot/storage"
	"wardbot/ward"
)

// route is one thing a person can do and who may do it.
type route struct {
	door door
	run  func(ctx context.Context, r *request) error
}

// flow is a conversation in which free text and pictures mean something.
type flow struct {
	door  door
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
	flowPeople    = "people"
	flowRoster    = "roster"
	flowExport    = "export"
	flowHelp      = "help"
	flowHours     = "hours"
	flowPause     = "pause"
	flowTemplate  = "template"
	flowCalendar  = "calendar"
)

// routes is the one place that says who may do what. Commands have a
// Vietnamese and an English name; both always work.
func (h *Handlers) routes() (commands, taps map[string]route, flows map[string]flow) {
	var (
		guest       = door{least: ward.RoleGuest}
		member      = door{least: ward.RoleCollaborator}
		reviewer    = door{least: ward.RoleWardCoordinator} // of which places: looksAfter
		coordinator = door{least: ward.RoleCoordinator}     // of all wards
		admin       = door{least: ward.RoleAdmin}

		// The doors of what concerns a ward. A ward coordinator passes if it is
		// theirs and no other; who is coordinator of all wards passes anyway.
		composer     = door{least: ward.RoleWardCoordinator} // to whom: within
		ofBulletin   = door{least: ward.RoleWardCoordinator, about: "bulletin", area: h.bulletinArea}
		ofPlan       = door{least: ward.RoleWardCoordinator, about: "plan", area: h.planArea}
		ofRetime     = door{least: ward.RoleWardCoordinator, about: "plan", area: h.retimeArea}
		ofTemplate   = door{least: ward.RoleWardCoordinator, about: "template", area: h.templateArea}
		ofNaming     = door{least: ward.RoleWardCoordinator, about: "template", area: h.namingArea}
		ofMend       = door{least: ward.RoleWardCoordinator, about: "correction", area: h.mendArea}
		ofEntry      = door{least: ward.RoleWardCoordinator, about: "entry", area: h.entryArea}
		ofJury       = door{least: ward.RoleWardCoordinator, about: "jury", area: h.juryArea}
		ofStory      = door{least: ward.RoleWardCoordinator, about: "story", area: h.storyArea, names: true}
		ofStoryBack  = door{least: ward.RoleWardCoordinator, about: "story", area: h.storyBackArea, names: true}
		ofPerson     = door{least: ward.RoleWardCoordinator, about: "person", area: h.personArea}
		ofWard       = door{least: ward.RoleWardCoordinator, about: "ward", area: h.wardArea}
		ofNames      = door{least: ward.RoleWardCoordinator, about: "ward", area: h.wardArea, names: true}
		ofPersonSeen = door{least: ward.RoleWardCoordinator, about: "person", area: h.personArea, names: true}
		ofExpected   = door{least: ward.RoleWardCoordinator, about: "expected", area: h.expectedArea, names: true}
		ofInvite     = door{least: ward.RoleWardCoordinator, about: "invite", area: h.inviteArea}
		ofAssent     = door{least: ward.RoleWardCoordinator, about: "assent", area: h.assentArea}
		ofPlight     = door{least: ward.RoleWardCoordinator, about: "plight", area: h.plightArea, names: true}
		ofNumbers    = door{least: ward.RoleCollaborator, about: "numbers", area: h.numbersArea}
		ofExport     = door{least: ward.RoleWardCoordinator, about: "numbers", area: h.exportArea}
		ofExportDays = door{least: ward.RoleWardCoordinator, about: "numbers", area: h.exportDatesArea}
		ofThanked    = door{least: ward.RoleWardCoordinator, about: "numbers", area: h.numbersArea, names: true}
		ofThankedOne = door{least: ward.RoleWardCoordinator, about: "person", area: h.thankedArea, names: true}
		ofThanks     = door{least: ward.RoleWardCoordinator, about: "numbers", area: h.numbersArea}
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
		"soan":      {composer, h.compose},
		"lich":      {composer, h.plans},
		"schedule":  {composer, h.plans},
		"compose":   {composer, h.compose},
		"ctv":       {reviewer, h.people},
		"people":    {reviewer, h.people},
		"moi":       {composer, h.invite},
		"invite":    {composer, h.invite},
		"xuat":      {composer, h.export},
		"export":    {composer, h.export},
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
		// an alert
		"safe":   {member, h.safe},
		"sos":    {member, h.needHelp},
		"urgent": {member, h.setUrgent},
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
		"mymove": {member, h.askOwnMove},
		"mymvw":  {member, h.ownMoveWard},
		"mymvg":  {member, h.ownMoveGroup},
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
		"pause":  {member, h.pause},
		"mytask": {member, h.history},
		"stay":   {member, h.stay},
		"rest":   {member, h.setPause},
		"myhour": {member, h.askHours},
		"hours":  {member, h.pickHours},
		"wake":   {member, h.resume},
		// numbers
		"stats":  {member, h.showStats},
		"wards":  {member, h.pickStatsWard},
		"wstats": {ofNumbers, h.showWardStats},
		"pic":    {member, h.sendPicture},
		"wpic":   {ofNumbers, h.sendWardPicture},
		"book":   {member, h.sendBook},
		"wbook":  {ofNumbers, h.sendWardBook},
		"silent": {member, h.silent},
		"wsilnt": {ofNumbers, h.wardSilent},
		"target": {coordinator, h.askTargetPlace},
		"targof": {coordinator, h.askTarget},
		"targst": {coordinator, h.setTarget},
		"sumup":  {coordinator, h.sumUp},
		"thanks": {reviewer, h.pickThanks},
		"thankw": {ofThanks, h.thanks}, // names: sight
		"thcard": {ofThanked, h.pickThanked},
		"thpic":  {ofThankedOne, h.sendThanks},
		// numbers to take along
		"export": {ofExport, h.showExport},
		"expwrd": {coordinator, h.pickExportWard},
		"expday": {ofExport, h.askExportDates},
		"expgo":  {ofExport, h.sendExport}, // names: exportsNames
		"digest": {member, h.switchDigest},
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
		"compose": {composer, h.compose},
		"kind":    {composer, h.pickKind},
		"test":    {composer, h.sendTest},
		"now":     {composer, h.confirmSend},
		"card":    {composer, h.backToCard},
		"passon":  {composer, h.askPassOn},
		"unpass":  {composer, h.dropPassOn},
		"unfile":  {composer, h.dropMedia},
		"until":   {composer, h.askDeadline},
		"setend":  {composer, h.setDeadline},
		"form":    {composer, h.askForm},
		"ask":     {composer, h.addQuestion},
		"askhom":  {composer, h.addHouseholds},
		"unask":   {composer, h.dropQuestion},
		"usual":   {composer, h.usualForm},
		"noform":  {composer, h.noForm},
		"to":      {coordinator, h.askAudience},
		"toward":  {coordinator, h.toggleWard},
		"toall":   {coordinator, h.toEverybody},
		"rewrite": {composer, h.rewrite},
		"discard": {composer, h.discard},
		"via":     {composer, h.switchVia},
		"publish": {composer, h.publish},
		"sample":  {composer, h.sample},
		// coordinators: drafts and templates
		"drft":   {composer, h.showDraft}, // drafts are the chat's own
		"drftgo": {composer, h.openDraft},
		"drftrm": {composer, h.dropDraft},
		"tpls":   {composer, h.listTemplates},
		"tplone": {ofTemplate, h.showTemplate},
		"tpluse": {ofTemplate, h.useTemplate},
		"tpllk":  {ofTemplate, h.lookAtTemplate},
		"tplren": {ofTemplate, h.renameTemplate},
		"tplask": {ofTemplate, h.askDropTemplate},
		"tplrm":  {ofTemplate, h.dropTemplate},
		"tplnew": {composer, h.keepDraft},
		"tplof":  {ofBulletin, h.keepSent},
		"tpltit": {ofNaming, h.nameByTitle},
		"tploff": {ofNaming, h.dropNaming},
		// coordinators: the calendar
		"plans":  {composer, h.plans},
		"plnoff": {composer, h.pausedPlans},
		"calask": {composer, h.askCalendar},
		"calsam": {composer, h.sendSample},
		"caltak": {composer, h.takeCalendar},
		"caloff": {composer, h.dropCalendar},
		// coordinators: plans
		"when":   {composer, h.askWhen},
		"whenat": {composer, h.pickWhen},
		"whenno": {composer, h.dropWhen},
		"repeat": {composer, h.pickRepeat},
		"date":   {composer, h.toggleDate},
		"plan":   {composer, h.confirmSend},
		"planit": {composer, h.plan},
		"planof": {ofPlan, h.openPlan},
		"planed": {ofPlan, h.editPlan},
		"planlk": {ofPlan, h.lookAtPlan},
		"planok": {ofPlan, h.askForPlan},
		"plansk": {ofPlan, h.skipSlot},
		"planhd": {ofPlan, h.pausePlan},
		"planon": {ofPlan, h.resumePlan},
		"plantm": {ofPlan, h.retime},
		"planat": {ofPlan, h.pickNewTime},
		"planrm": {ofPlan, h.askDropPlan},
		"plandl": {ofPlan, h.dropPlan},
		// coordinators: a send on its way
		"stop":    {ofBulletin, h.stopSend},
		"hold":    {ofBulletin, h.holdSend},
		"go":      {ofBulletin, h.releaseSend},
		"refresh": {ofBulletin, h.refreshCard},
		"remind":  {ofBulletin, h.remind},
		// coordinators: a bulletin that was sent
		"errors": {ofBulletin, h.showFailures},
		"again":  {ofBulletin, h.sendAgain},
		"recall": {ofBulletin, h.askRecall},
		"takeit": {ofBulletin, h.recall},
		"keepit": {reviewer, h.keepBulletin},
		"fix":    {ofBulletin, h.correct},
		"fixto":  {ofMend, h.backToMend},
		"fixtxt": {ofMend, h.recorrect},
		"fixnot": {ofMend, h.askNote},
		"fixnon": {ofMend, h.dropNote},
		"fixpas": {ofMend, h.askNewPassOn},
		"fixoff": {ofMend, h.dropMend},
		"fixnow": {ofMend, h.applyMend},
		// coordinators: a second one's consent
		"asyes":  {ofAssent, h.agreeToSend},
		"asno":   {ofAssent, h.refuseToSend},
		"asoff":  {composer, h.takeBackRequest}, // whose: their own
		"asredo": {composer, h.redoRefused},     // the same
		// coordinators: an alert
		"asksaf": {composer, h.switchAsks},
		"helped": {ofPlight, h.helped},
		"arem":   {ofBulletin, h.remindAlert},
		"aclear": {ofBulletin, h.askClear},
		"aover":  {ofBulletin, h.clearAlert},
		// coordinators: stories
		"tales":  {reviewer, h.stories},
		"taltak": {ofStory, h.takeStory},
		"talnew": {ofStory, h.editStory},
		"talret": {ofStory, h.askStoryReason},
		"talwhy": {ofStory, h.pickStoryReason},
		// coordinators: a call for entries
		"contst": {ofBulletin, h.contest},
		"jadd":   {ofBulletin, h.askJuror},
		"juror":  {ofBulletin, h.appointJuror},
		"jdrop":  {ofBulletin, h.dropJuror},
		"unjury": {ofBulletin, h.dismissJuror},
		"rank":   {ofBulletin, h.ranking},
		"entry":  {ofEntry, h.showEntryToCoordinator},
		"choose": {ofEntry, h.choose},
		"result": {ofBulletin, h.draftResult},
		"tellem": {ofBulletin, h.tellAuthors},
		"zip":    {ofBulletin, h.exportEntries},
		// coordinators: groups and channels
		"boards": {coordinator, h.boards},
		"board":  {coordinator, h.showBoard},
		"bdask":  {coordinator, h.askBoardWard},
		"bdward": {coordinator, h.setBoardWard},
		"bdoff":  {coordinator, h.unlinkBoard},
		// coordinators: people
		"ppl":    {reviewer, h.people},
		"pplw":   {ofWard, h.peopleOf},
		"ppls":   {ofNames, h.listPeople},
		"pers":   {reviewer, h.showPerson}, // whom: sight, and admins
		"pfind":  {reviewer, h.askPerson},
		"wlog":   {ofNames, h.wardLog},
		"log":    {admin, h.log},
		"move":   {ofPersonSeen, h.askMove},
		"mvward": {ofPersonSeen, h.moveWard},
		"mvgrp":  {ofPersonSeen, h.moveGroup},
		"keeprs": {admin, h.keepers},
		"appw":   {admin, h.askCharge},
		"appask": {admin, h.askAppoint},
		"appnow": {admin, h.appoint},
		// coordinators: people who are expected
		"roster": {ofNames, h.listRoster},
		"rostr1": {ofExpected, h.showExpected},
		"strike": {ofExpected, h.strike},
		"rosnow": {reviewer, h.takeRoster},
		"rosoff": {reviewer, h.dropRoster},
		// coordinators: invitations
		"invts":  {ofWard, h.invites},
		"invset": {ofWard, h.setInvite},
		"invnew": {ofWard, h.createInvite},
		"invall": {ofWard, h.inviteGroups},
		"invone": {ofInvite, h.showInvite},
		"invpdf": {ofInvite, h.printInvite},
		"invoff": {ofInvite, h.revokeInvite},
		"admit":  {ofPerson, h.admit},
		"reject": {ofPerson, h.reject},
	}
	flows = map[string]flow{
		flowRegister:  {guest, h.registerInput, h.showRegister},
		flowReport:    {member, h.reportInput, h.showReport},
		flowStory:     {member, h.storyInput, h.showStory},
		flowStoryBack: {ofStoryBack, h.storyReasonInput, h.showStoryReason},
		flowEntry:     {member, h.entryInput, h.showEntry},
		flowJuror:     {ofJury, h.jurorInput, h.showJuror},
		flowName:      {member, h.nameInput, h.showName},
		flowHours:     {member, h.hoursInput, h.showHours},
		flowPause:     {member, h.pauseInput, h.showPause},
		flowReturn:    {reviewer, h.reasonInput, h.showOwnReason},
		flowPeople:    {reviewer, h.peopleInput, h.showPeople},
		flowRoster:    {reviewer, h.rosterInput, h.showRoster},
		flowCompose:   {composer, h.composeInput, h.showCompose},
		flowTemplate:  {ofNaming, h.namingInput, h.showNaming},
		flowCalendar:  {composer, h.calendarInput, h.showCalendarFile},
		flowCorrect:   {ofMend, h.correctInput, h.showCorrect},
		flowExport:    {ofExportDays, h.exportDatesInput, h.showExportDates},
		flowHelp:      {member, h.helpInput, h.showHelp},
		flowPlan:      {ofRetime, h.newTimeInput, h.showRetime},
	}
	return commands, taps, flows
}

// groupRoutes is who may do what in groups and channels. Every other command
// leads into the private chat, every other button is an old one: nothing that
// is somebody's own is ever shown where others read.
func (h *Handlers) groupRoutes() (commands, taps map[string]route) {
	var (
		member      = door{least: ward.RoleCollaborator}
		coordinator = door{least: ward.RoleCoordinator}
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
