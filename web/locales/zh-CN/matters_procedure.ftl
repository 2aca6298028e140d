### 程序：一件事走几步的程序时，经过里写什么
matters-event-procedure-begun = 开始走程序
matters-event-procedure-moved = 程序走到下一步
matters-event-procedure-ended = 程序走完了
matters-link-procedure = 看这个程序
