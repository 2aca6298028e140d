"""Every page of the site and who looks at it, with values from the sample district. A page route without a line here fails."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page

from tests.pages import steps
from tests.servers import LiveServer

Act = Callable[[Page, LiveServer], Awaitable[None]]


@dataclass(frozen=True)
class Visit:
    """One look at a page. `who` is the key of a sample account, "" for nobody, with "!" for staff without the second
    factor; "@" for the person whose id the query gives as `person_id`."""

    route: str
    who: str = ""
    values: str = ""
    """A query whose first row fills the names in braces of the route and of `query`."""
    query: str = ""
    label: str = ""
    """Name in messages and of the picture; by itself the route."""
    act: Act | None = None
    """What is pressed once the page stands, to see the page behind a form."""
    status: int = 200
    is_rare: bool = False
    """The same templates as another line, in another state: looked at in Chinese only."""

    @property
    def name(self) -> str:
        plain = self.route.strip("/").replace("/", "-").replace("{", "").replace("}", "").replace(":int", "")
        return f"{plain or 'home'}{'-' if self.label else ''}{self.label}"


NEXT_YEAR = "SELECT MAX(year) + 1 AS year FROM matter_numbers"


def _matter(where: str) -> str:
    """The newest matter for which this holds, and its reporter."""
    return f"SELECT number, reporter_id AS person_id FROM matters WHERE {where} ORDER BY id DESC"


MEETING = "SELECT public_id, join_code AS code FROM meetings WHERE state = '{}' ORDER BY id DESC"
RUNNING = MEETING.format("running")
ROOM = "SELECT m.join_code AS code, g.id AS group_id FROM groups g JOIN meetings m ON m.id = g.meeting_id WHERE m.state = 'running' ORDER BY g.id"
MEMBER = ROOM.replace("g.id AS group_id", "g.id AS group_id, g.convener_id AS person_id")
PLANNED = "SELECT m.public_id FROM action_lines a JOIN meetings m ON m.id = a.meeting_id ORDER BY a.id"
VOTER = "SELECT q.public_id, b.person_id FROM ballots b JOIN questions q ON q.id = b.question_id ORDER BY b.id"
QUESTION = "SELECT q.public_id, q.public_id AS question_id FROM questions q WHERE {} ORDER BY q.id"
MINUTES = "SELECT m.public_id FROM meetings m JOIN minutes w ON w.meeting_id = m.id WHERE w.state = '{}'"
DOUBTED = "SELECT q.public_id FROM challenges c JOIN questions q ON q.id = c.question_id ORDER BY c.id DESC"
PROCEDURE = "SELECT number FROM procedures ORDER BY id DESC"
COUNCIL = "SELECT p.code FROM councils c JOIN places p ON p.id = c.place_id ORDER BY c.id"
DISPUTE = "SELECT d.public_id, p.person_id FROM disputes d JOIN dispute_parties p ON p.dispute_id = d.id WHERE d.state = '{}' AND p.side = '{}' ORDER BY d.id"
GUIYU = "SELECT code FROM places WHERE code = 'guiyu'"
NOTICE = "SELECT public_id FROM notices WHERE {} ORDER BY id"
VOICE = "SELECT public_id, person_id FROM voices WHERE {} ORDER BY id"
APPLICATION = "SELECT p.code, a.id FROM x_applications a JOIN councils c ON c.id = a.council_id JOIN places p ON p.id = c.place_id WHERE a.state = 'waiting'"
TOPIC = "SELECT public_id AS topic_id FROM topic_proposals WHERE state = '{}' ORDER BY id DESC"
DRAFT = "SELECT id FROM catalogue_drafts WHERE state = 'draft'"
WAITING = "SELECT id FROM catalogue_drafts WHERE state = 'waiting'"
LISTED = "SELECT id AS place_id, 'representatives' AS body FROM places WHERE code = 'duantang-nandu'"
HOMES = "SELECT id AS place_id, 'households' AS body FROM places WHERE code = 'guiyu'"
BUILDING = "SELECT id AS place FROM places WHERE code = 'guiyu-5'"
DESK = "SELECT q.public_id, {} AS number, 'desk' AS channel FROM questions q WHERE q.text_zh LIKE '%鞋柜%'"
UNIT = "SELECT id AS unit FROM places WHERE code = 'guiyu-5-2-402'"
NANDU = "community_id = (SELECT id FROM places WHERE code = 'duantang-nandu')"
ELSEWHERE = "SELECT m.number, m.reporter_id AS person_id, p.id AS place FROM matters m, places p WHERE m.state = 'reported' AND m.reporter_id IS NOT NULL AND m.part = '' AND m.is_public AND p.kind = 'building' AND p.id <> m.place_id ORDER BY m.id DESC, p.id"
REHEARSED = "SELECT public_id AS rehearsal_id FROM rehearsals WHERE state = 'done'"
ASKED = "SELECT m.number, m.reporter_id AS person_id FROM follow_ups u JOIN matters m ON m.id = u.matter_id WHERE NOT u.is_call AND m.reporter_id IS NOT NULL AND {} ORDER BY u.id DESC"
CALLED = f"SELECT m.number FROM follow_ups u JOIN matters m ON m.id = u.matter_id WHERE u.is_call AND u.answer {{}} AND m.{NANDU} ORDER BY u.id"
HANDLED = "(SELECT id FROM service_centres WHERE code = 'C01')"

VISITS = [
    # Nobody, a resident, care of the site
    Visit("/"),
    Visit("/", "owner", label="owner"),
    Visit("/", "social_worker", label="worker", is_rare=True),
    Visit("/_kit"),
    Visit("/settings"),
    Visit("/api"),
    Visit("/inbox", "owner"),
    Visit("/no/such/page", label="404", status=404),
    Visit("/admin", "owner", label="403", status=403, is_rare=True),
    # People
    Visit("/sign-in"),
    Visit("/sign-in", label="wrong", act=steps.sign_in_with_half_a_number),
    Visit("/sign-in/code", act=steps.ask_for_a_code, label="sent"),
    Visit("/sign-in/welcome", act=steps.prove_a_new_number, label="new"),
    Visit("/privacy"),
    Visit("/demo"),
    Visit("/second-factor", "social_worker!"),
    Visit("/second-factor/enrol", "grid_worker!"),
    Visit("/setup/{token}"),
    Visit("/me", "owner"),
    Visit("/me", "social_worker", label="worker", is_rare=True),
    Visit("/me/sessions", "owner"),
    Visit("/me/erase", "neighbour"),
    Visit("/me/phone", "neighbour"),
    Visit("/me/phone/old", "neighbour"),
    Visit("/me/phone/number", "neighbour"),
    Visit("/me/phone/new", "neighbour"),
    Visit("/me/homes", "unconfirmed"),
    Visit("/me/homes/new", "owner"),
    Visit("/me/homes/new", "owner", BUILDING, query="in={place}", label="building", is_rare=True),
    Visit("/me/homes/new", "owner", UNIT, query="unit={unit}", label="claim"),
    Visit("/me/homes/code", "unconfirmed"),
    Visit("/desk/claims", "social_worker"),
    Visit("/desk/claims/{id:int}/refuse", "social_worker", "SELECT id FROM occupancies WHERE state = 'claimed' ORDER BY id"),
    Visit("/desk/people", "social_worker"),
    Visit("/desk/people", "social_worker", "SELECT id AS unit FROM places WHERE code = 'guiyu-5-2-601'", query="unit={unit}", label="unit"),
    Visit("/desk/people/{public_id}", "social_worker", "SELECT public_id FROM people WHERE display_name = '六楼老陈'"),
    Visit("/desk/enrol", "social_worker"),
    Visit("/desk/enrol/{unit:int}", "social_worker", UNIT),
    Visit("/desk/bodies", "social_worker"),
    Visit("/desk/bodies/{place_id:int}/{body}", "social_worker", LISTED),
    Visit("/desk/bodies/{place_id:int}/{body}", "social_worker", HOMES, label="homes", is_rare=True),
    Visit("/desk/bodies/{place_id:int}/{body}/import/{draft}", "social_worker", HOMES, act=steps.upload_list),
    Visit("/desk/unit-codes", "social_worker"),
    Visit("/desk/unit-codes", "social_worker", BUILDING, query="in={place}", label="building"),
    Visit("/desk/unit-codes/{sheet}", "social_worker", "SELECT sheet FROM unit_codes ORDER BY id"),
    Visit("/admin", "administrator"),
    Visit("/admin/roles", "administrator"),
    Visit("/admin/places", "administrator"),
    Visit("/admin/places/import/{draft}", "administrator", act=steps.upload_places),
    Visit("/admin/rolls", "administrator"),
    Visit("/admin/rolls/import/{draft}", "administrator", act=steps.upload_roll),
    Visit("/admin/councils", "administrator"),
    Visit("/admin/councils/rules", "administrator"),
    Visit("/admin/councils/{code}", "administrator", COUNCIL),
    Visit("/admin/councils/{code}/seats", "administrator", COUNCIL),
    Visit("/admin/councils/{code}/end", "administrator", COUNCIL),
    Visit("/admin/councils/{code}/x", "administrator", COUNCIL),
    Visit("/admin/centres", "administrator"),
    Visit("/admin/handling", "administrator"),
    Visit("/admin/centres/new", "administrator"),
    Visit("/admin/centres/{code}/coverage", "administrator", "SELECT code FROM service_centres ORDER BY position"),
    Visit("/admin/centres/{code}", "administrator", "SELECT code FROM service_centres ORDER BY position"),
    Visit("/admin/calendar", "administrator"),
    Visit("/admin/proxies", "administrator"),
    Visit("/admin/calendar/{year:int}/import", "administrator", NEXT_YEAR),
    Visit("/admin/calendar/{year:int}/import/{upload}", "administrator", NEXT_YEAR, act=steps.upload_year),
    Visit("/admin/catalogue", "administrator"),
    Visit("/admin/catalogue", "supervisor", label="supervisor", is_rare=True),
    Visit("/admin/catalogue/v/{version:int}", "supervisor", "SELECT version FROM catalogue_files ORDER BY version DESC"),
    Visit("/admin/catalogue/drafts/{id:int}", "supervisor", WAITING, label="waiting"),
    Visit("/admin/catalogue/drafts/{id:int}", "administrator", DRAFT),
    Visit("/admin/catalogue/drafts/{id:int}/trial", "supervisor", WAITING),
    Visit("/admin/catalogue/drafts/{id:int}/measured", "administrator", DRAFT),
    Visit("/admin/catalogue/drafts/{id:int}/entries/{table}", "administrator", f"SELECT id, 'items' AS \"table\" FROM ({DRAFT}) d"),
    Visit("/admin/catalogue/drafts/{id:int}/entries/{table}/{code}", "administrator", f"SELECT id, 'items' AS \"table\", 'HS-060' AS code FROM ({DRAFT}) d"),
    Visit("/admin/catalogue/drafts/{id:int}/entries/{table}/{code}", "administrator", f"SELECT id, 'platforms' AS \"table\", 'P31' AS code FROM ({DRAFT}) d", label="platform", is_rare=True),
    Visit("/admin/catalogue/drafts/{id:int}/entries/{table}/{code}", "administrator", f"SELECT id, 'kinds' AS \"table\", 'money' AS code FROM ({DRAFT}) d", label="kind", is_rare=True),
    Visit("/admin/catalogue/drafts/{id:int}/import", "administrator", DRAFT),
    Visit("/admin/catalogue/drafts/{id:int}/import/{upload}", "administrator", DRAFT, act=steps.upload_catalogue),
    Visit("/admin/places/merge", "administrator"),
    # Councils, centres
    Visit("/council"),
    Visit("/council/{code}", "", COUNCIL),
    Visit("/council/{code}", "chair", COUNCIL, label="chair", is_rare=True),
    Visit("/council/{code}/seats/{number:int}", "", f"SELECT code, 3 AS number FROM ({COUNCIL}) c", label="held"),
    Visit("/council/{code}/seats/{number:int}", "", "SELECT 'taying' AS code, 7 AS number", label="vacant"),
    Visit("/council/{code}/join", "owner", COUNCIL),
    Visit("/council/{code}/join", "", COUNCIL, label="nobody", is_rare=True),
    Visit("/council/{code}/desk", "chair", COUNCIL),
    Visit("/council/{code}/calls/new", "chair", COUNCIL),
    Visit("/council/{code}/x/new", "chair", COUNCIL),
    Visit("/council/{code}/applications/{id:int}", "chair", APPLICATION),
    Visit("/council/{code}/topics", "owner", COUNCIL),
    Visit("/council/{code}/topics", "", COUNCIL, query="tab=over", label="over", is_rare=True),
    Visit("/council/{code}/topics/new", "owner", COUNCIL),
    Visit("/topics/{topic_id}", "owner", TOPIC.format("open")),
    Visit("/topics/{topic_id}", "chair", TOPIC.format("lapsed"), label="lapsed"),
    Visit("/topics/{topic_id}", "", TOPIC.format("taken"), label="taken"),
    Visit("/topics/{topic_id}", "", TOPIC.format("answered"), label="answered", is_rare=True),
    # Policy cards, disputes
    Visit("/cards"),
    Visit("/cards", "social_worker", query="q=津贴", label="worker", is_rare=True),
    Visit("/cards/{id:int}", "", "SELECT id FROM policy_cards ORDER BY id"),
    Visit("/cards/new", "social_worker"),
    Visit("/cards/{id:int}/edit", "social_worker", "SELECT id FROM policy_cards ORDER BY id"),
    Visit("/council/{code}/disputes", "neighbour", GUIYU),
    Visit("/council/{code}/disputes/new", "neighbour", GUIYU),
    Visit("/disputes/{public_id}", "@", DISPUTE.format("ready", "other"), label="party"),
    Visit("/disputes/{public_id}", "seat_1", DISPUTE.format("ready", "other"), label="mediator"),
    Visit("/disputes/{public_id}", "@", DISPUTE.format("consent", "other"), label="consent"),
    Visit("/disputes/{public_id}", "social_worker", DISPUTE.format("settled", "other"), label="settled"),
    Visit("/disputes/{public_id}/sheet", "@", DISPUTE.format("settled", "opener")),
    Visit("/disputes/{public_id}/dissuade", "grid_worker", "SELECT public_id FROM disputes WHERE state = 'filed'"),
    Visit("/desk/disputes", "social_worker"),
    Visit("/desk/disputes", "grid_worker", label="grid"),
    # Notices, voices, suggestions, oversight
    Visit("/notices"),
    Visit("/notices", "social_worker", query="place=guiyu&kind=money", label="worker", is_rare=True),
    Visit("/notices/new", "social_worker"),
    Visit("/notices/{public_id}", "owner", NOTICE.format("kind = 'consultation'")),
    Visit("/notices/{public_id}", "oversight", NOTICE.format("kind = 'money'"), label="corrected"),
    Visit("/notices/{public_id}/sheet", "", NOTICE.format("kind = 'money'")),
    Visit("/notices/{public_id}/ask", "owner", NOTICE.format("kind = 'consultation'"), query="kind=objection"),
    Visit("/notices/{public_id}/appraise", "oversight", NOTICE.format("kind = 'consultation'")),
    Visit("/notices/{public_id}/correct", "social_worker", NOTICE.format("kind = 'money'")),
    Visit("/voices/{public_id}", "social_worker", VOICE.format("kind = 'question' AND state = 'open'"), label="open"),
    Visit("/voices/{public_id}", "@", VOICE.format("kind = 'suggestion' AND state = 'answered'"), label="answered"),
    Visit("/council/{code}/suggestions", "owner", GUIYU),
    Visit("/council/{code}/suggestions/new", "owner", GUIYU),
    Visit("/council/{code}/oversight", "oversight", GUIYU),
    Visit("/council/{code}/ask", "owner", GUIYU),
    Visit("/desk/answers", "social_worker"),
    Visit("/services"),
    Visit("/services", query="q=居住证", label="search"),
    Visit("/services/{code}", "", "SELECT code FROM items WHERE kind = 'governmental' AND handled_by = 'centre' ORDER BY id"),
    Visit("/centres"),
    Visit("/centres/{code}", "", "SELECT code FROM service_centres ORDER BY position"),
    Visit("/certificates"),
    # Counters and the gate
    Visit("/centres/{code}/visit", "", "SELECT 'C01' AS code"),
    Visit("/centres/{code}/visit", "volunteer", "SELECT 'C01' AS code", label="known"),
    Visit("/visits/{public_id}", "", "SELECT public_id FROM tickets ORDER BY id"),
    Visit("/desk/counter", "clerk"),
    Visit("/desk/counter/cover", "clerk"),
    Visit("/desk/counter/{public_id}", "clerk", "SELECT public_id FROM tickets ORDER BY id"),
    Visit("/admin/centres/{code}/clerks", "administrator", "SELECT 'C01' AS code"),
    Visit("/gate"),
    Visit("/gate/new", "social_worker"),
    Visit("/gate/{id:int}", "", "SELECT id FROM pushed_tasks WHERE state = 'admitted'", label="admitted"),
    Visit("/gate/{id:int}", "officer", "SELECT id FROM pushed_tasks WHERE state = 'asked'", label="asked"),
    # Matters
    Visit("/matters"),
    Visit("/matters", query="q=石头月亮", label="nothing"),
    Visit("/matters", "owner", query="mine=1", label="mine"),
    Visit("/m/{number}", "", _matter("state = 'closed' AND way = 'council' AND is_public AND rating = 'satisfied'"), label="closed"),
    Visit("/m/{number}", "", _matter("part = 'residential' AND is_public"), label="both"),
    Visit("/m/{number}", "", _matter("resolution_public_id <> '' AND state = 'closed'"), label="kept"),
    Visit("/m/{number}", "", _matter("state = 'merged' AND is_public"), label="merged", is_rare=True),
    Visit("/m/{number}", "", _matter("state = 'refused' AND is_public"), label="refused", is_rare=True),
    Visit("/m/{number}", "", _matter("state = 'referred' AND is_public"), label="referred", is_rare=True),
    Visit("/m/{number}", "owner", _matter("state = 'accepted' AND is_public AND part <> 'governmental'"), label="accepted"),
    Visit("/m/{number}", "@", _matter("state = 'waiting'"), label="waiting"),
    Visit("/m/{number}", "@", _matter("state = 'completed'"), label="completed"),
    Visit("/m/{number}/done", "@", _matter("state = 'waiting'")),
    Visit("/m/{number}/place", "@", _matter("state = 'reported' AND reporter_id IS NOT NULL AND part = '' AND is_public")),
    Visit("/m/{number}/place", "@", ELSEWHERE, query="to={place}", label="reason"),
    Visit("/m/{number}/appeal", "@", _matter("state = 'accepted' AND part <> 'governmental' AND reporter_id IS NOT NULL AND is_public AND NOT EXISTS (SELECT 1 FROM matter_appeals a WHERE a.matter_id = matters.id)")),
    Visit("/m/{number}/recusal", "chair", _matter("way = 'council' AND state IN ('assigned', 'accepted') AND id IN (SELECT matter_id FROM matter_recusals)")),
    Visit("/triage/appeals", "social_worker"),
    Visit("/triage/appeals/{id:int}", "officer", "SELECT id FROM matter_appeals WHERE answered_at IS NULL ORDER BY id"),
    Visit("/desk/templates", "social_worker"),
    Visit("/desk/templates", "clerk", label="clerk", is_rare=True),
    Visit("/track"),
    Visit("/track", label="wrong", act=steps.track_wrongly),
    Visit("/t/{secret}"),
    Visit("/report", "owner"),
    Visit("/report/what", "owner", BUILDING, query="place={place}"),
    Visit("/report/what", "owner", BUILDING, query="place={place}", label="empty", act=steps.report_nothing, is_rare=True),
    Visit("/report/what", "owner", BUILDING, query="place={place}", label="check", act=steps.report_a_leak),
    Visit("/desk/report", "social_worker"),
    Visit("/desk/batch", "social_worker"),
    Visit("/desk/batch/{draft}", "social_worker", act=steps.upload_batch),
    Visit("/desk/report/what", "social_worker", BUILDING, query="place={place}"),
    Visit("/desk/report/what", "social_worker", BUILDING, query="place={place}", label="check", act=steps.report_a_leak, is_rare=True),
    Visit("/triage", "social_worker"),
    Visit("/triage", "social_worker", _matter(f"state = 'reported' AND {NANDU}"), query="m={number}", label="open"),
    Visit("/triage", "social_worker", query="queue=all", label="all", is_rare=True),
    Visit("/triage", "grid_worker", query="q=石头月亮", label="nothing", is_rare=True),
    Visit("/triage", "officer", label="officer", is_rare=True),
    Visit("/desk/centre", "clerk"),
    Visit("/desk/council", "chair"),
    Visit("/desk/m/{number}", "clerk", _matter(f"state = 'accepted' AND centre_id = {HANDLED}"), label="clerk"),
    Visit("/desk/m/{number}", "social_worker", _matter(f"state IN ('assigned', 'accepted') AND way = 'own_desk' AND {NANDU}"), label="worker"),
    # Boards
    Visit("/board", "supervisor"),
    Visit("/board", "officer", query="by=community", label="community"),
    Visit("/board", "oversight", query="by=item", label="item"),
    Visit("/board/load", "supervisor"),
    Visit("/board/load", "social_worker", label="worker", is_rare=True),
    Visit("/board/load/matters", "supervisor", query="way=own_desk"),
    Visit("/board/sample", "supervisor"),
    Visit("/board/sample", "officer", "SELECT month, place_id AS area FROM sample_draws", query="month={month}&area={area}", label="drawn"),
    Visit("/board/sample/{id:int}", "officer", "SELECT id FROM sample_entries WHERE answer IS NULL ORDER BY id"),
    Visit("/desk/visits", "social_worker"),
    Visit("/desk/visits/{visit:int}", "social_worker", "SELECT id AS visit FROM visits ORDER BY starts_at DESC"),
    Visit("/desk/calls", "social_worker"),
    Visit("/desk/calls/{number}", "social_worker", CALLED.format("IS NULL")),
    Visit("/m/{number}/fixed", "@", ASKED.format("u.answer IS NULL")),
    Visit("/m/{number}/fixed", "@", ASKED.format("u.answer IN ('partly', 'not') AND m.state = 'closed' AND m.reopened_count = 0"), label="no"),
    Visit("/board/matters", "supervisor", query="what=in"),
    # Meetings
    Visit("/meetings"),
    Visit("/meetings", "chair", label="chair", is_rare=True),
    Visit("/meetings/new", "chair"),
    Visit("/join"),
    Visit("/join", label="wrong", act=steps.join_wrongly),
    Visit("/kinds"),
    Visit("/kinds/{name}", "", "SELECT 'major' AS name"),
    Visit("/kinds/{name}", "", "SELECT 'open-space' AS name", label="one", is_rare=True),
    Visit("/rights"),
    Visit("/procedures"),
    Visit("/procedures/new", "chair"),
    Visit("/procedures/{number}", "", PROCEDURE, label="everybody", is_rare=True),
    Visit("/procedures/{number}", "chair", PROCEDURE),
    Visit("/meetings/{public_id}", "", MEETING.format("announced"), label="announced"),
    Visit("/meetings/{public_id}", "chair", RUNNING, label="running"),
    Visit("/meetings/{public_id}", "", MEETING.format("ended"), label="ended"),
    Visit("/meetings/{public_id}/notice", "", MEETING.format("announced")),
    Visit("/meetings/{public_id}/compose", "chair", MEETING.format("draft")),
    Visit("/meetings/{public_id}/offices", "chair", MEETING.format("announced")),
    Visit("/meetings/{public_id}/door", "recorder", RUNNING),
    Visit("/meetings/{public_id}/door/sheet", "recorder", RUNNING),
    # Minutes: published, being written, not there yet
    Visit("/meetings/{public_id}/minutes", "", MINUTES.format("published")),
    Visit("/meetings/{public_id}/minutes", "", MINUTES.format("draft"), label="waiting"),
    Visit("/meetings/{public_id}/minutes", "chair", MINUTES.format("draft"), label="draft"),
    Visit("/meetings/{public_id}/minutes/desk", "recorder", MINUTES.format("draft")),
    Visit("/meetings/{public_id}/minutes/desk", "chair", MINUTES.format("published"), label="published"),
    Visit("/meetings/{public_id}/minutes/edit/{section}", "recorder", f"SELECT x.public_id, 'talk' AS section FROM ({MINUTES.format('draft')}) x"),
    Visit("/meetings/{public_id}/minutes/versions", "recorder", MINUTES.format("draft")),
    Visit("/meetings/{public_id}/minutes/versions/{number:int}", "recorder", f"SELECT x.public_id, 1 AS number FROM ({MINUTES.format('draft')}) x"),
    Visit("/meetings/{public_id}/minutes/versions/{number:int}/changes", "recorder", f"SELECT x.public_id, 2 AS number FROM ({MINUTES.format('draft')}) x"),
    # Questions and resolutions; the open ones are looked at in test_meeting_stages.py
    Visit("/q/{public_id}", "", QUESTION.format("q.text_zh LIKE '%错时%'"), label="passed"),
    Visit("/q/{public_id}", "owner", QUESTION.format("q.text_zh LIKE '%十点半%'"), label="failed"),
    Visit("/q/{public_id}", "owner", QUESTION.format("q.kind = 'secret'"), label="secret"),
    Visit("/q/{public_id}/record", "", QUESTION.format("q.kind = 'secret'"), label="secret", is_rare=True),
    Visit("/q/{public_id}/doubts", "owner", QUESTION.format("q.kind = 'secret'"), label="secret", is_rare=True),
    Visit("/q/{public_id}/ballot", "owner", QUESTION.format("q.state = 'published'"), label="over"),
    Visit("/q/{public_id}/ballot", "chair", QUESTION.format("q.state = 'open' AND q.kind = 'secret'"), label="secret"),
    Visit("/q/{public_id}/receipt", "@", VOTER),
    Visit("/q/{public_id}/record", "", QUESTION.format("q.state = 'published'")),
    Visit("/q/{public_id}/record", "owner", QUESTION.format("q.state = 'open'"), label="open", is_rare=True),
    Visit("/record-key"),
    Visit("/q/{public_id}/doubts", "", DOUBTED),
    Visit("/q/{public_id}/doubts", "owner", DOUBTED, label="owner"),
    Visit("/doubts/{challenge_id}", "oversight", "SELECT public_id AS challenge_id FROM challenges WHERE state = 'open'", label="open"),
    Visit("/doubts/{challenge_id}", "oversight", "SELECT public_id AS challenge_id FROM challenges WHERE state = 'answered'", label="answered"),
    Visit("/desk/doubts", "oversight"),
    Visit("/q/{public_id}/void", "officer", DOUBTED),
    Visit("/q/{public_id}/again", "chair", DOUBTED, status=409),
    Visit("/desk/votes", "social_worker"),
    Visit("/q/{public_id}/desk", "social_worker", DESK.format(1)),
    Visit("/q/{public_id}/desk", "social_worker", DESK.format(1), query="q=1", label="found"),
    Visit("/q/{public_id}/desk", "social_worker", QUESTION.format("q.state = 'published'"), label="over", is_rare=True),
    Visit("/q/{public_id}/call", "social_worker", DESK.format(1), status=409),
    Visit("/q/{public_id}/desk/roll/{number:int}", "social_worker", DESK.format(4)),
    Visit("/q/{public_id}/desk/roll/{number:int}/vote/{channel}", "social_worker", DESK.format(4)),
    Visit("/q/{public_id}/desk/roll/{number:int}/vote/{channel}", "social_worker", DESK.format(4), label="sure", act=steps.choose_at_the_desk),
    Visit("/q/{public_id}/desk/roll/{number:int}/given/{channel}", "social_worker", DESK.format(3)),
    Visit("/q/{public_id}/desk/roll/{number:int}/mandate", "social_worker", DESK.format(4)),
    Visit("/q/{public_id}/desk/batches/{number:int}", "social_worker", DESK.format(1), label="posted"),
    Visit("/q/{public_id}/desk/batches/{number:int}", "social_worker", DESK.format(2), label="key"),
    Visit("/q/{public_id}/desk/print/roll", "social_worker", DESK.format(1)),
    Visit("/q/{public_id}/desk/print/ballots", "social_worker", DESK.format(1), query="from=1&to=6"),
    Visit("/q/{public_id}/desk/print/tally", "social_worker", DESK.format(1)),
    Visit("/q/{question_id}/resolution", "chair", QUESTION.format("q.text_zh LIKE '%立柱%'")),
    Visit("/resolutions/{resolution_id}", "", "SELECT public_id AS resolution_id FROM resolutions WHERE state = 'kept'", label="kept"),
    Visit("/resolutions/{resolution_id}", "chair", "SELECT public_id AS resolution_id FROM resolutions WHERE state <> 'kept'", label="open"),
    # The room, the console and the screen, in the market; other stages in test_meeting_stages.py
    Visit("/live/{code}", "", RUNNING),
    Visit("/live/{code}", "owner", RUNNING, label="owner"),
    Visit("/live/{code}", "", MEETING.format("announced"), label="early"),
    Visit("/live/{code}/door", "owner", RUNNING),
    Visit("/run/{public_id}/record", "recorder", RUNNING),
    Visit("/run/{public_id}/desk", "recorder", RUNNING),
    Visit("/live/{code}/topics/new", "owner", RUNNING),
    Visit("/live/{code}/groups/{group_id:int}/note", "owner", ROOM),
    Visit("/live/{code}/groups/{group_id:int}/note", "@", MEMBER, label="member"),
    Visit("/meetings/{public_id}/rehearse", "chair", MEETING.format("draft")),
    Visit("/rehearsals/{rehearsal_id}", "chair", REHEARSED),
    Visit("/rehearsals/{rehearsal_id}", "chair", REHEARSED, query="step=0", label="begin", is_rare=True),
    Visit("/rehearsals/{rehearsal_id}", "chair", REHEARSED, query="step=10", label="press"),
    Visit("/live/{code}/groups/{group_id:int}", "", ROOM),
    Visit("/live/{code}/groups/{group_id:int}", "@", MEMBER, label="member"),
    Visit("/live/{code}/groups/{group_id:int}/motions/new", "@", MEMBER, is_rare=True),
    Visit("/live/{code}/groups/{group_id:int}/points/new", "@", MEMBER),
    Visit("/live/{code}/topics/{topic_id:int}/merge", "owner",
          "SELECT m.join_code AS code, t.id AS topic_id FROM topics t JOIN meetings m ON m.id = t.meeting_id WHERE m.state = 'running' ORDER BY t.id"),
    Visit("/meetings/{public_id}/plan", "", PLANNED),
    Visit("/meetings/{public_id}/plan", "chair", PLANNED, label="chair"),
    Visit("/meetings/{public_id}/plan/{line_id:int}/change", "chair", PLANNED.replace("SELECT", "SELECT a.id AS line_id,")),
    Visit("/meetings/{public_id}/wall", "", RUNNING, label="running"),
    Visit("/meetings/{public_id}/wall", "", MEETING.format("ended"), label="ended"),
    Visit("/live/{code}/speak", "owner", RUNNING),
    Visit("/live/{code}/report/{kind}/{post_id:int}", "owner",
          "SELECT m.join_code AS code, 'topic' AS kind, t.id AS post_id FROM topics t JOIN meetings m ON m.id = t.meeting_id WHERE m.state = 'running' ORDER BY t.id"),
    Visit("/live/{code}/order", "owner", RUNNING),
    Visit("/run/{public_id}", "chair", RUNNING),
    Visit("/ways"),
    Visit("/desk/interested/{public_id}", "social_worker", "SELECT public_id FROM meetings WHERE template = 'home-to-shop'"),
    Visit("/desk/owners/{code}", "social_worker", "SELECT code FROM places WHERE code = 'guiyu'"),
    Visit("/screen/{token}"),
]  # fmt: skip

# What a browser gets from these is a file, not a page.
FILES = {
    "/healthz", "/readyz", "/metrics", "/admin/places/template.csv", "/admin/places/export.csv", "/admin/rolls/template.csv",
    "/desk/bodies/{place_id:int}/{body}/template.csv",
    "/desk/batch/template.csv",
    "/admin/catalogue/v/{version:int}/files/{file}", "/admin/catalogue/drafts/{id:int}/files/{file}",
    "/admin/calendar/{year:int}/files/{file}",
    "/second-factor/qr.svg", "/me/export", "/m/{number}/slip.svg", "/visits/{public_id}/slip.svg", "/photos/{photo}", "/report/photos/{photo}",
    "/notices/{public_id}/qr.svg", "/meetings/{public_id}/qr.svg", "/meetings/{public_id}/door/qr.svg", "/meetings/{public_id}/calendar.ics", "/screen/{token}/qr.svg",
    "/q/{public_id}/desk/scans/{sha256}",
    "/live/{code}/state", "/screen/{token}/state", "/meetings/{public_id}/minutes/qr/{question_id}.svg", "/record-key.txt", "/q/{public_id}/record/bundle.zip",
    "/q/{public_id}/record/checkpoint.txt", "/q/{public_id}/record/checkpoint.svg", "/q/{public_id}/record/inclusion",
    "/q/{public_id}/record/consistency", "/q/{public_id}/result.json", "/openapi.json",
    *(f"/open311/v2/{name}.{end}" for end in ("json", "xml") for name in (
        "discovery", "services", "services/{code}", "requests", "requests/{number}", "servicerequestupdates",
    )),
}  # fmt: skip
# These only send on to a page.
WAYS_ON = {
    "/matters/new",
    "/desk/officer",
    "/matters/{number:str}",
    "/meetings/{public_id}/room",
    "/live/{code}/ballot",
}
