"""The same story in browsers that run no script: forms, redirects and pages that refresh themselves."""

import pytest

from tests.story.test_story import enter_all, the_story
from tests.story.walk import Stage


@pytest.mark.sqlite_only
async def test_the_story_without_script(stage: Stage) -> None:
    await the_story(stage, await enter_all(stage, "zh-CN", script=False))
    assert not stage.sent, "nobody here has a socket"
