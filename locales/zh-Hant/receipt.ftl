### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

receipt-title = 回執
receipt-ask-title = 查回執
receipt-ask-hint = 看您的票在不在票箱裡、算沒算進結果。
receipt-ask-lead = 輸入回執，就能查到這張票在不在票箱裡。
receipt-field = 回執號
receipt-field-hint = 43 個字符，由字母、數字、加號和斜線組成。空格和換行沒有關係。
receipt-form-mistake = 回執號應當是 43 個字符，由字母、數字、加號和斜線組成。請核對後再查。
receipt-not-found = 這次評議的票箱裡沒有這張票。請逐個字符核對；大寫和小寫不同。如果確實沒有輸錯，請把回執給評議辦公室或監督部門看。
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
