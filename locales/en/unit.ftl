unit-noun = Unit
unit-plural = Units
unit-tree = Tree of units
unit-id = Unit id
unit-name = Name of the unit
unit-parent = Superior unit
unit-children = Units below
unit-level = Level
unit-level-province = Province
unit-level-city = City
unit-level-county = County
unit-level-window = Window
unit-window = Service window
unit-opened-on = Opened on
unit-closed-on = Closed on
unit-organiser = Organiser
unit-count = { $count ->
    [one] { $count } unit
   *[other] { $count } units
}

unit-import = Import units
unit-import-advice = CSV (UTF-8 or GB18030) or XLSX. The first row is the header: unit_id, name, level, parent_id, opened_on.
unit-import-rows-read = { $count ->
    [one] { $count } row read
   *[other] { $count } rows read
}
unit-import-mistakes = { $count ->
    [one] { $count } mistake. Nothing is imported until it is corrected; the units are as they were.
   *[other] { $count } mistakes. Nothing is imported until all are corrected; the units are as they were.
}
unit-import-added = { $count } new
unit-import-renamed = { $count } renamed
unit-import-moved = { $count } moved
unit-import-closed = { $count } closed
unit-import-unchanged = { $count } unchanged

unit-row-id-missing = The unit id is missing
unit-row-id-bad = “{ $value }” is not a unit id: a six-digit area code and a suffix, such as 360100-LSB
unit-row-id-duplicate = The unit id “{ $value }” is in row { $first_row } already
unit-row-id-number = The spreadsheet has turned the unit id into the number “{ $value }”; make the column a text column and enter the ids again
unit-row-name-missing = The name is missing
unit-row-name-too-long = The name has { $count } characters; { $limit } is the limit
unit-row-level-missing = The level is missing
unit-row-level-unknown = “{ $value }” is not a level; write province, city, county or window
unit-row-parent-missing = The superior unit is missing; only a province has none
unit-row-parent-unknown = No unit in the table has the id “{ $value }”
unit-row-parent-wrong-level = The superior unit “{ $value }” is not one level above
unit-row-parent-self = A unit cannot be its own superior
unit-row-parent-superfluous = A province has no superior unit; remove “{ $value }”
unit-row-date-missing = The date of opening is missing
unit-row-date-bad = “{ $value }” is not a date; write 2007-06-15 or 2007年6月15日
unit-row-name-not-one-line = The name has a line break or another invisible character; make it one line
unit-row-merged = The cells { $range } are merged; unmerge them and fill in each cell
unit-row-formula-error = The formula in this cell failed ({ $value })
