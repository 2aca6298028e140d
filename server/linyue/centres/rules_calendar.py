"""What the district may say about a day of the working calendar. Plain values in and out."""

from datetime import date

from linyue.centres.rules import CentreRefusal


def refuse_day(day: date, today: date, is_worked_now: bool, is_working: bool, name_zh: str) -> CentreRefusal | None:
    """Why the district cannot say this about a day; None when it can. What is past stays as it was counted."""
    if day < today:
        return CentreRefusal.DAY_PAST
    if is_worked_now == is_working:
        return CentreRefusal.DAY_SAME
    return None if name_zh.strip() else CentreRefusal.NO_DAY_NAME
