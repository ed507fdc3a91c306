### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

practice-title = 練習時鐘
practice-intro = 練習環境的時間只能往前調，不能往回調。
practice-now = 現在是 { $time }
practice-to = 調到
practice-set = 調整
practice-bad-time = 時間沒有填，或無法識別。請寫成 2026-07-01 09:00。
practice-jump = 直接跳到
practice-jump-survey-opens = 「{ $title }」測評開始
practice-jump-survey-closes = 「{ $title }」測評截止
practice-jump-phase = 「{ $title }」{ $phase }首日
practice-back = 不能往回調：練習時鐘已經走到 { $time }。
