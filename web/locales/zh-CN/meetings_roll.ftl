### 谁参加、谁表决：名册是谁的，范围多大。

meetings-roll = 谁参加
meetings-roll-line =
    { $n ->
        [0] { $who }，现在还没有人
       *[other] { $who }，{ $n }人
    }
meetings-roll-choose = 叫谁来
meetings-roll-choose-hint = 这种会可以叫不同的人来开。一次会只能选一种，由来的人表决。
meetings-roll-scale = 这次表决由谁投
meetings-roll-scale-hint = 只关系一幢楼或者一个楼道的事，可以只让那里的人投。名册在开始表决时定下来。
meetings-roll-all = { $place }的全体
meetings-roll-only = 只由{ $place }的人投
meetings-roll-voters =
    { $n ->
        [0] 由{ $place }的{ $who }投票，现在名册上还没有人
       *[other] 由{ $place }的{ $who }投票，共{ $n }人
    }
meetings-roll-whose = 由{ $place }的{ $who }投票
meetings-roll-binds = 表决照法律的规定算，上面写着依据的条文。
meetings-refused-no-such-scale = 这个范围不在这次会里面，请重新选。
meetings-refused-no-such-roll = 这种会不能换成这些人开，请重新选。
meetings-roll-called = 参加的人：{ $who }
