# 列席：不在名册上的人来参加。
rounds-sit-in = 我来列席
rounds-sit-in-title = 不在名册上？您可以列席
rounds-sit-in-hint = 列席的人不表决，也不算到会人数。您的称呼会写进会议记录的列席名单。按下就是照这里的规则参加。
rounds-sitting-in = 您在列席
rounds-sitting-in-hint = 这种会议，发言和表决归名册上的人。
rounds-flash-sitting-in = 记下了，您在列席。
rounds-guests = 列席{ $n }人
rounds-guest = 列席
