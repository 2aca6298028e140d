### Two communities become one.

places-kind-merged = Merged into another community
places-merge-title = Merge communities
places-merge-about = Compounds, residents, staff, open matters, answers often given, pushed tasks and visits go along, by the same days. One community less keeps the platforms, so the load board counts them once less. It cannot be undone.
places-merge-gone = The community that goes
places-merge-into = The community it goes into
places-merge-blank = Please choose
places-merge-do = Merge
places-flash-merged = Merged; { $n } open matters went along.
places-refused-not-two-communities = Please choose two different communities.
