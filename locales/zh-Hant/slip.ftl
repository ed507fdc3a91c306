### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

slip-title = 邀請碼單
slip-code = 邀請碼
slip-about-one = 群體：{ $group }　測評單位：{ $unit }
slip-about-many = 群體：{ $group }　測評單位共 { $count } 個
slip-address = 掃描右邊的QR Code，或打開 { $address } 輸入邀請碼。
slip-until = { $time }截止。
slip-secrecy = 答案在您的設備上封存後才發出，沒有人能看到您個人的答案。答過可以再答，以最後一次為準。
slip-csv-header = 測評表,序號,邀請碼,連結
