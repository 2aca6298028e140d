"""Voters of a secret vote for tests: each with a code of their own and the means to seal, as their device has them."""

import base64
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from linyue.questions import service_boxkeys, service_secret
from linyue.questions.model import RollEntry
from linyue.questions.rules_ballot import Via
from linyue.questions.rules_secret import CODE_LETTERS, Kind, Slip, label
from linyue.questions.writer_batch import Receipt, voter
from tests.make.questions import Put, make_question


@dataclass
class Voter:
    """One person of the roll. `choice` is what they chose last."""

    put: Put
    person_id: int
    salt: str
    code: str
    choice: str = ""

    @property
    def label(self) -> bytes:
        return label(self.put.question.manifest_hash, voter(self.salt, self.person_id))

    async def seal(self, choice: str) -> bytes:
        """A sealed ballot of theirs."""
        return service_boxkeys.seal(self.put.question.manifest_data["box_key"], self.label, Slip(self.code, choice))

    async def seal_bytes(self, text: bytes) -> bytes:
        """Anything, sealed as they would."""
        key = serialization.load_der_public_key(base64.b64decode(self.put.question.manifest_data["box_key"]))
        assert isinstance(key, rsa.RSAPublicKey)
        oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=self.label)
        return key.encrypt(text, oaep)

    async def cast(self, choice: str, *, replaces: int = 0, client_id: str = "") -> Receipt:
        """Seal and send."""
        receipt = await self.send(await self.seal(choice), replaces=replaces, client_id=client_id)
        self.choice = choice
        return receipt

    async def send(self, sealed: bytes, *, replaces: int = 0, client_id: str = "") -> Receipt:
        """Send these bytes as a sealed ballot."""
        sender = client_id or secrets.token_hex(8)
        return await service_secret.cast_sealed(
            self.person_id, self.put.question.id, sealed, sender, replaces, Via.POST, self.put.question.manifest_hash
        )


def make_code() -> str:
    """As a device makes it."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(8))


async def make_secret(people: int = 20, *, present: int = 0) -> Put:
    """An open secret vote."""
    return await make_question(people=people, present=present, kind=Kind.SECRET)


async def voters_of(put: Put) -> list[Voter]:
    """Everybody on the roll, in its order."""
    rows = await RollEntry.filter(question_id=put.question.id).order_by("id")
    return [Voter(put, row.person_id, row.salt, make_code()) for row in rows]
