"""js/record.js: a device keeps a checkpoint and believes only a proof that fits."""

import json
import random
import subprocess
from typing import Any

from linyue.base import ledger, tree
from tests.servers import ROOT
from tests.verify_js.recount import node

SCRIPT = """
import { isConsistent, readCheckpoint } from "SCRIPT";
let text = "";
for await (const part of process.stdin) text += part;
const answers = [];
for (const one of JSON.parse(text)) answers.push(await isConsistent(one.first, one.second, one.path));
console.log(JSON.stringify({ answers, read: [readCheckpoint("x"), readCheckpoint(CHECKPOINT)] }));
"""
CHECKPOINT = (
    f"linyue/checkpoint/v1\norigin: https://x\nquestion: q\nsize: 17\nroot: {'a' * 64}\ntime: t\nkey: k\nsignature: s\n"
)


def run(cases: list[dict[str, Any]]) -> dict[str, Any]:
    source = SCRIPT.replace("SCRIPT", (ROOT / "web/static/js/record.js").as_uri()).replace(
        "CHECKPOINT", json.dumps(CHECKPOINT)
    )
    command = [node(), "--no-warnings", "--input-type=module", "-e", source]
    done = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def point(size: int, root: str, question: str = "q") -> dict[str, Any]:
    return {"size": size, "root": root, "question": question, "text": ""}


def test_the_device_judges_as_the_server_does() -> None:
    draw, cases, expected = random.Random(5), [], []
    leaves = [ledger.entry_hash(str(n)) for n in range(80)]
    for _ in range(400):
        second = draw.randrange(1, 80)
        first = draw.randrange(1, second + 1)
        path = tree.consistency_proof(leaves[:second], first)
        old, new = tree.root(leaves[:first]), tree.root(leaves[:second])
        told = draw.randrange(7)
        if told == 1:
            second += draw.choice([-1, 1, 7])
        if told == 2:
            old = ledger.entry_hash("other")
        if told == 3:
            new = tree.root([ledger.entry_hash("other"), *leaves[1:second]])
        if told == 4:
            path = path[:-1]
        if told == 5:
            path = [*path, old]
        if told == 6:
            first = draw.randrange(1, 80)
        cases.append({"first": point(first, old), "second": point(second, new), "path": path})
        expected.append(tree.is_consistent(first, second, old, new, path))
    answer = run(cases)
    assert answer["answers"] == expected and 40 < sum(expected) < 360
    assert answer["read"][0] is None and answer["read"][1]["size"] == 17


def test_a_checkpoint_of_another_question_is_none() -> None:
    root = ledger.entry_hash("x")
    assert run([{"first": point(1, root), "second": point(1, root, "r"), "path": []}])["answers"] == [False]
