"""Text messages: one gateway for codes and notices. The console gateway prints them; nothing here is ever logged."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

import structlog

from linyue.base import egress
from linyue.base.i18n import args_in, t
from linyue.base.notify import plug_sms
from linyue.base.settings import Settings
from linyue.people.model import Person
from linyue.people.rules import mask_phone
from linyue.people.service import phone_of

log = structlog.get_logger()
Gateway = Callable[[str, str], Awaitable[None]]


async def drop(_phone: str, _text: str) -> None:
    """The gateway of LINYUE_SMS=none."""


async def print_it(phone: str, text: str) -> None:
    """The console gateway: one line on standard output, the number masked."""
    sys.stdout.write(f"SMS to {mask_phone(phone)}: {text}\n")
    sys.stdout.flush()


def over_http(settings: Settings) -> Gateway:
    """The gateway of LINYUE_SMS=http: one call a message to the address of a provider, or of a relay to one.

    Nobody waits for the provider: an answer that takes longer when a message leaves would tell who is known here.
    """
    calls: set[asyncio.Task[None]] = set()

    async def call(phone: str, text: str) -> None:
        body = {"phone": phone, "text": text}
        try:
            await asyncio.to_thread(egress.post_json, settings.sms_url, body, settings.may_call, settings.sms_token)
        except egress.NotSent as error:
            log.error("sms.failed", error=str(error))

    async def hand_over(phone: str, text: str) -> None:
        task = asyncio.create_task(call(phone, text))
        calls.add(task)
        task.add_done_callback(calls.discard)

    return hand_over


def gateway_of(settings: Settings) -> Gateway:
    """The gateway that the settings name."""
    match settings.sms:
        case "http":
            return over_http(settings)
        case "console":
            return print_it
        case _:
            return drop


_gateway: Gateway = drop


def plug(gateway: Gateway) -> None:
    """Choose how text messages leave: a function of the number (+86…) and the text."""
    global _gateway
    _gateway = gateway


async def send(phone: str, text: str) -> None:
    """Hand one message to the gateway; a gateway that fails costs this message only."""
    try:
        await _gateway(phone, text)
    except Exception as error:  # whatever a provider's client raises
        log.error("sms.failed", error=type(error).__name__)


async def send_notice(person_id: int, key: str, args: dict[str, str]) -> None:
    """An urgent inbox line, sent to a person's phone in their language; people without a phone are called instead."""
    person = await Person.get_or_none(id=person_id)
    if person is not None and person.phone_sealed:
        await send(phone_of(person), t(person.lang, key, **args_in(person.lang, args)))


async def start(settings: Settings) -> None:
    """Take the gateway that the settings name; called at start-up of every process."""
    plug(gateway_of(settings))
    plug_sms(send_notice)
