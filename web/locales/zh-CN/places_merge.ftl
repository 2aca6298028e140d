### 社区合并。

places-kind-merged = 已并入别的社区
places-merge-title = 合并社区
places-merge-about = 小区、住户、经办人、没办完的事、常用答复、上面派的任务和走访记录，一起归到另一个社区，时限不变。平台只剩一个社区值守，减负看板上会少一份。合并以后不能拆回来。
places-merge-gone = 哪个社区并过去
places-merge-into = 并到哪个社区
places-merge-blank = 请选择
places-merge-do = 合并
places-flash-merged = 合并好了，{ $n }件没办完的事一起过去了。
places-refused-not-two-communities = 请选两个不同的社区。
