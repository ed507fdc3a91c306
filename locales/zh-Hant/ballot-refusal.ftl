### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

ballot-refusal-not-open = 測評還沒有開始
ballot-refusal-closed = 測評已經截止，不能再提交
ballot-refusal-unknown-sheet = 沒有這個編號的測評表
ballot-refusal-wrong-boxes = 收到的答卷與這張測評表對不上
ballot-refusal-unknown-code = 這個邀請碼不在名單上
ballot-refusal-invalid = 答卷在途中損壞，沒有通過核驗
ballot-refusal-message = 發來的內容不是答卷
ballot-refusal-kept = 這次的答卷沒有投進票箱；以前投過的仍然有效。
ballot-refusal-not-open-advice = 請在公佈的測評時間內再來。
ballot-refusal-closed-advice = 截止前收到的答卷都會計入結果。
ballot-refusal-unknown-sheet-advice = 請核對邀請碼開頭的編號。
ballot-refusal-wrong-boxes-advice = 請刷新頁面，重新輸入邀請碼後再答一次。
ballot-refusal-unknown-code-advice = 請對照信件或簡訊核對邀請碼，一個字符也不能差。
ballot-refusal-invalid-advice = 請再提交一次；如仍不行，請換一個瀏覽器，或使用其他參與方式。
ballot-refusal-message-advice = 請從測評頁面提交。
