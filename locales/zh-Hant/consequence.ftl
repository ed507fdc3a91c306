### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

consequence-title = 結果運用
consequence-noun = 結果運用
consequence-lead = 結果公佈後，表揚、免評和責任追究由人逐一確認，沒有一項是自動的。
consequence-none = 還沒有確認的結果運用。
consequence-not-yet = 結果公佈以後才能確認結果運用。
consequence-grounds = 理由
consequence-grounds-advice = 一句話，會公開。
consequence-confirmed-on = 確認日期
consequence-followed = 落實情況
consequence-note = 落實情況
consequence-note-save = 記錄
consequence-confirm = 確認結果運用
consequence-confirm-advice = 請對照排名和每個單位的情況。確認後公開，並記入日誌。
consequence-confirm-sure = 確認這項結果運用？它會立即公開。
consequence-choose = 請選擇單位和結果運用。
consequence-breaches = 查實違反「八個嚴禁」的單位
consequence-breaches-words = 經兩個人核查、決定。按評議方案，這些單位直接列入不合格檔次。
