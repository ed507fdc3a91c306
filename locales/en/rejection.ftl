rejection-not-allowed = This is not among your duties at { $unit }. Nothing was changed.
rejection-unknown-unit = There is no unit { $unit } on that date. Check the unit id.
rejection-unit-exists = Unit { $unit } is registered already. Remove it from the table.
rejection-wrong-level = Unit { $unit } does not stand one level below its parent. Correct the parent or the level.
rejection-bad-name = A name is one line of 1 to 80 characters without spaces at its ends.
rejection-bad-unit-date = Unit { $unit } cannot be changed on that date: it is closed, or the date lies before its opening.
rejection-has-open-units = Unit { $unit } still has open units below it. Close those first.
rejection-bad-login = The log-in name “{ $login }” cannot be used: it is taken, or has characters other than letters, digits, points and hyphens (2 to 40).
rejection-unknown-account = There is no open account { $account }.
rejection-account-exists = Account id { $account } is taken. Choose another.
rejection-unknown-appraisal = There is no appraisal { $appraisal }.
rejection-appraisal-exists = This organiser's appraisal of that year ({ $appraisal }) exists already. There is one a year.
rejection-not-appraised-by-organiser = Unit { $unit } is not one level below the organiser. Only the level directly below is appraised; a county also appraises itself.
rejection-bad-unit-list = Choose at least two units, none of them twice.
rejection-wrong-stage = This step is not possible now: it needs the stage “{ $needed }”, and the appraisal is at “{ $stage }”. Reload the page to see how far it is.
rejection-rulebook-mistakes = The rulebook has { $count ->
        [one] { $count } mistake
       *[other] { $count } mistakes
    } and was not adopted. Correct them as listed below.
rejection-calendar-disorder = The dates of the phase “{ $phase }” are out of order: it must end after it begins, and not begin before the phase ahead of it.
rejection-missing = This step is not possible yet: { $what } is missing.
rejection-plan-leaves-out = The survey plan leaves out the group { $group } for unit { $unit }. Every unit needs every group.
rejection-unknown-group = The rulebook has no respondent group { $group }.
rejection-bad-sheet = Sheet { $sheet } is not well formed: numbers start at 1 and differ, it rates at least one unit, and has 1 to 1,000,000 codes.
rejection-too-few-codes = Box { $box_id } gets { $codes } codes, fewer than the minimum of { $minimum }. Plan more codes.
rejection-survey-times = The survey must close after it opens, and after now.
rejection-changed-meanwhile = Somebody changed this after you opened the page. What you typed is kept below but was not saved. Look at the current content, then submit again.
rejection-already-given = This has been done already; nothing more is needed.
rejection-same-signer = Two bodies act here, so two persons must. You have already acted for the other body.
rejection-key-threshold = { $threshold } key holders cannot open the boxes: at least 2, and no more than there are.
rejection-key-round = The keys are at another step now ({ $round }); nothing was handed in. Reload the page.
rejection-code-list-mismatch = The code list of box { $box_id } does not have the planned number. Make the codes again.
rejection-struck-codes = { $struck } of the { $codes } codes of sheet { $sheet } cannot be struck off: at least one, and not more than there are.
rejection-boxes-mismatch = The boxes handed in are not those of this survey. Reload the page and repeat the step.
rejection-too-early = Too early: possible from { $from }.
rejection-too-late = Too late: it was possible until { $until }.
rejection-bad-inspection-group = Inspection group { $group } is not well formed: its leader must hold that duty and be a member, members must be inspectors, a unit belongs to one group only, and a group that has begun keeps its people and units.
rejection-not-in-group = You are not in the inspection group of { $unit }, or not its leader.
rejection-bad-points = The points for { $component } must lie between { $min } and { $max } in steps of { $step }, with a reason.
rejection-unknown-component = The rulebook has no component { $component } that takes points.
rejection-already-decided = The group has decided on { $unit }; sheets stand. The leader can return the decision.
rejection-sheets-outstanding = { $count ->
        [one] { $count } member has
       *[other] { $count } members have
    } not entered points. The group decides when all have.
rejection-inspections-outstanding = { $count ->
        [one] { $count } inspection report is
       *[other] { $count } inspection reports are
    } not signed yet. The ranking is drafted when all are.
rejection-too-long = This is too long: { $bytes } bytes, and one entry of the log holds { $limit }. Shorten the text, or do it in parts.
rejection-title = This was not done
rejection-kept = What you typed is still here; nothing was changed.
