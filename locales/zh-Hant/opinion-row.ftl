### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

opinion-row-unit-missing = 沒有寫單位
opinion-row-unit-unknown = 「{ $value }」不是這次評議的單位
opinion-row-item-unknown = 評議方案裡沒有「{ $value }」這一項
opinion-row-matter-missing = 沒有寫類別
opinion-row-matter-unknown = 「{ $value }」不是表揚、建議或投訴
opinion-row-text-missing = 沒有寫意見
opinion-row-text-too-long = 有 { $count } 個字，最多 { $limit } 個字
opinion-row-duplicate = 與第 { $first_row } 行相同
opinion-row-formula-error = 公式出錯：{ $value }
