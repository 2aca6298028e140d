# 理事会自己开会：两个人数分开算
rounds-council-seven = 常任理事到会
rounds-council-all = 7+X一起到会
rounds-council-needed = 至少{ $n }位
rounds-council-wait = 理事还没到齐
