slip-title = 邀请码单
slip-code = 邀请码
slip-about-one = 群体：{ $group }　测评单位：{ $unit }
slip-about-many = 群体：{ $group }　测评单位共 { $count } 个
slip-address = 扫描右边的二维码，或打开 { $address } 输入邀请码。
slip-until = { $time }截止。
slip-secrecy = 答案在您的设备上封存后才发出，没有人能看到您个人的答案。答过可以再答，以最后一次为准。
slip-csv-header = 测评表,序号,邀请码,链接
