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
command-key-made = The key is made. Copy the key sheet with gongping key sheet, seal it in an envelope, and keep it apart from the file.
command-key-sheet = Copy it by hand, compare it, seal it in an envelope. Do not photograph it.
command-key-copied = The copy is written. Check it, then destroy the old file.
command-key-answered = The answer is written; hand it in on the page of the keys.
command-key-on-record = The public record holds this key.
command-key-not-on-record = The public record does not hold this key! Tell the other key holders at once.
