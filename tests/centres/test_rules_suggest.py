"""What realistic complaints suggest, and when nothing is suggested."""

from pathlib import Path

import pytest

import linyue.centres
from linyue.centres.catalogue import parse
from linyue.centres.rules import Way
from linyue.centres.rules_quote import passages, readable
from linyue.centres.rules_suggest import (
    Confidence,
    ReasonKind,
    build_index,
    grams_of,
    matches,
    past_decision,
    suggest_items,
)

INDEX = build_index(parse((Path(linyue.centres.__file__).parent / "catalogue.yaml").read_text(encoding="utf-8")))

COMPLAINTS = [
    ("我家住顶楼，一下大雨屋顶就漏水，天花板都湿了", "facilities", Way.COUNCIL),
    ("3幢楼道灯不亮已经一个月了，老人晚上不敢下楼", "facilities", Way.COUNCIL),
    ("单元门的门禁坏了，谁都能进来", "facilities", Way.COUNCIL),
    ("下水道又堵了，污水漫到路面上", "facilities", Way.COUNCIL),
    ("楼上半夜打麻将声音很大，吵得睡不着", "relations", Way.COUNCIL),
    ("邻居家的狗叫个不停，遛狗不牵绳", "relations", Way.COUNCIL),
    ("隔壁空调滴水滴到我家窗台", "relations", Way.COUNCIL),
    ("楼上漏水漏到我家，找他不理", "relations", Way.COUNCIL),
    ("垃圾桶放在我家窗下，夏天垃圾臭得不行", "environment", Way.COUNCIL),
    ("楼下绿化没人修剪，树枝挡住了窗户", "environment", Way.COUNCIL),
    ("小区里外来车乱停，晚上回来没有车位", "parking", Way.COUNCIL),
    ("消防通道天天被私家车占着", "parking", Way.COUNCIL),
    ("有人高空抛物，烟头从楼上扔下来", "safety", Way.COUNCIL),
    ("停在楼下的电瓶车被小偷偷走了", "safety", Way.COUNCIL),
    ("中秋活动能不能办个联欢晚会", "culture", Way.COUNCIL),
    ("电梯里的广告收入到底去哪了，公共收益应该公布", "money", Way.COUNCIL),
    ("我们楼想加装电梯，怎么征求大家同意", "HS-090", Way.COUNCIL),
    ("外墙砖掉下来了，能不能走应急维修", "HS-088", Way.COUNCIL),
    ("小区业委会换届一直没动静", "HS-086", Way.COUNCIL),
    ("想申请一块绿地认养，做共享花园", "HS-151", Way.COUNCIL),
    ("妈妈今年八十岁了，高龄津贴怎么领", "HS-008", Way.CENTRE),
    ("社保卡丢了要补一张", "HS-016", Way.CENTRE),
    ("父亲想换一副轮椅，残疾人辅具有没有补贴", "HS-031", Way.CENTRE),
    ("下岗了，失业金去哪里领", "HS-020", Way.CENTRE),
    ("在外地看病，异地就医备案怎么弄", "HS-024", Way.CENTRE),
    ("家里困难，想申请低保", "HS-001", Way.CENTRE),
    ("外地人想办居住证", "HS-038", Way.CENTRE),
    ("新生儿出生手续怎么一起办", "HS-047", Way.CENTRE),
    ("申请公租房要什么材料", "HS-039", Way.CENTRE),
    ("楼下饭店油烟太大，影响休息", "HS-149", Way.OWN_DESK),
    ("一楼有人私搭违章搭建的棚子", "HS-150", Way.OWN_DESK),
    ("有人把电瓶车推上楼在楼道里飞线充电", "HS-145", Way.OWN_DESK),
    ("旧沙发放在楼下没人要，大件垃圾怎么清", "HS-148", Way.OWN_DESK),
    ("接到电话说我中奖了，怀疑是电信诈骗", "HS-057", Way.OWN_DESK),
    ("隔壁男的经常打老婆，好像是家暴", "HS-069", Way.OWN_DESK),
    ("想请家庭医生签约", "HS-115", Way.OWN_DESK),
    ("请给我开一张亲属关系证明", "NEG-01", Way.REFUSAL),
    ("单位要我开无犯罪记录证明，社区能盖章吗", "NEG-05", Way.REFUSAL),
    ("银行要收入证明，社区帮忙出具一下", "NEG-17", Way.REFUSAL),
    ("房产证过户，不动产登记在哪里办", "REF-08", Way.REFERRAL),
    ("孩子明年上小学，入学报名找谁", "REF-11", Way.REFERRAL),
    ("老板拖欠工资三个月了，想申请劳动仲裁", "REF-10", Way.REFERRAL),
    ("身份证到期了要换新的", "REF-01", Way.REFERRAL),
]


@pytest.mark.parametrize(("text", "target", "way"), COMPLAINTS)
def test_a_complaint_leads_to_its_target(text: str, target: str, way: Way) -> None:
    found = suggest_items(text, INDEX)
    assert found, "no suggestion"
    assert (found[0].target, found[0].way) == (target, way), [(c.target, c.points) for c in found]
    assert len(found) <= 3
    assert all(candidate.reasons for candidate in found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "你好",
        "啊啊啊啊啊啊",
        "asdf qwer zxcv",
        "今天天气不错",
        "1234567890",
        "谢谢你们辛苦了",
        "？？？",
        "有件事想问问",
    ],
)
def test_weak_evidence_gives_no_suggestion(text: str) -> None:
    assert suggest_items(text, INDEX) == ()


