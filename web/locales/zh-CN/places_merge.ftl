### 社区合并。

places-kind-merged = 已并入别的社区
places-merge-title = 合并社区
places-merge-about = 小区、住户、经办人和没办完的事，一起归到另一个社区，时限不变。合并以后不能拆回来。
places-merge-gone = 哪个社区并过去
places-merge-into = 并到哪个社区
places-merge-blank = 请选择
places-merge-do = 合并
places-flash-merged = 合并好了，{ $n }件没办完的事一起过去了。
places-refused-not-two-communities = 请选两个不同的社区。
