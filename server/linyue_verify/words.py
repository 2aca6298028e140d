"""The sentences of the verifier, in Chinese and English."""

PROVED: dict[int, tuple[str, str]] = {
    1: ("文件是规定格式的记录包。", "The file is a bundle in its one form."),
    2: ("记录包签名后没有改动过。", "Nothing in the bundle was changed since it was signed."),
    3: ("议题、选项、规则和名册完整。", "The question, its options, its rule and its roll are complete."),
    4: ("记录没有缺口，每一条都与前一条相连。", "The record has no gap, and every entry is tied to the one before it."),
    5: ("表决的正是开放时固定下来的议题。", "The question voted on is the one that was frozen at opening."),
    6: ("截止以后没有再加入任何一票。", "Nothing was added to the vote after it closed."),
    7: ("每个检查点都由包内的钥匙签名。", "Every checkpoint is signed with the key of this bundle."),
    8: (
        "每个检查点都与记录相符，最后一个涵盖全部。",
        "Every checkpoint fits this record, and the last one covers all of it.",
    ),
    9: (
        "每张计入的票都来自名册、选的是列出的选项，每人只计一次。",
        "Every counted ballot is from the roll, for a listed option, and each person counts once.",
    ),
    10: ("纸票和举手票的数目对得上。", "The paper and the hands add up."),
    11: (
        "票箱与封存时一致，开出的名单就是记录的那份。",
        "The box held what was sealed, and the opened list is the one recorded.",
    ),
    12: ("截止时的数字与记录相符。", "The figures at close fit the record."),
    13: ("重新清点的票数与公布的一致。", "The ballots counted again give the published numbers."),
    14: ("按规则从票数得出的结论正确。", "The outcome follows from the numbers by the rule."),
    15: (
        "本议题由两人作废并写明理由，结果不算数。",
        "The question was voided by two people, with a reason; its result does not count.",
    ),
    16: ("您的回执在记录里。", "Your receipt is in the record."),
    17: ("您保存的检查点所涵盖的内容都还在记录里。", "The record still holds everything your checkpoint covered."),
}
OVERALL = {
    "proved": ("结论：属实。上面每一项都由这份记录证明。", "Verdict: proved. The record proves every line above."),
    "wrong": (
        "结论：有误。这份记录不可信，请保留文件并提出异议。",
        "Verdict: wrong. Do not trust this record; keep the file and object.",
    ),
    "not provable here": (
        "结论：没有发现错误，但有的项目凭这份记录无法证明。",
        "Verdict: nothing is wrong, but some of it cannot be proved from this record.",
    ),
}
OUTCOMES = {
    "passed": ("通过", "passed"),
    "failed": ("未通过", "not passed"),
    "no_quorum": ("人数不足，表决无效", "too few took part; the vote is not valid"),
    "": ("还没有结果", "no result yet"),
}
LIMITS = (
    (
        "名册上每个记号是否真是一位有权投票的人：请名册上的人核对自己，居委会核对名单。",
        "that each mark on the roll is one entitled person: people check their own, the committee the list;",
    ),
    ("到场人数：这个数来自会议签到。", "how many were present: that number is the meeting's;"),
    (
        "纸票批次是否和纸票一致：由两名计票人分别录入，扫描件的指纹在记录里。",
        "that a paper batch says what the papers said: two tellers keyed it, the scans' fingerprints are recorded;",
    ),
    (
        "手机显示和发出的是否就是本人所选：请用回执核对。",
        "that a device sent what its owner chose: the receipt is for that;",
    ),
    ("时间：都是服务器写下的。", "when things happened: the times are the server's;"),
    (
        "没有另外一份记录：请把钥匙编号和检查点与大屏幕、会议记录、外部邮箱或自己手机上的对照。",
        "that there is no second record: compare key and checkpoint with screen, minutes, mailbox or your device.",
    ),
)
SECRET_LIMIT = (
    "无记名表决：管理服务器的人没有在投票期间另存票箱钥匙。",
    "for a secret vote: that the operator did not copy the box's key while the vote ran.",
)
