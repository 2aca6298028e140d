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
