# 有危险：先打电话

matters-emergency-first = 先打电话，再填这里
matters-emergency-gas = { $phone }燃气抢修
matters-emergency-kept = 您写的都在，没有丢。打完电话再接着填。
matters-emergency-go-on = 电话打过了，接着填
matters-emergency-always = 着火、漏气、有人受伤或被困：先打119、120、110。
