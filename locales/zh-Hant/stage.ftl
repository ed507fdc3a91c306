### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

stage-planned = 籌備中
stage-open = 已啟動
stage-unplanned = 待擬調查方案
stage-proposed = 調查方案待籤
stage-agreed = 交鑰與發碼
stage-collecting = 測評進行中
stage-closed = 已截止待開箱
stage-tallied = 已開箱待排名
stage-decided = 檢查組已決定
stage-drafted = 排名待籤
stage-signed = 排名已籤待公佈
stage-published = 已公佈
