"""Words of danger: who is called first, and what is only talk, a bill or water."""

import pytest

from linyue.matters.rules_danger import emergency_numbers

GAS = ("119", "gas")
FIRE = ("119",)
AMBULANCE = ("120",)
POLICE = ("110",)


@pytest.mark.parametrize(
    ("numbers", "texts"),
    [
        (
            GAS,
            (
                "燃气漏气", "燃气管道漏气", "煤气管漏气", "煤气漏了", "天然气管子漏了", "有煤气味", "厨房漏煤气", "燃气泄漏了快来人",
                "燃气灶漏气", "煤 气 漏 了", "煤气管子好像在漏", "家里漏气了，头晕", "闻到一股燃气的味道", "楼道里天然气好臭", "施工把燃气管道挖断了",
                "液化气瓶漏了", "煤气阀门关不上", "燃气报警器一直响", "燃气泄漏报警器响了", "燃气公司说我家漏气", "漏的是天然气", "泄露了燃气",
                "燃气表那里有点泄漏", "煤气漏了怎么办", "Gas is leaking", "The gas pipe in the kitchen is leaking gas", "there is a gas leak",
                "gas leak", "I smell gas", "It smells like gas in the stairwell", "strong gas smell", "Gas odour on floor 3",
                "A leak of gas in building 6", "leaking gas pipe", "The gas alarm keeps beeping", "the gas pipe was cut by the digger",
                "GAS LEAKS in my kitchen",
            ),
        ),
        (
            FIRE,
            (
                "楼道起火了", "着火了", "隔壁失火", "电表箱冒烟", "配电箱冒出黑烟", "电线打火花", "插座有焦味", "楼下浓烟", "有人关在电梯里",
                "有人被困", "电梯困人", "电梯停在半中间，里面有人", "老人困在电梯里出不来", "我卡在电梯里了", "电梯门打不开，孩子出不来",
                "洗衣房漏电", "铁门带电", "墙要塌了", "围墙倒了", "阳台快要塌下来", "老房子倒塌", "脚手架垮了", "万一着火不得了，现在已经着火了",
                "我家着火了怎么办", "The shed is on fire", "there is a fire in the basement", "Smoke is coming out of the meter box",
                "Somebody is trapped in the lift", "I am stuck in the elevator", "the lift stopped with people inside",
                "The wall is about to collapse", "sparks from the socket", "a live wire hangs down",
            ),
        ),
        (
            AMBULANCE,
            (
                "老人晕倒了", "昏倒在楼道", "有人触电", "孩子被电到了", "叫不醒", "奶奶摔了一跤起不来", "人昏迷了", "胸口很痛", "他没有呼吸了",
                "a man fainted in the yard", "She collapsed", "he is unconscious", "somebody got an electric shock",
            ),
        ),
        (POLICE, ("有人从楼上往下扔酒瓶", "Somebody with a KNIFE", "有人持刀")),
        (("119", "120", "gas"), ("有煤气味，有人叫不醒", "煤气中毒，家里还在漏气")),
        (("120", "110"), ("老人昏倒在楼道，还有人打人",)),
        (
            (),
            (
                "", "5幢顶楼下雨就漏", "屋顶漏水", "漏水", "燃气费怎么交", "燃气开户", "燃气表漏抄了", "煤气灶坏了要换", "燃气热水器漏水",
                "煤气灶旁边水管漏了", "水管漏了，煤气灶也坏了", "天然气什么时候通", "煤气瓶没气了", "燃气管道改造要不要钱", "燃气公司来装表，漏了我家",
                "燃气泄漏报警器能免费装吗", "自行车胎漏气", "窗户漏气，冬天冷", "漏电保护器老是跳闸", "堆了纸板，万一烧起来怎么办",
                "教教大家万一着火怎么逃", "能不能教教大家着火了怎么跑", "火灾隐患太多", "预防煤气中毒的讲座", "电梯里有人抽烟", "电梯坏了，老人下楼困难",
                "电梯卡丢了", "电梯停了两天没人修", "楼下垃圾桶倒了", "楼下沙发塌了", "楼上抽烟的烟味冒上来", "想在楼道装扶手", "电动车乱停",
                "被电动车挡住了门", "电脑中毒了", "gas bill", "How do I pay the gas bill?", "The gas cooker is broken", "water leak near the gas meter",
                "Roof leaks above my flat", "gas boiler leaking water", "The lift is stuck again", "fire door does not close",
                "When is the fire drill?", "cigarette smoke coming from downstairs", "penknifes for sale", "the gas company did not come",
            ),
        ),
    ],
)  # fmt: skip
def test_emergency_numbers(numbers: tuple[str, ...], texts: tuple[str, ...]) -> None:
    assert {text: emergency_numbers(text) for text in texts} == dict.fromkeys(texts, numbers)
