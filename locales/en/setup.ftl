setup-list-title = Appraisals
setup-list-empty = No appraisal yet
setup-list-empty-advice = The organiser's coordination team plans one.
setup-plan-new = Plan an appraisal
setup-plan-intro = Choose organiser and year, check the units one level below, then create it.
setup-choose-organiser = Organiser
setup-show-units = List its units
setup-year = Year
setup-title = Title
setup-default-title = Appraisal of government conduct { $year }, { $place }
setup-units = Units to be appraised
setup-units-advice = All units one level below are chosen. Clear those that do not take part.
setup-create = Create
setup-no-units = This organiser has no units one level below. Import units first.
setup-bad-year = A year has four digits, such as 2026.
setup-overview = Overview
setup-steps = Steps
setup-step-setup = Set-up
setup-step-plan = Survey plan
setup-step-keys = Keys and codes
setup-step-survey = Survey
setup-step-tally = Sealed tally
setup-step-ranking = Ranking
setup-step-published = Publication
setup-step-inspection = Inspection (in parallel)
setup-awaited = Who is awaited
setup-awaited-none = Nothing is awaited.
setup-all-done = All done; the result is published.
setup-done-by = Done
setup-facts = Facts
setup-inspections = Inspection reports
setup-inspections-signed = { $done } of { $total } signed
setup-opened-at = Opened
setup-published-at = Published
setup-rulebook = Rulebook
setup-rulebook-none = No rulebook adopted yet.
setup-rulebook-adopted = “{ $name }” is adopted.
setup-rulebook-frozen = The rulebook is frozen.
setup-rulebook-text = Full text
setup-rulebook-builtin = Adopt the plan of 2007
setup-rulebook-builtin-advice = Eight items, four grades; survey 70 points, inspection 30.
setup-rulebook-own = Adopt an own rulebook (TOML)
setup-rulebook-own-advice = Paste the text or choose a file. The checker names every mistake.
setup-rulebook-file = Rulebook file
setup-rulebook-paste = Text
setup-adopt = Adopt
setup-range = Possible totals
setup-range-value = { $lowest } to { $highest } points
setup-item-count = { $items ->
        [one] { $items } item
       *[other] { $items } items
    }, { $groups ->
        [one] { $groups } group
       *[other] { $groups } groups
    }, { $grades ->
        [one] { $grades } grade
       *[other] { $grades } grades
    }
setup-calendar = Calendar
setup-calendar-none = No dates set yet.
setup-first-day = First day
setup-last-day = Last day
setup-bad-date = The dates of “{ $phase }” are incomplete or unreadable. Write 2026-06-15.
setup-save-calendar = Set the dates
setup-open = Open the appraisal
setup-open-advice = Opening freezes the rulebook and the dates.
setup-open-confirm = The rulebook cannot be changed after this. Open?
setup-open-not-ready = It can be opened once the rulebook is adopted and the dates are set.
setup-mistakes = Mistakes in the rulebook
setup-mistake-line = Line { $line }, column { $column }
setup-nothing-pasted = Paste the text or choose a file.
setup-not-text = The file is not UTF-8 text; it was not adopted.
