### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

missing-rulebook = 評議方案
missing-calendar = 日程
missing-keys = 三方共同的鑰匙
missing-rehearsal = 試開票箱
missing-codes = 邀請碼清單
missing-shares = 足夠的開箱份額
missing-majority = 全體組員的表決且贊成過半
missing-reasons = 退回理由
