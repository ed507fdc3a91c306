### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

fault-nothing-changed = 沒有任何內容被改動，以前保存的內容都在。
fault-not-found-advice = 地址可能有誤，或者內容已經移走。請檢查地址，或從首頁重新進入。
fault-not-published = 結果還沒有公佈
fault-not-published-advice = 測評、檢查和封閉統分都完成、兩家單位簽字之後，結果才會在這裡公佈。在那以前任何人都看不到分數。
fault-not-published-expected = 按日程，評議在{ $date }結束，結果在那之後公佈。在那以前任何人都看不到分數，包括主辦單位。
fault-bad-request-advice = 請返回上一頁重新填寫，或從首頁重新進入。
fault-log-in-advice = 這一頁只給工作人員使用。請登入後再打開。
fault-not-allowed-advice = 這件事不在您的職責之內。如確需辦理，請聯繫本級評議辦公室為您分配職責。
fault-cross-site = 這次提交來自別的網站
fault-cross-site-advice = 為了安全沒有受理。請在本網站打開頁面後再提交。
fault-method = 這個地址不能這樣打開
fault-method-advice = 請從首頁進入，再點頁面上的按鈕。
fault-too-large-advice = 最多 { $limit }。請減小後再提交。
fault-failure-advice = 請過幾分鐘再試。如仍不行，請把編號 { $number } 告訴管理員。
fault-input-advice = 請按說明改正後再提交。
fault-rejection-advice = 請回到上一頁，按說明辦理。
fault-wrong-password = 登入名或密碼不對
fault-wrong-password-advice = 請檢查大小寫和輸入法後重新輸入。忘記密碼請找系統管理員。
fault-rate-advice = 為了安全，請在 { $minutes } 分鐘之後再試。
fault-mistakes = 內容裡有幾處需要改正
fault-go-home = 回到首頁
fault-rulebook-line = 第 { $line } 行第 { $column } 列
fault-appraisal-home = 回到這次評議的首頁
fault-rulebook-mistake = { $place }：{ $what }。{ $advice }
