"""Words of danger: which numbers a report's writer should call before anything else. Plain functions over values.

A page too many costs a tap, a page too few may cost a life: what is doubtful counts as danger.
"""

import re
import unicodedata

GAS = "gas"
"""Stands for the gas company's own emergency line, which each district sets."""
FIRE, AMBULANCE, POLICE = "119", "120", "110"
ORDER = (FIRE, AMBULANCE, POLICE, GAS)

_GAS = "(?:煤气|燃气|天然气|液化气|瓦斯)"
_PIPED = f"{_GAS}(?!费|卡|账|公司|开户|缴|价|补贴)"
"""Gas itself, not its bill, card or company."""
_LEAK = "漏(?![水雨电光风氟油交缴抄登报收记算])"
_NEAR = "[^，,。.！!？?；;\\n水雨]{0,8}"
"""Between two words of one clause; what stands beside water is a leak of water."""
_FAR = "[^。.！!？?；;\\n]{0,14}"
"""Between two words of one sentence."""
_HURT = "(?:动不了|不能动|不会动|起不来|站不起来|爬不起来|流血)"
_BUILT = "(?:墙|房子?|屋子?|屋顶|楼(?![上下道])|楼板|阳台|天花板|雨棚|脚手架|桥)"
_INSIDE = "里面?(?:还|都|正)?有(?:人|老人|小孩|孩子)(?![抽吸小大乱贴扔丢吐拉尿撒放停带推在])"

CHINESE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "gas",
        (
            f"{_GAS}{_FAR}(?:漏气|泄漏|泄露|跑气)", "漏气", f"{_PIPED}{_NEAR}{_LEAK}",
            f"{_LEAK}[^，,。！？；\\n水]{{0,4}}{_GAS}", f"(?:泄漏|泄露)[^，,。！？；\\n水]{{0,4}}{_GAS}",
            f"{_PIPED}[^，,。！？；\\n油烟菜饭]{{0,8}}(?:味|臭|刺鼻|呛)", f"闻[^，,。！？；\\n]{{0,8}}{_GAS}",
            f"{_GAS}{_NEAR}关不[上紧掉牢]", f"{_GAS}{_NEAR}管{_NEAR}(?:破|裂|爆|断|挖到)",
            f"{_GAS}[^。！？；\\n]{{0,4}}报警{_FAR}(?:响|叫)",
        ),
    ),
    (
        FIRE,
        (
            "[着起失]了?火", "火灾", "冒[着出起了]?(?:一股|好多|很多)?[黑白浓青大]?烟", "浓烟", "烧起来", "烧着了",
            "爆炸", "(?:电线|电表|电箱|配电|插座|开关|电缆)[^。！？；\\n]{0,8}(?:火花|冒火|打火|焦味|糊味|烧焦)",
            "漏电(?!保护|开关|断路|保险)", "(?:门|栏|杆|墙|水|扶手|地)[^，,。！？；\\n]{0,3}带电", "被困", "困[在住]",
            f"困人|关人|电梯{_FAR}(?:困(?![难扰境])|被关)", "[关卡]在[^，,。！？；\\n]{0,3}电梯",
            "电梯(?![口费卡厅房广])[^。！？；\\n]{0,8}出不来", f"电梯[^。！？；\\n]{{0,8}}{_INSIDE}",
            f"{_BUILT}[^，,。！？；\\n]{{0,4}}(?:塌|坍|垮)",
            "(?:墙|房子|阳台|脚手架)[^，,。！？；\\n]{0,2}倒(?:了|塌|下)", "(?:倒|坍|垮)塌",
        ),
    ),
    (
        AMBULANCE,
        (
            "[昏晕]倒", "[昏晕]过去", "昏迷", "晕厥", "不省人事", "没有?呼吸", "没气了", "喘不[上过]气", "大出血",
            "血流不止", "流血不止", "流了很多血", "心脏病发", "心梗", "胸口[^，,。]{0,2}[痛疼]", "中毒", "叫不醒",
            f"摔[^。！？；\\n]{{0,8}}{_HURT}", "突然倒[下地在]", "触了?电", "被电(?=[了到伤击倒晕死])", "电到人",
            "抽搐", "割腕",
        ),
    ),
    (
        POLICE,
        (
            "打人", "持刀", "拿刀", "抢劫", "小偷", "入室", "家暴", "跳楼", "轻生", "自杀", "不想活", "失踪", "走失",
            "走丢", "威胁要杀", "高空抛物", "往下扔", "往楼下扔", "砸到人", "砸伤", "落水", "鼻青脸肿",
        ),
    ),
)  # fmt: skip
"""Who comes, and the words of one sentence that should make people call them first."""

