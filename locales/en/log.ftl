log-title = Log
log-intro = Every step is recorded here and nothing is ever changed. { $count ->
        [one] { $count } entry
       *[other] { $count } entries
    }, newest first.
log-index = Index
log-at = Time
log-who = Who
log-what = What
log-raw = Exact entry
log-leaf = Leaf hash
log-checkpoint = Checkpoint
log-checkpoint-advice = This signed note fixes all entries. Witnesses keep it and compare later.
log-empty = The log has no entries yet.
log-newer = Newer
log-older = Older
log-system = system
log-event-unit-registered = Unit { $unit } registered
log-event-unit-renamed = Unit { $unit } renamed to “{ $name }”
log-event-unit-closed = Unit { $unit } closed
log-event-account-opened = Account “{ $name }” opened
log-event-duties-changed = Duties of “{ $name }” changed
log-event-password-set = Password of “{ $name }” set
log-event-account-closed = Account “{ $name }” closed
log-event-appraisal-planned = Appraisal “{ $name }” planned
log-event-rulebook-adopted = Rulebook adopted
log-event-calendar-set = Calendar set
log-event-appraisal-opened = Appraisal opened
log-event-survey-proposed = Survey plan laid before the signatories
log-event-survey-signed = Survey plan signed ({ $name })
log-event-key-message-given = Keys: { $what } ({ $name })
log-event-keys-restarted = Keys begun anew ({ $name }): { $what }
log-event-practice-box-made = Practice box made
log-event-practice-share-given = Practice box: { $what } ({ $name })
log-event-practice-box-opened = Practice box opened
log-event-codes-issued = Code lists handed in for { $count ->
        [one] { $count } box
       *[other] { $count } boxes
    }
log-event-codes-replaced = Codes of sheet { $unit } replaced: { $count } ({ $name })
log-event-survey-opened = Survey opened with { $count ->
        [one] { $count } box
       *[other] { $count } boxes
    }
log-event-boxes-checkpointed = Heads of { $count ->
        [one] { $count } box
       *[other] { $count } boxes
    } recorded
log-event-survey-closed = Survey closed with { $count ->
        [one] { $count } box
       *[other] { $count } boxes
    }
log-event-share-given = Share given ({ $name })
log-event-boxes-opened = { $count ->
        [one] { $count } box
       *[other] { $count } boxes
    } opened
log-event-inspection-group-formed = Inspection group { $count } formed
log-event-points-entered = Points entered for { $unit }
log-event-inspection-decided = Report on { $unit } decided
log-event-inspection-returned = Report on { $unit } returned
log-event-inspection-signed = Report on { $unit } signed
log-event-ranking-drafted = Ranking drafted
log-event-ranking-signed = Ranking signed ({ $name })
log-event-published = Result published
log-public = the public (no account)
