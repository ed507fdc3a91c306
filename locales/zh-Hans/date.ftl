# Used by the methods of Texts: date, month_day, weekday_date, period, date_time.
date-full = { $year }年{ $month }月{ $day }日
date-month-day = { $month }月{ $day }日
date-with-weekday = { $date }（星期{ $weekday ->
    [1] 一
    [2] 二
    [3] 三
    [4] 四
    [5] 五
    [6] 六
   *[7] 日
}）
date-period = { $from }至{ $to }
date-period-in-year = { $year }年{ $from }至{ $to }
date-and-time = { $date } { $time }
