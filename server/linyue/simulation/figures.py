"""What a year says: the split, the load of each centre, lateness, and what floating saves, by the boards' own rules."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from linyue.boards import service, service_load
from linyue.boards.rules import By, Figures, Month, Share, What, together
from linyue.boards.rules_load import Change, Load, Work, added, compared, hours_a_week, saving
from linyue.boards.service_load import MonthLoad
from linyue.centres.rules import Way
from linyue.matters.model_appeals import Appeal
from linyue.matters.rules_appeals import Outcome
from linyue.simulation.district import District
from linyue.simulation.stories import Tally
from linyue.simulation.volumes import Volumes

DUANTANG = "duantang"


@dataclass(frozen=True, slots=True)
class Year:
    """The figures of a year."""

    lines: dict[str, tuple[str, Figures]]
    """Key of a line of the board -> its name and figures."""
    total: Figures
    loads: list[MonthLoad]
    duantang: Load
    tally: Tally
    appeals: Counter[str]
    """made, answered, moved, and late: handed up because the five working days had passed."""
    floats_from: int


async def figures_of(district: District, volumes: Volumes, months: Iterable[int], tally: Tally) -> Year:
    """Ask the boards, month by month."""
    lines: dict[str, tuple[str, list[Figures]]] = {}
    loads, duantang = [], []
    within = district.subdistricts[DUANTANG]
    for number in months:
        month = Month(volumes.year, number)
        board = await service.board_of("en", district.place, month, By.CENTRE)
        for line in board.lines:
            lines.setdefault(line.key, (line.name, []))[1].append(line.figures)
        loads.append(await service_load.month_load(district.place, month))
        if number >= volumes.floats_from_month:
            duantang.append((await service_load.month_load(within, month)).total)
    whole = {key: (name, together(found)) for key, (name, found) in lines.items()}
    total = together(found for _, found in whole.values())
    return Year(whole, total, loads, added(duantang), tally, await _appeals(), volumes.floats_from_month)


async def _appeals() -> Counter[str]:
    return Counter(
        made=await Appeal.all().count(),
        answered=await Appeal.filter(outcome__in=[Outcome.KEPT, Outcome.MOVED]).count(),
        moved=await Appeal.filter(outcome=Outcome.MOVED).count(),
        late=await Appeal.filter(late_at__isnull=False).count(),
    )


def report(year: Year) -> list[str]:
    """The figures in lines for a terminal."""
    return [*_split(year), *_centres(year), *_late(year.total), *_floating(year)]


def _split(year: Year) -> list[str]:
    ways = {way.value for way in Way}
    parts: Counter[str] = Counter()
    for key, (_, figures) in year.lines.items():
        parts[key if key in ways else "not sent yet" if key == "none" else "centres"] += figures.n(What.IN)
    whole = sum(parts.values())
    found = [f"The split of {whole:,} matters"]
    found += [f"  {name.replace('_', ' '):14}{n:>9,}  {_percent(n, whole)}" for name, n in parts.most_common()]
    found.append(f"  sent two ways under one number: {year.tally.both:,} of {year.tally.reports:,} reports")
    appeals = year.appeals
    found.append(
        f"  appeals: {appeals['made']:,}; {appeals['moved']:,} of {appeals['answered']:,} answered sent it elsewhere, "
        f"{appeals['late']:,} went past their five working days"
    )
    suggested = year.tally.suggested
    looked = sum(suggested.values())
    if looked:
        first, among = suggested["first"], suggested["first"] + suggested["among"]
        found.append(f"  suggestion: right at first {_percent(first, looked)}, among three {_percent(among, looked)}")
    return found


def _centres(year: Year) -> list[str]:
    weeks = sum(one.weeks for one in year.loads)
    found = [f"Load of the centres{'matters':>34}{'a week':>9}{'on time':>9}{'median':>8}{'returned':>10}"]
    ways = {way.value for way in Way}
    for key, (name, figures) in year.lines.items():
        if key in ways or key == "none":
            continue
        days = figures.median_days
        n, on_time = figures.n(What.IN), figures.on_time
        found.append(
            f"  {name:42}{n:>9,}{n / weeks if weeks else 0:>9.1f}{_percent(on_time.n, on_time.of):>9}"
            f"{'–' if days is None else f'{days:g} d':>8}{figures.n(What.RETURNED):>10,}"
        )
    return found


def _late(total: Figures) -> list[str]:
    done, late = total.n(What.DONE), total.n(What.LATE)
    days = total.median_days
    return [
        f"Lateness: {late:,} of {done:,} done were late ({_percent(late, done)}); "
        f"{total.n(What.OVERDUE):,} overdue now",
        f"  median {'–' if days is None else f'{days:g}'} working days; response {_share(total, 'response')}, "
        f"resolution {_share(total, 'resolution')}, satisfaction {_share(total, 'satisfaction')}",
    ]


def _share(total: Figures, name: str) -> str:
    share = getattr(total, name)
    return f"{_percent(share.n, share.of)} of {share.of:,}"


def _floating(year: Year) -> list[str]:
    before = [one for one in year.loads if one.month.month < year.floats_from]
    after = [one for one in year.loads if one.month.month >= year.floats_from]
    found = ["What floating saves (the load board's rule, range 95 %)"]
    for name, part in (("nothing floats", before), ("floating", after)):
        if part:
            load = added(one.total for one in part)
            found.append(
                f"  {name:16}{_hours(load)} at the desks; against floating switched off {_change(saving(load))}"
            )
    if before and after:
        was, now = added(one.total for one in before), added(one.total for one in after)
        own = (Work(one.minutes, one.own.variance) for one in (now, was))
        change = compared(next(own), now.weeks, next(own), was.weeks)
        visits = [
            (sum((one.visits_total for one in part), Work()), sum(one.weeks for one in part))
            for part in (after, before)
        ]
        found.append(f"  desk work against the baseline months: {_change(change)}")
        found.append(f"  time for visits against them: {_change(compared(*visits[0], *visits[1]))}")
    count, gone = year.duantang.count, year.duantang.gone_count
    share = Share(gone, count)
    spread = f" ({share.percents[0]} to {share.percents[1]})" if share.is_told else ""
    minutes = year.duantang.own.minutes + year.duantang.gone.minutes
    found.append(
        f"  in Duantang the centres carry {_percent(gone, count)}{spread} of {count:,} government matters, "
        f"{_percent(year.duantang.gone.minutes, minutes)} of their minutes"
    )
    return found


def _hours(load: Load) -> str:
    return f"{hours_a_week(load.minutes, load.weeks):,.1f} h a week"


def _change(change: Change | None) -> str:
    if change is None:
        return "nothing to compare"
    value, low, high = (
        f"{round(100 * one):+d}" if round(100 * one) else "0" for one in (change.value, change.low, change.high)
    )
    return f"{value} % ({low} to {high})"


def _percent(n: float, of: float) -> str:
    return f"{100 * n / of:.1f} %" if of else "–"
