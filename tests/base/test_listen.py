"""One process a folder on SQLite; a shared port on PostgreSQL; a taken port is named in words."""

from dataclasses import replace
from pathlib import Path

import pytest

from linyue.base.listen import AlreadyServed, hold_folder, listening_socket
from linyue.base.settings import Settings
from setup.local_servers import free_port


def test_a_second_process_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    first = hold_folder(Settings(data=tmp_path))
    assert first is not None
    with pytest.raises(AlreadyServed, match="another linyue serve"):
        hold_folder(Settings(data=tmp_path))


def test_a_taken_port_is_named() -> None:
    settings = Settings(port=free_port())
    with listening_socket(settings) as taken:
        taken.listen()
        with pytest.raises(AlreadyServed, match=f"port {settings.port}"):
            listening_socket(settings)


def test_processes_on_postgresql_share_the_port(tmp_path: Path) -> None:
    settings = replace(Settings(data=tmp_path, port=free_port()), database_url="postgres://nowhere/x")
    assert hold_folder(settings) is None
    with listening_socket(settings) as one, listening_socket(settings) as two:
        one.listen()
        two.listen()
