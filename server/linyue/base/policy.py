"""Who may do what: one table, default deny. A route whose action is not in the table stops start-up."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """Standing roles, each granted for a place or a centre. Offices of one meeting or matter are not roles."""

    RESIDENT = "resident"
    GRID_WORKER = "grid_worker"
    STANDING_MEMBER = "standing_member"
    X_MEMBER = "x_member"
    SOCIAL_WORKER = "social_worker"
    VOLUNTEER = "volunteer"
    PARTNER_ORG = "partner_org"
    PROPERTY_FIRM = "property_firm"
    OWNERS_COMMITTEE = "owners_committee"
    CENTRE_CLERK = "centre_clerk"
    SUBDISTRICT_OFFICER = "subdistrict_officer"
    PARTY_REVIEWER = "party_reviewer"
    OVERSIGHT_COMMITTEE = "oversight_committee"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


STAFF = frozenset(
    {
        Role.GRID_WORKER,
        Role.SOCIAL_WORKER,
        Role.CENTRE_CLERK,
        Role.SUBDISTRICT_OFFICER,
        Role.PARTY_REVIEWER,
        Role.OVERSIGHT_COMMITTEE,
        Role.SUPERVISOR,
        Role.ADMINISTRATOR,
    }
)
"""Roles that are active only after a second factor: all who may read what is not public about other people."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role for one place (and everything inside it) or for one service centre."""

    role: Role
    place_path: str
    centre_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking. Nobody signed in: person_id is None."""

    person_id: int | None = None
    session_id: str = ""
    name: str = ""
    grants: tuple[Grant, ...] = ()
    homes: tuple[str, ...] = ()
    """Paths of the units in which this person's enrolment is confirmed."""
    is_second_factor: bool = False
    needs_second_factor: bool = False
    """Has a staff role that this sign-in does not carry yet."""
    lang: str = "zh-CN"

    @property
    def is_signed_in(self) -> bool:
        return self.person_id is not None

    @property
    def is_confirmed(self) -> bool:
        return bool(self.homes)

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds one of the roles anywhere."""
        return any(grant.role in roles for grant in self.grants)


NOBODY = Actor()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a resource belongs to. An empty place path means the resource has no place."""

    place_path: str = ""
    centre_id: int | None = None
    person_ids: frozenset[int] = frozenset()
    """People the resource is about: the reporter, the owner of a promise."""
    offices: dict[str, frozenset[int]] = field(default_factory=dict)
    """Offices held in this meeting or matter: {"chair": {7}}."""
    is_public: bool = True


@dataclass(frozen=True, slots=True)
class Who:
    """One way to be allowed. A rule is a tuple of these; any one suffices."""

    kind: str
    roles: frozenset[Role] = frozenset()
    office: str = ""

    def covers(self, actor: Actor, scope: Scope | None) -> bool:
        """Whether this way admits the actor to the resource; scope None asks for the role anywhere."""
        if self.kind == "anyone":
            return True
        if self.kind == "anyone_public":
            return scope is None or scope.is_public
        if not actor.is_signed_in:
            return False
        if self.kind == "signed_in":
            return True
        if self.kind == "signed_in_public":
            return scope is None or scope.is_public
        if self.kind == "party":
            return scope is not None and actor.person_id in scope.person_ids
        if self.kind == "office":
            return scope is not None and actor.person_id in scope.offices.get(self.office, frozenset())
        if self.kind == "lives_here":
            return any(scope is None or home.startswith(scope.place_path) for home in actor.homes)
        return any(grant.role in self.roles and _reaches(grant, scope) for grant in actor.grants)


def _reaches(grant: Grant, scope: Scope | None) -> bool:
    if scope is None:
        return True
    if grant.centre_id is not None:
        return grant.centre_id == scope.centre_id
    return bool(scope.place_path) and scope.place_path.startswith(grant.place_path)


ANYONE = Who("anyone")
ANYONE_IF_PUBLIC = Who("anyone_public")
SIGNED_IN = Who("signed_in")
SIGNED_IN_IF_PUBLIC = Who("signed_in_public")
PARTY = Who("party")
LIVES_HERE = Who("lives_here")


