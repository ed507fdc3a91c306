# Used by the methods of Texts: date, month_day, weekday_date, period, date_time.
date-full = { date-month-day } { $year }
date-month-day = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
date-with-weekday = { $weekday ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
}, { $date }
date-period = { $from } to { $to }
date-period-in-year = { $from } to { $to } { $year }
date-and-time = { $date }, { $time }
