"""The table of settings in README.md and the code say the same."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from linyue.base.settings import BadSetting, Settings, read_settings
from tests.servers import ROOT, environment_of

ROW = re.compile(r"^\| `LINYUE_([A-Z0-9_]+)` \| (?:`([^`]*)`)? *\| (\S.*) \|$", re.M)


def documented() -> dict[str, str]:
    """Setting in lower case to its documented default."""
    return {name.lower(): default for name, default, _meaning in ROW.findall((ROOT / "README.md").read_text())}


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert sorted(documented()) == sorted(field.name for field in fields(Settings))


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_the_documented_default_is_the_real_one(field: object) -> None:
    name, default = field.name, field.default  # type: ignore[attr-defined]
    shown = {True: "1", False: "0"}[default] if isinstance(default, bool) else str(default)
    assert documented()[name] == shown


def test_what_one_process_is_given_another_reads(tmp_path: Path) -> None:
    given = Settings(data=tmp_path, port=8123, demo=True, district="镇海区", log_level="warning")
    env = {k: v for k, v in environment_of(given).items() if k.startswith("LINYUE_")}
    assert read_settings(env) == given


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"LINYUE_PORT": "eight"}, "LINYUE_PORT"),
        ({"LINYUE_DEMO": "perhaps"}, "LINYUE_DEMO"),
        ({"LINYUE_HOST": "0.0.0.0"}, "LINYUE_ORIGIN"),
        ({"LINYUE_HOST": "0.0.0.0", "LINYUE_ORIGIN": "http://linyue.example"}, "LINYUE_ORIGIN"),
        ({"LINYUE_HOST": "0.0.0.0", "LINYUE_ORIGIN": "https://linyue.example", "LINYUE_DEMO": "1"}, "LINYUE_DEMO"),
        ({"LINYUE_SMS": "pigeon"}, "LINYUE_SMS"),
        ({"LINYUE_SMS": "console", "LINYUE_ORIGIN": "https://linyue.example"}, "LINYUE_SMS"),
        ({"LINYUE_SMS": "http"}, "LINYUE_SMS_URL"),
        ({"LINYUE_SMS": "http", "LINYUE_SMS_URL": "http://sms.example/"}, "LINYUE_SMS_URL"),
    ],
)
def test_an_unsafe_or_unreadable_setting_stops_start_up_by_name(env: dict[str, str], named: str) -> None:
    with pytest.raises(BadSetting, match=named):
        read_settings(env)


def test_plain_port_is_read_too() -> None:
    assert read_settings({"PORT": "8181"}).port == 8181
    assert read_settings({"PORT": "8181", "LINYUE_PORT": "8282"}).port == 8282
