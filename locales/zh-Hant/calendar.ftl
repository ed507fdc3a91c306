### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

calendar-title = 日程
calendar-intro = 您所轄各級民主評議的四個階段。
calendar-empty = 還沒有確定日程的評議
calendar-empty-advice = 綜合組在評議的「籌備」頁確定四個階段的日期，之後顯示在這裡。
calendar-chart = 各階段時間圖，豎線為今天（{ $date }）
calendar-unscheduled = 尚未確定日期：{ $titles }
calendar-running = 正在進行：{ $phases }
calendar-between = 今天不在任何階段內
calendar-before = 尚未開始
calendar-over = 各階段已結束
calendar-survey-dates = 測評時間
