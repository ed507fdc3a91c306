### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

command-row = 第 { $row } 行，儲存格 { $cell }：{ $what }
command-rulebook-mistake = 第 { $line } 行第 { $column } 列：{ $what }。{ $advice }
command-mistakes = 共 { $count } 處錯誤
command-rulebook = 評議方案 { $id }，SHA-256 { $hash }
command-rulebook-holds = 評議方案 { $id } 沒有錯誤
command-rulebook-parts = 評議內容 { $items } 項，等次 { $grades } 個，群體 { $groups } 個
command-possible = 可能的總分：{ $lowest } 至 { $highest }
command-settings = 設置
command-ranking = 排名
command-vetoed = { $unit }：{ $band }（{ $vetoes }）
command-unranked = { $unit }：不參加排名（{ $reasons }）
command-ignored-columns = 沒有讀取這些列：{ $columns }
command-closed = 已停用
command-key-made = 密鑰已做好。請運行 gongping key sheet 抄出密鑰單，封入信封，與密鑰文件分開存放。
command-key-sheet = 請照抄到紙上，核對一遍，封入信封。不要拍照。
command-key-copied = 新文件已寫好。請用 check 試一次，再銷燬舊文件。
command-key-answered = 答覆文件已寫好，請交到密鑰頁面。
command-key-on-record = 公開記錄裡有這份密鑰。
command-key-not-on-record = 公開記錄裡沒有這份密鑰！請馬上告訴其他保管方。
