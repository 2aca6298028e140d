"""The message of the fan-out: 300 bytes of a tally, and the word that asks for it."""

import json

GO = "go"
TEXT = json.dumps({"type": "turnout", "version": 1, "data": {"fill": ""}}, separators=(",", ":"))
TEXT = TEXT.replace('"fill":""', f'"fill":"{"x" * (300 - len(TEXT))}"')
assert len(TEXT) == 300
