"""The list of pages that tests/pages looks at is whole: a new page without a line there fails here."""

from tests import access
from tests.pages.visits import FILES, VISITS, WAYS_ON


def test_every_page_is_visited() -> None:
    pages = {route.path for route in access.guarded_routes() if "GET" in (route.methods or set())}
    listed = {visit.route for visit in VISITS}
    assert sorted(pages - listed - FILES - WAYS_ON) == [], "say in tests/pages/visits.py who looks at these"
    assert sorted((listed | FILES | WAYS_ON) - pages - {"/no/such/page"}) == [], "no such route any more"


def test_each_visit_has_a_name_of_its_own() -> None:
    names = [visit.name for visit in VISITS]
    assert sorted({name for name in names if names.count(name) > 1}) == []
