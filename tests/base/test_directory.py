"""The directory of routes answers as the whole list would, address by address."""

import pytest
from starlette.routing import BaseRoute, Match, Route, Router

from linyue.app import all_routes
from linyue.base.routing import Directory


def answering(routes: list[BaseRoute], path: str, method: str) -> tuple[BaseRoute | None, Match]:
    """The route a list answers with, by the framework's own rule."""
    partial: BaseRoute | None = None
    for route in routes:
        match, _ = route.matches({"type": "http", "method": method, "path": path, "root_path": "", "headers": []})
        if match is Match.FULL:
            return route, match
        if match is Match.PARTIAL and partial is None:
            partial = route
    return partial, Match.PARTIAL if partial else Match.NONE


def sample_paths() -> list[str]:
    paths = {route.path for route in all_routes() if isinstance(route, Route)}
    filled = {path.replace(":int}", "}").replace(":path}", "}") for path in paths}
    return sorted({"".join("7" if "{" in part else part for part in _parts(path)) for path in filled})


def _parts(path: str) -> list[str]:
    return path.replace("{", "\0{").replace("}", "}\0").split("\0")


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_the_nearest_routes_answer_like_all(method: str) -> None:
    routes = all_routes()
    directory = Directory(routes)
    paths = [*sample_paths(), "/", "//m/1", "/m", "/m/", "/nobody/knows", "", "/static/x", "/%2e%2e/m"]
    assert len(paths) > 300
    for path in paths:
        near = directory.begin_like(path).routes
        assert len(near) < len(routes) / 2, path
        assert answering(near, path, method) == answering(routes, path, method), (path, method)


def test_routes_open_at_the_front_are_asked_for_every_address() -> None:
    async def nobody(_request: object) -> None:
        raise AssertionError

    first, open_ended, last = (Route(path, nobody) for path in ("/m/{number}", "/{code}", "/m/new"))
    directory = Directory([first, open_ended, last])
    assert directory.begin_like("/m/new").routes == [first, open_ended, last]
    assert directory.begin_like("/other").routes == [open_ended]
    assert isinstance(directory.begin_like("/"), Router)