def role(*roles: Role) -> Who:
    """Holders of a role whose place or centre covers the resource."""
    return Who("role", frozenset(roles))


def office(name: str) -> Who:
    """Holders of an office in this meeting or matter."""
    return Who("office", office=name)


COUNCIL = role(Role.STANDING_MEMBER)
WORKER = role(Role.SOCIAL_WORKER)
DESK = role(Role.SOCIAL_WORKER, Role.GRID_WORKER)
CLERK = role(Role.CENTRE_CLERK)
OFFICER = role(Role.SUBDISTRICT_OFFICER)
OVERSEER = role(Role.SUBDISTRICT_OFFICER, Role.SUPERVISOR, Role.OVERSIGHT_COMMITTEE)
ADMIN = role(Role.ADMINISTRATOR)

# One row an action, grouped by slice in the order of a matter's life. Keep it readable: it is the whole access policy.
POLICY: dict[str, tuple[Who, ...]] = {
    # base
    "site.read": (ANYONE,),
    "site.settings": (ANYONE,),
    "site.health": (ANYONE,),
    "demo.clock": (ANYONE,),
    "inbox.read": (SIGNED_IN,),
    # people
    "people.sign_in": (ANYONE,),
    "people.notice": (ANYONE,),
    "people.setup": (ANYONE,),  # the link decides
    "people.demo": (ANYONE,),  # demo mode on this machine only
    "people.second_factor": (SIGNED_IN,),
    "people.me": (SIGNED_IN,),
    "people.home.claim": (SIGNED_IN,),
    "people.claim.read": (WORKER,),
    "people.claim.decide": (WORKER,),
    "people.enrol": (WORKER,),
    "people.phone.reset": (WORKER,),
    "people.desk.erase": (WORKER,),  # of who has no telephone
    "people.unit_code.make": (WORKER,),
    "people.roll.import": (ADMIN,),
    "people.body.list": (WORKER,),
    "people.body.edit": (WORKER,),
    "people.role.list": (ADMIN,),
    "people.role.edit": (ADMIN,),
    # places
    "places.admin": (ADMIN,),
    "places.import": (ADMIN,),
    # councils
    "councils.read": (ANYONE,),
    "councils.roster.edit": (ADMIN,),
    "councils.rules.edit": (ADMIN,),
    "centres.handling.edit": (ADMIN,),
    "councils.x.put_forward": (SIGNED_IN,),  # the rules name the ways that are for those of the place only
    "councils.x.admit": (COUNCIL, WORKER),
    # centres
    "centres.services.read": (ANYONE,),
    "centres.centre.read": (ANYONE,),
    "centres.centre.edit": (ADMIN,),
    "centres.ticket.take": (SIGNED_IN,),
    "centres.ticket.read": (ANYONE,),  # the slip's address is the secret
    "centres.counter": (CLERK,),
    "centres.gate.read": (ANYONE,),
    "centres.gate.ask": (WORKER, OFFICER, role(Role.SUPERVISOR)),
    "centres.gate.decide": (OFFICER, role(Role.SUPERVISOR)),
    "centres.card.write": (WORKER, OFFICER, ADMIN),
    "centres.training.edit": (ADMIN, OFFICER),
    "centres.calendar.edit": (ADMIN,),
    "centres.catalogue.read": (ADMIN, role(Role.SUPERVISOR)),
    "centres.catalogue.edit": (ADMIN,),
    "centres.catalogue.try": (ADMIN, role(Role.SUPERVISOR)),
    "centres.catalogue.approve": (ADMIN, role(Role.SUPERVISOR)),  # never by whoever had a hand in it
    # matters
    "matters.list": (ANYONE,),
    "matters.read": (ANYONE_IF_PUBLIC, PARTY, office("handler"), DESK, CLERK, OVERSEER, role(Role.PARTY_REVIEWER)),
    "matters.track": (ANYONE,),
    "matters.report": (SIGNED_IN,),
    "matters.slip": (PARTY, DESK),
    "matters.follow": (SIGNED_IN_IF_PUBLIC, PARTY, office("handler"), DESK, CLERK),
    "matters.answer": (PARTY, DESK),
    "matters.rate": (PARTY, DESK),
    "matters.withdraw": (PARTY,),
    "matters.move": (PARTY, DESK, OFFICER, CLERK, office("handler")),  # the table of steps knows who of them may when
    "matters.say_more": (PARTY, DESK),
    "matters.nudge": (PARTY,),
    "matters.pre_study": (role(Role.PARTY_REVIEWER),),
    "matters.appeal": (PARTY, DESK),
    "matters.appeals": (WORKER, OFFICER, role(Role.SUPERVISOR)),
    "matters.appeal_answer": (WORKER, OFFICER, role(Role.SUPERVISOR)),  # the rules name who of them may answer
    "matters.inbox": (DESK, OFFICER),
    "matters.bulk": (DESK, OFFICER),
    "matters.templates": (DESK, OFFICER, CLERK),  # each its own desk's
    "matters.triage": (DESK, OFFICER),
    "matters.note": (DESK, OFFICER, CLERK),
    "matters.forget_contact": (WORKER,),  # of somebody without an account
    "matters.call": (DESK, OFFICER, CLERK),  # of those the desk, or who owns it; never a neighbour of the council
    "matters.offices": (ADMIN,),
    "matters.moderate": (DESK, OFFICER),
    "matters.urgent": (DESK, OFFICER, CLERK, office("handler")),  # of those the desk, the officer, or who owns it
    "matters.handle": (DESK, OFFICER, CLERK, office("handler")),
    "matters.report_for": (DESK,),
    "matters.batch": (DESK, ADMIN),
    "matters.centre_desk": (CLERK,),
    "matters.council_desk": (COUNCIL,),
    "matters.recuse": (SIGNED_IN,),  # the rules know who is a member of the matter's council
    "matters.topic.read": (ANYONE,),
    "matters.topic.propose": (SIGNED_IN,),  # the roll of the council's place decides
    "matters.topic.support": (SIGNED_IN,),
    "matters.topic.answer": (COUNCIL, WORKER),
    "matters.topic.hide": (DESK,),
    # open311
    "open311.read": (ANYONE,),
    "open311.report": (ANYONE,),
    # meetings
    "meetings.list": (ANYONE,),
    "meetings.read": (ANYONE_IF_PUBLIC, COUNCIL, WORKER, office("chair")),  # the worker is the council's secretary
    "meetings.draft": (COUNCIL,),
    "meetings.edit": (
        COUNCIL,
        WORKER,
        office("chair"),
    ),  # the secretary prepares, the council announces
    "meetings.announce": (COUNCIL, office("chair")),
    "meetings.join": (ANYONE,),
    "meetings.check_in_others": (office("chair"), office("recorder"), office("teller"), DESK),
    # questions
    "question.read": (ANYONE,),
    "question.vote": (SIGNED_IN,),  # the question's frozen roll decides, in the ballot's own transaction
    "question.desk.read": (office("teller"), office("witness"), office("chair"), office("recorder"), WORKER),
    "question.desk.list": (WORKER,),
    "question.owners": (WORKER,),
    "question.desk": (office("teller"), office("witness"), WORKER),
    "question.call": (office("chair"), office("recorder")),
    "question.call.enter": (office("recorder"), office("teller")),  # whoever runs the vote enters none
    "question.proxy.edit": (ADMIN,),
    "question.print": (office("teller"), office("witness"), office("chair"), office("recorder"), WORKER),
    # records
    "record.read": (ANYONE,),  # sizes, hashes and codes at any time; the bundle once the result is out
    # rounds
    "rounds.watch": (ANYONE,),
    "rounds.take_part": (SIGNED_IN,),
    "rounds.run": (office("chair"),),
    "rounds.record": (office("chair"), office("recorder")),
    "rounds.hand_in": (office("recorder"), WORKER),
    "rounds.screen": (ANYONE,),
    "challenge.list": (ANYONE,),
    "challenge.ask": (SIGNED_IN,),
    "challenge.read": (PARTY, office("handler"), OVERSEER, WORKER),
    "challenge.answer": (office("handler"),),
    "challenge.desk": (OVERSEER, WORKER),
    "challenge.take": (OVERSEER, WORKER),
    "question.void": (office("chair"), OVERSEER),
    "question.void.confirm": (OVERSEER,),
    "question.again": (COUNCIL, office("chair")),
    # minutes
    "minutes.read": (ANYONE_IF_PUBLIC, COUNCIL, office("chair")),
    "minutes.work": (office("chair"), office("recorder"), office("witness"), COUNCIL),
    "minutes.edit": (office("chair"), office("recorder")),
    "minutes.sign": (office("chair"), office("recorder"), office("witness"), COUNCIL),
    # resolutions
    "rehearsal.ask": (office("chair"), COUNCIL),
    "rehearsal.read": (office("asker"),),
    "rehearsal.delete": (office("asker"),),
    "plan.read": (ANYONE,),
    "plan.write": (office("chair"), office("recorder"), COUNCIL, DESK),
    "plan.change": (office("chair"), office("recorder"), COUNCIL, DESK),
    "plan.keep": (COUNCIL, DESK, office("carrier")),
    "resolution.read": (ANYONE_IF_PUBLIC, PARTY, COUNCIL, DESK, office("carrier"), OVERSEER),
    "resolution.make": (COUNCIL, DESK),
    "resolution.change": (COUNCIL, DESK),
    "resolution.keep": (COUNCIL, DESK, office("carrier")),
    # procedures
    "procedures.read": (ANYONE,),
    "procedures.begin": (COUNCIL, WORKER),  # a worker only what has an alarm: rules.refuse_beginner
    "procedures.run": (COUNCIL,),
    "procedures.give": (
        COUNCIL,
        WORKER,
        role(Role.PARTY_REVIEWER, Role.OVERSIGHT_COMMITTEE, Role.OWNERS_COMMITTEE),
    ),  # a paper of one body alone: rules.refuse_giver
    "procedures.say": (SIGNED_IN,),  # the roll of the place decides
    # mediation
    "mediation.figures": (ANYONE,),
    "mediation.ask": (SIGNED_IN,),  # for one's own home
    "mediation.desk": (COUNCIL, role(Role.X_MEMBER), DESK, role(Role.PROPERTY_FIRM, Role.OWNERS_COMMITTEE)),  # no words
    "mediation.take": (COUNCIL, role(Role.X_MEMBER), WORKER),
    "mediation.dissuade": (
        office("mediator"),
        COUNCIL,
        role(Role.X_MEMBER, Role.PROPERTY_FIRM, Role.OWNERS_COMMITTEE),
        DESK,
    ),  # writes a record and reads nothing
    "mediation.read": (PARTY, office("mediator"), WORKER),
    "mediation.step": (PARTY, office("mediator"), WORKER),  # the table of steps says which
    # oversight
    "oversight.read": (ANYONE,),
    "oversight.post": (WORKER, COUNCIL),
    "oversight.say": (SIGNED_IN,),  # the roll of the place decides
    "oversight.rate": (SIGNED_IN,),
    "oversight.appraise": (role(Role.OVERSIGHT_COMMITTEE),),
    "oversight.voice.read": (PARTY, WORKER, OVERSEER),
    "oversight.voice.answer": (WORKER, OFFICER),  # the desk that owns it
    "oversight.desk": (WORKER, OVERSEER),
    # boards
    "boards.read": (OVERSEER,),
    "boards.load": (OVERSEER, WORKER),
    "boards.sample": (OFFICER, role(Role.SUPERVISOR)),
    "boards.visits": (WORKER,),
    "boards.calls": (DESK,),
    "boards.answer": (PARTY,),
}


def allow(actor: Actor, action: str, scope: Scope | None = None) -> bool:
    """Whether `actor` may do `action` to what `scope` describes. Raises LookupError for an unknown action."""
    try:
        rule = POLICY[action]
    except KeyError:
        raise LookupError(f"no rule for action {action!r} in base/policy.py") from None
    return any(who.covers(actor, scope) for who in rule)
