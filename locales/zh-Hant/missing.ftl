### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

missing-rulebook = 評議方案
missing-calendar = 日程
missing-keys = 三方公鑰
missing-codes = 邀請碼清單
missing-shares = 三方開箱份額
missing-majority = 全體組員的表決且贊成過半
