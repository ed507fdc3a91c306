### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

permission-not-allowed-title = 您的職責不包括這件事
permission-not-allowed-who = 「{ $what }」由{ $duties }辦理（{ $unit }）。
permission-not-allowed-kept = 沒有任何內容被改動。
permission-manage-accounts = 管理人員與職責
permission-manage-units = 管理單位
permission-see-workplace = 查看工作臺
permission-see-own-unit = 查看本單位
permission-plan-appraisal = 籌備民主評議
permission-open-appraisal = 啟動民主評議
permission-propose-survey = 擬定調查方案
permission-sign-survey-for-office = 代表辦公室簽署調查方案
permission-sign-survey-for-statistics = 代表統計局簽署調查方案
permission-issue-codes = 制發邀請碼
permission-hold-key = 保管密鑰
permission-run-survey = 開始和截止測評
permission-form-inspection-groups = 組建檢查組
permission-enter-points = 檢查打分
permission-sign-inspection = 決定並簽署檢查報告
permission-draft-ranking = 起草排名
permission-sign-ranking-for-office = 代表辦公室簽署排名
permission-sign-ranking-for-statistics = 代表統計局簽署排名
permission-publish = 公佈結果
permission-not-allowed-who-anywhere = 「{ $what }」由{ $duties }辦理。