_PEOPLE = (
    "(?:people|person|somebody|someone|man|woman|child|children|kids?|boy|girl|baby|mother|father|neighbou?rs?"
    "|i am|we are|i'm|we're|he|she)"
)
_FITTING = "(?:drill|door|hydrant|exit|extinguisher|lane|engine|alarm|escape)"
_STRUCTURE = r"(?:wall|roof|ceiling|balcony|building|scaffold\w*|house|floor)"
_LEAVES = r"(?<!water )(?<!roof )(?:leak(?!s? water|ing water)|escap(?:e|es|ing)\b|hiss)"
_TO = r"(?:\W+(?:of|in|from|the|a|an|our|my|at|some|natural|out|like|strong|strongly|kitchen|is|there|town)){0,4}\W+"
ENGLISH: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "gas",
        (
            rf"\bgas\b(?! bills?| cards?| company| fees?| account)[^.!?;\n]{{0,40}}?{_LEAVES}",
            rf"{_LEAVES}\w*{_TO}gas\b",
            r"\bgas\b(?! bills?| cards?| company| fees?| account)[^.!?;\n]{0,12}\b(?:smell|odou?r)",
            rf"\b(?:smell|odou?r|reek|stink)\w*{_TO}gas\b",
            r"\bgas\b[^.!?;\n]{0,12}\b(?:alarm|detector)\b[^.!?;\n]{0,20}\b(?:going off|beep|ring|sound)",
            r"\bgas\b[^.!?;\n]{0,12}\bpipes?\b[^.!?;\n]{0,20}\b(?:broken|burst|cracked|cut|ruptured)",
        ),
    ),
    (
        FIRE,
        (
            r"\bon fire\b", rf"\b(?:caught|catch(?:es|ing)|a) fire\b(?! {_FITTING})", r"\bfire (?:in|on|at|broke) ",
            r"\bflames\b", r"\bsmell\w*\W+(?:of |like )?(?:something )?burning",
            r"(?<!cigarette )(?<!tobacco )(?<!cooking )\bsmoke (?:is )?(?:coming|pouring|rising|filling)",
            r"\bexplo(?:sion|ded|ding)\b",
            r"\b(?:stuck|trapped|locked|caught|shut)\b[^.!?;\n]{0,12}\b(?:lift|elevator)\b",
            rf"\b{_PEOPLE}\b[^.!?;\n]{{0,20}}\btrapped\b",
            rf"\b(?:lift|elevator)\b[^.!?;\n]{{0,30}}\b{_PEOPLE}\b[^.!?;\n]{{0,12}}\binside\b",
            r"\blive (?:wire|cable)", r"\bspark(?:s|ing)\b",
            r"\b(?:leak\w*|stray) (?:of )?(?:electric(?:ity)?|current)\b",
            r"\belectric(?:ity|al)?(?: is| current)? leak",
            rf"\b{_STRUCTURE}\b[^.!?;\n]{{0,25}}\b(?:collaps|cav(?:ed|ing) in|about to fall|falling down)",
        ),
    ),
    (
        AMBULANCE,
        (
            r"\bunconscious\b", r"\bnot breathing\b", r"\bcan(?:not|'t) breathe\b", r"\bheavy bleeding\b",
            r"\bbleeding heavily\b", r"\bheart attack\b", r"\bchest pain", r"\bpoison(?:ed|ing)\b", r"\belectric shock",
            r"\belectrocut", r"\bfaint(?:ed|ing)\b", r"\bpassed out\b", r"\bhaving a (?:seizure|fit)\b",
            rf"\b{_PEOPLE}(?: has| just)* collapsed\b",
        ),
    ),
    (
        POLICE,
        (
            r"\bknife\b", r"\brobbery\b", r"\bburglar\b", r"\bbreak-in\b", r"\bviolence\b", r"\bsuicide\b",
            r"\bmissing child\b", r"\bthrowing things down\b",
        ),
    ),
)  # fmt: skip
"""The same in English, small letters."""

CALM = (
    "(?:万一|预防|防止|防范|避免|以免|防)(?:有人|发生|家里|再)?(?:燃气|煤气|天然气)?"
    "(?:着火|起火|火灾|烧起来|泄漏|漏气|漏电|触电|中毒|倒塌|爆炸|家暴|小偷|走失)", "真烧起来", "着火了?怎么(?!办)",
    "火灾(?:演练|隐患|保险|报警器|逃生|知识|救助|补助)", "高空抛物宣传",
    "(?:泄漏|漏气|漏电)(?:报警|保护|检测)器?(?=[怎免能要多哪有可，。？?]|$)",
    "(?:燃气|煤气|天然气|液化气|胎|瓶|罐|灶|球)[^，。！？]{0,6}没气",
    "(?:胎|车(?!库)|窗|门缝|球|气垫|床垫|空调|冰箱|暖气)[^，。！？]{0,6}漏气", "(?:电脑|手机)中毒",
    r"\b(?:in case of|if there is) (?:a )?(?:fire|gas leak)",
    r"\bgas (?:leak )?(?:alarm|detector)s?\b(?=\W*$|\W+(?:for|please|be)\b)",
)  # fmt: skip
"""Talk of a danger that is not there now. It is taken out before the words are looked for; nothing else calms them."""

_CALM = re.compile("|".join(CALM))
_DANGER = tuple((who, re.compile("|".join((*zh, *en)))) for (who, zh), (_, en) in zip(CHINESE, ENGLISH, strict=True))


def emergency_numbers(text: str) -> tuple[str, ...]:
    """Numbers to call at once, in the order 119 fire, 120 ambulance, 110 police, gas line; empty when nothing burns.

    Gas calls the fire brigade and the gas line both. Wide signs and blanks between Han signs make no difference.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = re.sub(r"(?<=[\u4e00-\u9fff])[ \t]+(?=[\u4e00-\u9fff])", "", plain)
    plain = _CALM.sub("", plain)
    found = {who for who, words in _DANGER if words.search(plain)}
    if GAS in found:
        found.add(FIRE)
    return tuple(number for number in ORDER if number in found)
