# 主持人选投票方式
rounds-way = 怎么投
rounds-way-hint = 不改，就按议程定的。
rounds-way-more = 选项（选一项、选几项、贴点、打分、排先后、分钱才要写）
rounds-way-options-hint = 一行一个，2到16个。要英文，用竖线隔开：修长椅 | Mend the bench。分钱的，行末写金额：修长椅 1200元。
rounds-way-seats = 选出几项
rounds-way-budget = 一共分多少元（只有分钱才填）
