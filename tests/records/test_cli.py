"""`linyue export-vote` and `linyue verify`, as an operator types them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from linyue.base.settings import Settings
from linyue.questions import service as questions
from tests.conftest import opened
from tests.make.questions import make_question

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]


def run(settings: Settings, *words: str, module: str = "linyue") -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": "server",
        "LINYUE_DATA": str(settings.data),
        "LINYUE_LOG_LEVEL": "error",
    }
    return subprocess.run([sys.executable, "-m", module, *words], env=env, capture_output=True, text=True, check=False)


async def test_out_of_the_database_into_the_verifier(settings: Settings, tmp_path: Path) -> None:
    async with opened(settings):
        put = await make_question(people=4)
        receipt = await put.cast(0)
        await put.cast(1, "against")
        await questions.close_question(put.chair, put.question.id)
        early = put.question.public_id
    file = tmp_path / "vote.zip"
    assert "not published" in run(settings, "export-vote", early, "-o", str(file)).stderr and not file.exists()
    assert "no question" in run(settings, "export-vote", "nobody").stderr
    async with opened(settings):
        await questions.publish_result(put.chair, put.question.id)
    done = run(settings, "export-vote", early, "-o", str(file))
    assert done.returncode == 0 and file.exists(), done.stderr

    sound = run(settings, "verify", str(file), "--receipt", receipt.code)
    assert sound.returncode == 0 and "结论：属实" in sound.stdout and "Verdict: proved" in sound.stdout
    assert "does not prove" in sound.stdout and "✓ 16" in sound.stdout
    alone = run(settings, str(file), "--json", module="linyue_verify")
    assert alone.returncode == 0 and '"verdict": "proved"' in alone.stdout
    assert run(settings, str(file), "--receipt", "00000000", module="linyue_verify").returncode == 1
    assert run(settings, str(tmp_path / "none.zip"), module="linyue_verify").returncode == 3
    assert run(settings, module="linyue_verify").returncode == 3
    strange = tmp_path / "checkpoint.txt"
    strange.write_text("something else\n")
    assert run(settings, str(file), "--checkpoint", str(strange), module="linyue_verify").returncode == 2
    spoilt = bytearray(file.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    file.write_bytes(spoilt)
    wrong = run(settings, "verify", str(file))
    assert wrong.returncode == 1 and "结论：有误" in wrong.stdout
