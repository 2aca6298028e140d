"""Every setting of a running Linyue: read once from the environment, never from a file inside the code."""

import os
import shlex
import shutil
from dataclasses import dataclass, fields
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

OWN_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""What this machine calls itself."""


class BadSetting(Exception):
    """A setting that cannot be used; the text names the setting and what to do."""


PLACEHOLDER_PHONE = "0574-0000 0000"
NO_PHONE = f"LINYUE_HELP_PHONE is not set: every page shows {PLACEHOLDER_PHONE}, which reaches nobody"


@dataclass(frozen=True, slots=True)
class Settings:
    """One value a setting. The name in the environment is `LINYUE_` + the field in capitals (`PORT` also works).

    `LINYUE_…_FILE` names a file that holds the value instead: a password then stands in no environment.
    """

    data: Path = Path("var")
    """Folder of everything a district stores: database, photos, keys."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = 8000
    """Port to listen on; plain PORT is read too."""
    origin: str = ""
    """Public address, for example https://linyue.example; needed when listening beyond this machine."""
    hosts: str = ""
    """Further host names to answer to, separated by commas."""
    database_url: str = ""
    """postgres://… ; empty means SQLite in the data folder."""
    redis_url: str = ""
    """redis://… ; empty means events and wake-ups stay in this process."""
    keys: str = ""
    """File of the key ring; empty means keys.json in the data folder."""
    box_keys: str = ""
    """Folder of the keys of open secret votes, one for all machines, in no backup; empty: box-keys beside the data."""
    demo: bool = False
    """Sample district: one-tap sign-in and a movable clock. Only when listening on this machine."""
    neighbours: bool = False
    """In demo mode, invented neighbours vote along in the sample district's meetings."""
    sms: str = "console"
    """How text messages leave: http to LINYUE_SMS_URL, none drops them, console prints them (not in public)."""
    sms_url: str = ""
    """https:// address that takes {"phone": "+86…", "text": "…"} by POST and answers 2xx, for LINYUE_SMS=http."""
    sms_token: str = ""
    """Bearer token sent along to that address."""
    witness_url: str = ""
    """https:// address outside this district's hands that gets every checkpoint of a vote's record, by POST."""
    witness_mail: str = ""
    """Mailbox outside this district's hands that gets the same."""
    mail_server: str = ""
    """Mail server as host:port, for witness mail; encrypted whenever the server can."""
    mail_from: str = ""
    """Sender of that mail; empty means the witness mailbox itself."""
    egress_allow: str = ""
    """Hosts in a private network that may be called all the same, separated by commas."""
    open311_keys: str = ""
    """Keys for filing through Open311, separated by commas; empty means no key is needed."""
    challenge_hours: int = 72
    """For how many hours after its publication a result can be doubted."""
    photos_a_day: int = 60
    """Photos that one person may send in a day; staff with a second factor ten times as many."""
    scanner: str = ""
    """Virus scanner for uploaded files: tcp://host:port of a clamd, or a command; empty: none."""
    suggest: bool = True
    """Suggest where a matter goes, from its words and past decisions; 0: the desk decides without."""
    district: str = "海曙区"
    """Name shown in the header."""
    district_en: str = "Haishu District"
    """The same on English pages."""
    help_phone: str = PLACEHOLDER_PHONE
    """Telephone shown on every resident's page."""
    gas_phone: str = ""
    """Emergency line of the gas company, shown when a report speaks of a leak; empty: the fire brigade's only."""
    agendas: str = ""
    """Folder of the district's own agenda templates, beside those that come with Linyue; empty: none."""
    log_level: str = "info"
    """debug, info, warning or error."""
    proxies: str = "127.0.0.1"
    """Proxy addresses whose forwarded headers are believed, separated by commas."""
    failpoint: str = ""
    """Step at which the process ends at once, `step:3` the third time; in demo mode and fault tests only."""

    @property
    def is_sqlite(self) -> bool:
        return not self.database_url

    @property
    def tortoise_url(self) -> str:
        """Database URL for the ORM: asyncpg for PostgreSQL, one file for SQLite."""
        if self.database_url:
            _, _, rest = self.database_url.partition("://")
            mark = "&" if "?" in rest else "?"
            size = "" if "maxsize=" in rest else f"{mark}minsize=1&maxsize=10"
            return f"asyncpg://{rest}{size}"
        return f"sqlite://{self.sqlite_path}?busy_timeout=10000&synchronous=FULL&secure_delete=ON"

    @property
    def sqlite_path(self) -> Path:
        return self.data / "linyue.sqlite3"

    @property
    def keys_path(self) -> Path:
        return Path(self.keys) if self.keys else self.data / "keys.json"

    @property
    def box_keys_path(self) -> Path:
        return Path(self.box_keys) if self.box_keys else self.data / "box-keys"

    @property
    def is_loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def lacks_phone(self) -> bool:
        """Whether a real district still shows the telephone number that reaches nobody."""
        return not self.demo and self.help_phone == PLACEHOLDER_PHONE

    @property
    def is_https(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def allowed_hosts(self) -> list[str]:
        """Host names this server answers to, without port."""
        names = sorted(OWN_NAMES) if self.is_loopback else []
        if self.origin:
            names.append(urlsplit(self.origin).hostname or "")
        return [*names, *(h.strip() for h in self.hosts.split(",") if h.strip())]

    @property
    def may_call(self) -> frozenset[str]:
        """Hosts that may be called although their address is private."""
        return frozenset(host.strip().lower() for host in self.egress_allow.split(",") if host.strip())

    def check(self) -> None:
        """Refuse combinations that would be unsafe. Raises BadSetting."""
        if not self.is_loopback and not self.is_https:
            raise BadSetting("LINYUE_ORIGIN: listening beyond this machine needs the public https:// address")
        if self.demo and not self.is_loopback:
            raise BadSetting("LINYUE_DEMO: demo mode works only with LINYUE_HOST on this machine (127.0.0.1)")
        if self.demo and not set(self.allowed_hosts) <= OWN_NAMES:
            raise BadSetting(
                "LINYUE_DEMO: a sample district has no public name; leave LINYUE_ORIGIN and LINYUE_HOSTS empty"
            )
        if self.witness_url and urlsplit(self.witness_url).scheme not in {"https", "http"}:
            raise BadSetting("LINYUE_WITNESS_URL: use an https:// address")
        if urlsplit(self.witness_url).scheme == "http" and urlsplit(self.witness_url).hostname not in self.may_call:
            raise BadSetting("LINYUE_WITNESS_URL: plain http only to a host named in LINYUE_EGRESS_ALLOW")
        if self.witness_mail and not self.mail_server:
            raise BadSetting("LINYUE_WITNESS_MAIL: name the mail server in LINYUE_MAIL_SERVER")
        if self.agendas and not Path(self.agendas).is_dir():
            raise BadSetting("LINYUE_AGENDAS: no such folder")
        if self.photos_a_day < 1:
            raise BadSetting("LINYUE_PHOTOS_A_DAY: use a whole number from 1 on")
        self._check_scanner()
        self._check_sms()

    def _check_scanner(self) -> None:
        if not self.scanner:
            return
        try:
            is_known = _clamd(self.scanner) if "://" in self.scanner else _is_there(shlex.split(self.scanner)[0])
        except (ValueError, IndexError):
            is_known = False
        if not is_known:
            raise BadSetting("LINYUE_SCANNER: use tcp://host:port of a clamd, or a command that is there")

    def _check_sms(self) -> None:
        if self.sms not in {"console", "none", "http"}:
            raise BadSetting("LINYUE_SMS: use http, none or console")
        if self.sms == "console" and not self.demo and self.is_https:
            raise BadSetting(
                "LINYUE_SMS: console would print sign-in codes into the log of a public server; use http or none"
            )
        if self.sms != "http":
            return
        parts = urlsplit(self.sms_url)
        if parts.scheme not in {"https", "http"} or not parts.hostname:
            raise BadSetting("LINYUE_SMS_URL: use an https:// address")
        if parts.scheme == "http" and parts.hostname not in self.may_call:
            raise BadSetting("LINYUE_SMS_URL: plain http only to a host named in LINYUE_EGRESS_ALLOW")


def _clamd(address: str) -> bool:
    """Whether an address names a host and a port. Raises ValueError for a port that is none."""
    parts = urlsplit(address)
    return parts.scheme == "tcp" and bool(parts.hostname and parts.port)


def _is_there(command: str) -> bool:
    return shutil.which(command) is not None


def read_settings(env: dict[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises BadSetting naming the variable that cannot be read."""
    source = dict(os.environ) if env is None else env
    values: dict[str, object] = {}
    for field in fields(Settings):
        name = f"LINYUE_{field.name.upper()}"
        text = source.get(name, source.get("PORT") if field.name == "port" else None)
        if f"{name}_FILE" in source:
            text = _from_file(name, text, source[f"{name}_FILE"])
        if text is None or text == "":
            continue
        values[field.name] = _parse(name, text, field.default)
    settings = Settings(**values)  # type: ignore[arg-type]
    settings.check()
    return settings


def _from_file(name: str, text: str | None, file: str) -> str:
    """A setting that stands in a file, as secrets of a container do. Raises BadSetting."""
    if text:
        raise BadSetting(f"{name}: given twice; leave out {name} or {name}_FILE")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{name}_FILE: {file} cannot be read ({type(error).__name__})") from error


def _parse(name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() not in {"1", "0", "true", "false"}:
            raise BadSetting(f"{name}: use 1 or 0")
        return text.lower() in {"1", "true"}
    if isinstance(default, int):
        if not text.isdigit():
            raise BadSetting(f"{name}: use a whole number")
        return int(text)
    if isinstance(default, Path):
        return Path(text).resolve()
    return text


def web_folder() -> Path:
    """Folder of templates, static files and translations: inside an installed wheel, or beside `server/` in a clone."""
    return _packed("_web", "web")


def agenda_folder() -> Path:
    """Folder of the agenda templates, found like `web_folder`."""
    return _packed("_agenda_templates", "agenda_templates")


def _packed(inside: str, beside: str) -> Path:
    package = Path(__file__).resolve().parents[1]
    packed = package / inside
    return packed if packed.is_dir() else package.parents[1] / beside
