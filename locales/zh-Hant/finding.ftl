### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

finding-state-open = 歸併中
finding-state-fed-back = 已反饋單位
finding-state-dissolved = 已撤銷
