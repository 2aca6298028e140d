# A council's own meeting: its two quorums, apart
rounds-council-seven = Standing members here
rounds-council-all = All of 7+X here
rounds-council-needed = { $n } needed
rounds-council-wait = The council is not complete yet
