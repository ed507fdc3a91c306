workplace-noun = Workplace
workplace-nav-today = Today
workplace-nav-calendar = Calendar
workplace-nav-appraisals = Appraisals
workplace-nav-units = Units
workplace-nav-accounts = People and duties
workplace-nav-log = Log
workplace-nav-practice = Practice clock
workplace-nav-overview = Overview
workplace-nav-setup = Set-up
workplace-nav-survey = Survey
workplace-nav-inspection = Inspection
workplace-nav-tally = Sealed tally
workplace-nav-ranking = Ranking
workplace-seen-by-public = See the public page
workplace-stage = Stage
workplace-phase = Phase
workplace-organiser = Organiser
workplace-year = Year
workplace-title = Title
workplace-units = Units
workplace-today-title = Today
workplace-today-mine = Waiting for me
workplace-today-late = Of these, late
workplace-today-week = Due within seven days, or late
workplace-today-running = Appraisals running
workplace-today-nothing = Nothing waits for you now
workplace-today-nothing-advice = When it is your turn it appears here. Below you see who is awaited.
workplace-today-others = Others are awaited
workplace-today-no-appraisals = No appraisal yet
workplace-today-no-appraisals-advice = The coordination team plans this year's under “Appraisals”; what is to do then appears here.
workplace-today-awaits = Awaited
workplace-today-what = What
workplace-today-due = Due
workplace-today-own-unit = My unit
workplace-today-own-unit-state = { $unit } takes part in “{ $title }”, now { $stage }.
workplace-no-due = no deadline
workplace-late-by = { $count ->
    [0] Late
    [one] { $count } working day late
   *[other] { $count } working days late
}
workplace-week-empty = Nothing falls due within seven days.
workplace-task-plan-appraisal = Plan the appraisal of { $year }
workplace-task-adopt-rulebook = Adopt a rulebook
workplace-task-set-calendar = Set the dates of the four phases
workplace-task-open-appraisal = Open the appraisal (this freezes the rulebook)
workplace-task-propose-survey = Draw up the survey plan
workplace-task-sign-survey-office = Sign the survey plan for the office
workplace-task-sign-survey-statistics = Sign the survey plan for the statistics bureau
workplace-task-key-office = Office: the next step of the keys
workplace-task-key-statistics = Statistics bureau: the next step of the keys
workplace-task-key-conduct = Conduct-rectification office: the next step of the keys
workplace-task-rehearse-office = Office: open the practice box
workplace-task-rehearse-statistics = Statistics bureau: open the practice box
workplace-task-rehearse-conduct = Conduct-rectification office: open the practice box
workplace-task-issue-codes = Issue the invitation codes
workplace-task-open-survey = Open the survey
workplace-task-collect = Answers are coming in
workplace-task-close-survey = Close the survey
workplace-task-share-office = Office: take part in opening the boxes
workplace-task-share-statistics = Statistics bureau: take part in opening the boxes
workplace-task-share-conduct = Conduct-rectification office: take part in opening the boxes
workplace-task-form-groups = Form inspection groups: { $count ->
        [one] { $count } unit has
       *[other] { $count } units have
    } none
workplace-task-enter-points = Enter points: { $count ->
        [one] { $count } unit
       *[other] { $count } units
    } left
workplace-task-decide-report = Propose inspection reports: { $count }
workplace-task-vote-report = Vote on inspection reports: { $count }
workplace-task-give-quorum = Save groups of earlier rules once more; units concerned: { $count }
workplace-task-sign-report = Sign inspection reports: { $count }
workplace-task-draft-ranking = Draft the ranking
workplace-task-sign-ranking-office = Sign the ranking for the office
workplace-task-sign-ranking-statistics = Sign the ranking for the statistics bureau
workplace-task-publish = Publish the result
workplace-signatory-office = Office
workplace-signatory-statistics = Statistics bureau
workplace-seat-office = Office
workplace-seat-statistics = Statistics bureau
workplace-seat-conduct = Conduct-rectification office
workplace-go = Go
workplace-fingerprint = Fingerprint
workplace-fingerprint-advice = SHA-256. What is signed is exactly the content with this fingerprint.
workplace-refused-file-row = Row { $row }, column { $column }: { $reason }
workplace-your-password = Your log-in password
workplace-your-password-advice = Type your log-in password again, so that it is you who signs.
workplace-irreversible = This cannot be undone.
workplace-who-did = Done by
workplace-nav-register = Prohibitions
workplace-nav-consequences = Consequences
workplace-task-case-inquiry = Cases of the eight prohibitions to look into: { $count }
workplace-task-case-decide = Cases of the eight prohibitions to decide on: { $count }
workplace-task-draft-plan = Draw up the implementation plan of the own unit
workplace-task-file-plan = File the implementation plan of the own unit
workplace-task-mend-plan = Change the plan that was returned
workplace-task-review-plans = Review plans of the levels below: { $count }
workplace-task-opinion-key-handler = make a handler’s key for opinions; without it no complaint can come in
workplace-task-opinion-key-second = make a second person’s key; without it no name can come in
workplace-task-opinions-waiting = handle opinions: { $count }
workplace-task-opinion-identities = decide whether identities are opened: { $count }
workplace-task-opinions-contested = decide on contested opinions: { $count }
workplace-task-opinion-influence = look into reports of influence on answers: { $count }
workplace-task-opinions-overdue = look into opinions without an answer after 15 days
