### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

phase-mobilisation = 部署動員
phase-opinions = 徵求意見與自查自糾
phase-rectification = 反饋意見與整改建制
phase-tally = 檢查評議與集中統分
