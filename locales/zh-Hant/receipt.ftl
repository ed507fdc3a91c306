### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

receipt-title = 回執
receipt-ask-title = 查回執
receipt-ask-hint = 看您的票在不在票箱裡、算沒算進結果。
receipt-ask-lead = 輸入回執，就能查到這張票在不在票箱裡。
receipt-field = 回執號
receipt-field-hint = 16 個字符，例如 4XVA-9TQ0-W3ZC-PJ82；大小寫、空格和橫線沒有關係。也可以輸入 43 個字符的票號。
receipt-form-mistake = 回執號應當是 16 個字符（沒有字母 U），票號應當是 43 個字符。請核對後再查。
receipt-not-found = 這次評議的票箱裡沒有這張票。請逐個字符核對；票號的大寫和小寫不同。如果確實沒有輸錯，請把回執給評議辦公室或監督部門看。
receipt-look-up = 查詢
receipt-another = 再查一張
receipt-in-box = 這張票在票箱裡
receipt-will-count = 它是這個邀請碼最後一次提交的票，開箱時會計入總數。
receipt-counted = 它已計入公佈的總數。
receipt-replaced = 這張票已被後來的票取代
receipt-replaced-words = 同一個邀請碼後來又提交過一次，以最後一次為準。如果不是您本人再次提交的，請告訴評議辦公室或監督部門。
receipt-at = 投入時間
receipt-what = 回執能證明什麼
receipt-proves = 能證明：一張封存的票在這個時間投進了這個票箱，沒有被改動、沒有丟失。下載票箱就能自己找到它。
receipt-proves-not = 不能證明：票裡選了什麼，是誰投的。所以沒有人能憑回執要求您「交代」答案，也沒有人能憑它收買您。
receipt-number = 回執號
receipt-square = 這張回執的QR Code
receipt-ballots = 票箱裡的票
receipt-height = 自鏈高起
receipt-tracker = 票號
receipt-trackers = 各票箱的票號
receipt-recompute = 回執號由這些票號按票箱編號的順序算出，任何人都能重算。
