### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

duty-administrator = 系統管理員
duty-office-director = 辦公室主任
duty-coordination = 綜合組
duty-appraisal-team = 評議組
duty-inspector = 檢查組成員
duty-inspection-leader = 檢查組組長
duty-liaison = 聯絡組
duty-statistics-bureau = 統計局
duty-conduct-office = 糾風辦
duty-appraised-unit = 被評單位
duty-unit-head = 被評單位負責人
duty-noun = 職責
duty-at = { $duty }（{ $unit }）
duty-done-by = 由{ $duties }辦理。
duty-no-one = 目前沒有人擔任{ $duties }。請系統管理員在「人員與職責」裡安排。
