"""From a report to a rating: what residents, the social worker and the clerk do with two matters."""

import random
import re
from io import BytesIO

from PIL import Image
from playwright.async_api import expect

from linyue.demo.photos import draw
from tests.story.district import EARLIER
from tests.story.walk import Person

ROOF = "5幢顶楼下雨天漏水，墙都发霉了"
CARD = "家里老人想办老年优待证"


SHRUNK = """async () => {
  const file = document.querySelector("[name=photos]").files[0];
  return file.type === "image/jpeg" && (await createImageBitmap(file)).width === 1600;
}"""
"""The phone itself has made the photo small before anything is sent."""


def a_large_photo() -> bytes:
    """Wider than what is kept."""
    out = BytesIO()
    Image.open(BytesIO(draw("leak", random.Random(5)))).resize((2400, 1800)).save(out, "PNG")
    return out.getvalue()


async def report_roof(resident: Person) -> str:
    """Three steps with a photo; a likely duplicate and the receiver are shown before filing. Returns the number."""
    await resident.open("/report")
    await resident.shot("report-where")
    await resident.go_by(resident.page.get_by_role("link", name=re.compile("5幢|Building 5")).first)
    await resident.fill("title", ROOF)
    await resident.fill("text", "从去年夏天开始，一下大雨就漏，楼下也受影响。")
    if resident.has_script:  # half written, kept on the phone, and the page is loaded anew
        await resident.page.wait_for_function("() => Object.keys(localStorage).some(key => key.startsWith('draft:'))")
        await resident.page.reload()
        await expect(resident.page.locator("[name=title]")).to_have_value(ROOF)
        await expect(resident.page.locator("[name=text]")).to_have_value(re.compile("楼下也受影响。$"))
    await resident.page.locator("[name=photos]").set_input_files(
        {"name": "roof.png", "mimeType": "image/png", "buffer": a_large_photo()}
    )
    if resident.has_script:
        await resident.page.wait_for_function(SHRUNK)
    await resident.shot("report-what")
    await resident.press("matters-to-check")
    await resident.reads_text(EARLIER)
    await resident.sees("matters-alike-title")
    await resident.reads_text("南都社区" if resident.lang == "zh-CN" else "Nandu Community")
    await expect(resident.page.locator(".thumbs img")).to_have_count(1)
    await resident.shot("report-check")
    await resident.press("matters-file")
    await resident.sees("matters-done-h1")
    await resident.shot("report-done")
    found = re.search(r"\d{4}-\d{4,}", await resident.main_text())
    assert found is not None
    return found[0]


async def track(visitor: Person, number: str, tail: str, slip: str) -> None:
    """Without signing in: by number and the end of the telephone number, and by the link on the slip."""
    await visitor.open("/track")
    await visitor.fill("number", number)
    await visitor.fill("tail", "0000")
    await visitor.press("matters-track-go")
    await visitor.sees("matters-refused-wrong-tail")
    await visitor.shot("track-wrong")
    await visitor.fill("number", number)
    await visitor.fill("tail", tail)
    await visitor.press("matters-track-go")
    await visitor.reads_text(ROOF)
    await visitor.open(slip)
    await visitor.reads_text(ROOF)
    await visitor.shot("track-slip")


async def slip_link(resident: Person) -> str:
    """The secret address on the slip of the page that is open."""
    link = await resident.page.locator("section.slip a").get_attribute("href")
    assert link is not None
    return link


async def sign_in_staff(staff: Person, phone: str, desk: str) -> None:
    """Telephone and code, then the second factor at the door of the desk."""
    await staff.sign_in(phone)
    await staff.open(desk)
    await staff.sees("people-factor-enrol-title")
    await staff.shot("second-factor")
    await staff.show_second_factor()


async def triage_to_council(worker: Person, number: str) -> None:
    """The inbox with reasons; the first suggestion is the council."""
    await worker.open(f"/triage?m={number}")
    await worker.reads_text(ROOF)
    await worker.shot("triage-roof")
    first = worker.page.locator(".suggest")
    await expect(first).to_contain_text(worker.words("matters-way-council"))
    await expect(first.locator(".reasons li").first).to_be_visible()
    await worker.press("matters-adopt", first)
    await worker.reads_text(worker.words("matters-way-council"))


async def report_card(resident: Person) -> str:
    """A second matter, for the service centre. Returns its number."""
    await resident.open("/report")
    await resident.go_by(resident.page.get_by_role("link", name=re.compile("5幢|Building 5")).first)
    await resident.fill("title", CARD)
    await resident.fill("text", "母亲70岁，想知道怎么办老年人优待证，要带什么。")
    await resident.press("matters-to-check")
    await resident.reads_text("段塘东区域公共服务中心" if resident.lang == "zh-CN" else "Duantang East Service Centre")
    await resident.press("matters-file")
    found = re.search(r"\d{4}-\d{4,}", await resident.main_text())
    assert found is not None
    return found[0]


async def triage_to_centre(worker: Person, number: str) -> None:
    """A governmental, floated item goes to the regional centre."""
    await worker.open(f"/triage?m={number}")
    await worker.shot("triage-card")
    first = worker.page.locator(".suggest")
    await expect(first).to_contain_text(worker.words("matters-way-centre"))
    await worker.press("matters-adopt", first)


async def centre_works(clerk: Person, resident: Person, number: str) -> None:
    """Accepted, asked, answered, completed, rated 不满意, opened again once, completed, rated for good."""
    await clerk.open("/desk/centre")
    await clerk.shot("centre-desk")
    await clerk.go_by(clerk.page.get_by_role("link").filter(has_text=CARD).first)
    await clerk.press("matters-do-accept")
    await clerk.sees("matters-flash-accept")
    asking = await clerk.unfold("matters-do-ask")
    await clerk.fill("text", "请问老人的户口在哪个街道？", asking)
    await clerk.go_by(asking.get_by_role("button", name=clerk.words("matters-do-ask")))
    await clerk.shot("centre-asked")
    await resident.open(f"/m/{number}")
    await resident.reads_text("请问老人的户口在哪个街道？")
    await resident.shot("card-asked")
    await resident.fill("text", "户口就在段塘街道。")
    await resident.press("matters-answer")
    await _complete(clerk, number, "优待证已经办好，可以来窗口拿。")
    await _rate(resident, number, "unsatisfied", "还没有拿到手。")
    await resident.sees("matters-flash-reopened")
    await resident.shot("card-reopened")
    await _complete(clerk, number, "已经送到家里。")
    await _rate(resident, number, "satisfied", "谢谢。")
    await resident.sees("matters-flash-rated")
    await resident.shot("card-closed")


async def _complete(clerk: Person, number: str, text: str) -> None:
    await clerk.open(f"/desk/m/{number}")
    part = await clerk.unfold("matters-do-complete")
    await clerk.fill("text", text, part)
    await clerk.go_by(part.get_by_role("button", name=clerk.words("matters-do-complete")))
    await clerk.shot("centre-completed")


async def _rate(resident: Person, number: str, rating: str, text: str) -> None:
    await resident.open(f"/m/{number}")
    await resident.fill("text", text)
    await resident.press(f"matters-rating-{rating}")
