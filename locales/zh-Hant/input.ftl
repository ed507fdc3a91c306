### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

input-table-unreadable = 這個文件讀不出單位表：{ $why }。請另存為 CSV（UTF-8）或 XLSX 後再選。現有單位沒有改動。
input-changed-meanwhile = 您核對差異之後，單位有了新的變動，沒有匯入。請重新選擇文件，再核對一次。
input-key-message = 交來的內容沒有通過驗證（{ $round }）：{ $why }。沒有提交。請再算一次。
input-key-answer-other = 這份答覆屬於另一次評議或另一方，沒有提交。
input-practice-share = 試開的份額沒有通過驗證：{ $why }。沒有提交。請確認選的是您的密鑰。
input-code-list = 票箱 { $box } 的清單不能用：{ $why }。沒有提交任何清單。請重新生成。
input-code-change = 票箱 { $box } 的補發清單不能使用：{ $why }。沒有作廢任何邀請碼。請核對所選的是不是最近一次提交時保存的清單。
input-share = 票箱 { $box } 的份額沒有通過驗證：{ $why }。沒有存入任何份額。請確認選的是您交存公鑰時的密鑰文件。
input-share-missing = 缺少票箱 { $box } 的份額，沒有存入任何份額。請再算一次。
input-password-weak = 密碼太短或太簡單：至少 10 個字符，不能與登入名相同。密碼沒有修改。
input-clock-backwards = 練習時鐘不能往回調。
input-clock-real = 這裡用的是真實時間，不能調整。
input-opinion-text = 請寫 1 至 { $limit } 個字。
input-opinion-sealed = 這份內容沒有按規定加密，沒有收下，也沒有保存。請刷新頁面後再交。
input-sorting-words = 請寫 1 到 { $most } 個字。
input-gathering-number = 一次可以錄入 1 到 { $most } 條意見。沒有錄入任何內容。
input-gathering-text = 每條意見應有 1 到 { $most } 個字。沒有錄入任何內容，您寫的還在。
input-gathering-no-handler = 單位 { $unit } 的意見還沒有辦理人登記密鑰，錄入後誰也打不開，所以沒有錄入。請評議組人員先登記密鑰。
input-gathering-no-second = 單位 { $unit } 的意見還沒有第二人（辦公室主任、糾風辦）登記密鑰，反映人的身份無法加密，所以沒有錄入。請先登記密鑰。
input-gathering-no-key = 您還沒有登記辦理人密鑰，或者與單位 { $unit } 有關係，不能錄入它的投訴。沒有錄入任何內容，您寫的還在。
input-gathering-rows = 文件裡有 { $count } 處錯誤，沒有錄入任何內容。請改好後重新上傳。
