"""What becomes of the bytes of an opened box: they leave the database's files, and no vote waits for that."""

import asyncpg
import pytest

from linyue.base.settings import Settings
from linyue.questions import jobs, service, service_secret
from linyue.questions.model import Question, SealedBallot
from linyue.upkeep.stores import reading
from tests.make.questions import Put
from tests.questions.boxes import make_secret, voters_of
from tests.upkeep.test_backup import write_migrations

pytestmark = pytest.mark.anyio


async def filled() -> Put:
    """A secret vote in which twelve voted, one of them twice."""
    put = await make_secret()
    voters = (await voters_of(put))[:12]
    for one in voters:
        await one.cast("for")
    await voters[0].cast("against", replaces=1)
    return put


async def is_wiped(put: Put) -> bool:
    return (await Question.get(id=put.question.id)).wiped_at is not None


async def in_files(link: "asyncpg.Connection[asyncpg.Record]", sealed: list[bytes]) -> int:
    """How many of these lie in the files of the tables that ballots go to."""
    await link.execute("CHECKPOINT")
    files = [
        await link.fetchval("SELECT pg_read_binary_file(pg_relation_filepath($1::text::regclass))", table)
        for table in ("question_rolls", "sealed_ballots")
    ]
    return sum(any(one in file for file in files) for one in sealed)


@pytest.mark.postgres_only
async def test_no_sealed_byte_stays_and_other_votes_are_not_waited_for(db: Settings) -> None:
    put, other = await filled(), await filled()
    sealed = [row.sealed for row in await SealedBallot.filter(question_id=put.question.id)]
    link, voter = await asyncpg.connect(db.database_url), await asyncpg.connect(db.database_url)
    assert await in_files(link, sealed) == 12
    await service.close_question(put.chair, put.question.id)
    async with voter.transaction():  # ballots of all votes lock this table, each for a moment
        await voter.execute("LOCK TABLE question_rolls IN ROW EXCLUSIVE MODE")
        await service_secret.finish_box(put.question.id)
        assert await is_wiped(put)
    left = [row.sealed for row in await SealedBallot.filter(question_id=other.question.id)]
    assert await in_files(link, sealed) == 0 < await in_files(link, left) == 12
    async with voter.transaction():  # a ballot that is being sealed just then
        await service.close_question(other.chair, other.question.id)
        await voter.execute("LOCK TABLE sealed_ballots IN ROW EXCLUSIVE MODE")
        await service_secret.finish_box(other.question.id)
        assert not await is_wiped(other)
    await jobs.sweep()
    assert await is_wiped(other) and await in_files(link, left) == 0
    for one in (link, voter):
        await one.close()


async def test_a_box_is_wiped_once_no_backup_sees_it_any_more(db: Settings) -> None:
    await write_migrations()
    put = await filled()
    await service.close_question(put.chair, put.question.id)
    async with reading(db) as backup:
        await backup.applied()
        await service_secret.finish_box(put.question.id)
        await jobs.sweep()
        assert not await is_wiped(put)
    await jobs.sweep()
    assert await is_wiped(put)
