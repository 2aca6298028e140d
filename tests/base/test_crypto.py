"""Keys and what is done with them."""

import json
import stat
from pathlib import Path

import pytest

from linyue.base import crypto


@pytest.fixture(autouse=True)
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    crypto.load_keys(path)
    return path


def test_a_new_ring_is_private_and_stays(keys: Path) -> None:
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    first = crypto.ring()
    assert crypto.load_keys(keys) == first and len({*first.keys.values()}) == len(crypto.PURPOSES)


@pytest.mark.parametrize("damage", ["not json", "{}", '{"kid": "k1", "session": "AAAA"}'])
def test_a_damaged_ring_stops_the_start(keys: Path, damage: str) -> None:
    keys.write_text(damage)
    with pytest.raises(crypto.BadKeys):
        crypto.load_keys(keys)


def test_short_keys_stop_the_start(keys: Path) -> None:
    stored = json.loads(keys.read_text())
    keys.write_text(json.dumps(stored | {"pii": "c2hvcnQ="}))
    with pytest.raises(crypto.BadKeys):
        crypto.load_keys(keys)


def test_a_ring_from_before_checkpoints_is_extended(keys: Path) -> None:
    stored = json.loads(keys.read_text())
    older = {name: value for name, value in stored.items() if name != "checkpoint"}
    keys.write_text(json.dumps(older))
    grown = crypto.load_keys(keys)
    assert len(grown.of("checkpoint")) == 32 and crypto.load_keys(keys) == grown
    assert {name: value for name, value in json.loads(keys.read_text()).items() if name != "checkpoint"} == older
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600 and [file.name for file in keys.parent.iterdir()] == [keys.name]


def test_a_ring_that_lacks_an_older_key_is_not_mended(keys: Path) -> None:
    stored = json.loads(keys.read_text())
    kept = json.dumps({name: value for name, value in stored.items() if name not in {"checkpoint", "pii"}})
    keys.write_text(kept)
    with pytest.raises(crypto.BadKeys):
        crypto.load_keys(keys)
    assert keys.read_text() == kept


def test_sealed_text_opens_only_in_its_place() -> None:
    sealed = crypto.seal_text("13800130042", "people.phone|a")
    assert "138" not in sealed and crypto.open_text(sealed, "people.phone|a") == "13800130042"
    assert sealed != crypto.seal_text("13800130042", "people.phone|a")
    for wrong in (sealed[:-4] + ("AAA=" if not sealed.endswith("AAA=") else "BBB="), sealed):
        with pytest.raises(ValueError, match="does not open"):
            crypto.open_text(wrong, "people.phone|b")


def test_fingerprints_depend_on_key_and_purpose(tmp_path: Path) -> None:
    one = crypto.blind_index("+8613800130042")
    assert one == crypto.blind_index("+8613800130042") != crypto.keyed_hash("code", "+8613800130042")
    crypto.load_keys(tmp_path / "other.json")
    assert crypto.blind_index("+8613800130042") != one


def test_comparing_takes_any_text() -> None:
    assert crypto.same("码", "码") and not crypto.same("a", "b") and not crypto.same("", "a")