def test_reasons_name_the_words_and_the_rule() -> None:
    first = suggest_items("请给我开一张亲属关系证明", INDEX)[0]
    assert [reason.kind for reason in first.reasons[:2]] == [ReasonKind.NAMED, ReasonKind.WORDS]
    assert "亲属关系" in first.reasons[1].words
    assert first.reasons[-1].kind is ReasonKind.RULE_REFUSAL
    assert first.confidence is Confidence.HIGH


@pytest.mark.parametrize(
    ("text", "words", "quoted"),
    [
        ("给母亲申请高龄津贴", ("龄津", "高龄", "津贴"), ("高龄津贴",)),
        ("顶楼屋顶漏水 5幢楼顶漏水", ("屋顶漏", "屋顶+漏水", "顶楼+漏"), ("顶楼屋顶漏水",)),
        ("WiFi is slow, wifi gone", ("wifi",), ("WiFi", "wifi")),
        ("没有这些字", ("路灯",), ()),
        ("什么都没有", (), ()),
    ],
)
def test_reasons_quote_the_report_as_a_person_would(text: str, words: tuple[str, ...], quoted: tuple[str, ...]) -> None:
    assert passages(text, words) == quoted


@pytest.mark.parametrize(
    ("text", "grams", "quoted"),
    [
        ("请给我开一张亲属关系证明", ("属关", "关系", "系证"), ("亲属关系证明",)),
        ("开锁的、通下水道的，墙上都是", ("锁的", "道的", "都是"), ()),
        ("过六十了，证坐公交用", ("过六", "证坐"), ()),
        ("过六十了，证坐公交用", ("过六", "六十", "十了"), ("过六十了",)),
        ("楼道灯坏了，阿拉屋里向", ("坏了", "阿拉", "拉屋", "屋里"), ()),
        ("楼道灯坏了，阿拉屋里向", ("阿拉", "拉屋", "屋里", "里向"), ("阿拉屋里向",)),
        ("WiFi 坏了", ("wifi", "坏了"), ("WiFi",)),
        ("电梯停了", ("电梯", "停了"), ("电梯",)),
        ("没有", (), ()),
    ],
)
def test_learned_pairs_are_quoted_only_where_a_person_can_read_them(
    text: str, grams: tuple[str, ...], quoted: tuple[str, ...]
) -> None:
    assert readable(text, grams, INDEX.lexicon) == quoted


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("老年人优待证怎么办", "HS-049"),
        ("老年人优待证（卡）丢在公交上了", "HS-049"),
        ("退役军人优待证什么时候可以领", "HS-041"),
        ("想问问城乡居民基本养老保险待遇申领", "HS-013"),
    ],
)
def test_an_item_that_is_named_whole_comes_first(text: str, target: str) -> None:
    first = suggest_items(text, INDEX)[0]
    assert (first.target, first.reasons[0].kind) == (target, ReasonKind.NAMED)


def test_a_name_that_others_contain_is_no_whole_name() -> None:
    assert all(
        candidate.reasons[0].kind is not ReasonKind.NAMED for candidate in suggest_items("社会保障卡挂失", INDEX)
    )


def test_the_same_words_without_a_paper_asked_for_are_no_certificate() -> None:
    for candidate in suggest_items("我妈妈身体还健在，想给她申请养老服务补贴", INDEX):
        assert candidate.way is not Way.REFUSAL


def test_past_decisions_are_counted_and_said() -> None:
    text = "小区东门的围墙裂了口子，来往的人不放心"
    before = suggest_items(text, INDEX)
    past = [past_decision("小区东门围墙裂了口子", "HS-093")] * 4 + [past_decision("小区东门围墙裂口子了", "safety")]
    found = suggest_items(text, INDEX, past)
    assert found[0].target == "HS-093"
    reason = next(r for r in found[0].reasons if r.kind is ReasonKind.PAST)
    assert (reason.count, reason.of) == (4, 5)
    assert not before or before[0].points < found[0].points


def test_two_alike_decisions_are_too_few() -> None:
    past = [past_decision("今天天气不错啊", "HS-093")] * 2
    assert suggest_items("今天天气不错", INDEX, past) == ()


def test_confidence_falls_when_two_targets_are_close() -> None:
    """One word that two kinds share is no ground for confidence."""
    found = suggest_items("家里漏水", INDEX)
    assert len(found) >= 2 or found[0].confidence is not Confidence.HIGH
    assert all(candidate.confidence is not Confidence.HIGH for candidate in found)


def test_english_reports_are_matched_by_the_items_names() -> None:
    found = suggest_items("How do I get the social security card application?", INDEX)
    assert found
    assert found[0].target == "HS-015"


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [("漏水", "屋顶漏水", True), ("楼上+吵", "楼上太吵", True), ("楼上+吵", "楼下太吵", False), ("漏", "", False)],
)
def test_matches(word: str, text: str, found: bool) -> None:
    assert matches(word, text) is found


def test_grams_of_mixed_text() -> None:
    assert grams_of("屋顶漏水，App 坏了 ab") == {"屋顶", "顶漏", "漏水", "坏了", "app"}
