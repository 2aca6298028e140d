"""Routes of procedures: each form names its act, and the policy's action is the one of the act's row."""

from linyue.base.routing import ActionRoute, Handler, ScopeLoader, post
from linyue.procedures.rules_rights import RIGHTS, Act


def acting(path: str, handler: Handler, *, act: Act, scope: ScopeLoader | None = None) -> ActionRoute:
    """A form for one act of the table of rights; its service asks in which stage, in the transaction of the act."""
    route = post(path, handler, action=RIGHTS[act].action, scope=scope)
    assert isinstance(route, ActionRoute)
    route.act = act.value
    return route
