### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

finding-state-open = 歸併中
finding-state-fed-back = 已反饋單位
finding-state-dissolved = 已撤銷
finding-title = 問題
finding-number = 第 { $number } 號問題
finding-column = 編號
finding-words = 問題（隱名錶述）
finding-words-advice = 1000 字以內，被評單位會看到。不要寫姓名、電話和能認出反映人的細節。
finding-opinions = 意見
finding-opinions-advice = 歸併不影響每條意見：反映人各自看到自己那條的進展。
finding-none = 沒有問題
finding-none-advice = 從「待整理」打開一條意見，把它歸併成問題。
finding-choose = 選第 { $number } 號
finding-take-out = 拆出所選意見
finding-undo = 撤銷歸併
finding-undo-advice = 全部意見回到「待整理」，問題編號保留，不再使用。
finding-reword = 修改表述
finding-dissolved-advice = 歸併已撤銷，意見都回到了：
