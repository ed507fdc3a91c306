command-row = Row { $row }, cell { $cell }: { $what }
command-rulebook-mistake = Line { $line }, column { $column }: { $what }. { $advice }
command-mistakes = { $count ->
    [one] { $count } mistake
   *[other] { $count } mistakes
}
command-rulebook = Rulebook { $id }, SHA-256 { $hash }
command-rulebook-holds = Rulebook { $id } has no mistakes
command-rulebook-parts = { $items } items, { $grades } grades, { $groups } respondent groups
command-possible = Possible totals: { $lowest } to { $highest }
command-settings = Settings
command-ranking = Ranking
command-vetoed = { $unit }: { $band } ({ $vetoes })
command-unranked = { $unit }: not ranked ({ $reasons })
command-ignored-columns = These columns were not read: { $columns }
command-closed = closed
