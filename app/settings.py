"""Everything that a person can set, and the only reader of the environment.

Each field is also the environment variable `SECOND_LOOK_` + its name in capitals. Nothing is read
or changed when this module is imported: `load_settings` reads, `prepare_environment` writes.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import AfterValidator, BeforeValidator, ByteSize, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "SECOND_LOOK_"
PROJECT = Path(__file__).resolve().parents[1]
DATABASE_SCHEMES = ("sqlite:///", "postgresql+psycopg://")


class SettingsError(ValueError):
    """A setting cannot be used; the message is one line that names it."""


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _known_database(url: str) -> str:
    if not url.startswith(DATABASE_SCHEMES):
        raise ValueError(f"must start with {' or '.join(DATABASE_SCHEMES)}")
    return url


def _web_address(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("must start with https:// or http://")
    return url


def _listed(value: object) -> object:
    """`a, b`, as typed in the environment, becomes a tuple of lower-case names."""
    if isinstance(value, str):
        return tuple(name.strip().lower() for name in value.split(",") if name.strip())
    return value


def _networks(value: object) -> object:
    """`127.0.0.1, 10.0.0.0/8`, as typed in the environment, becomes a tuple of networks."""
    if not isinstance(value, str):
        return value
    try:
        return tuple(
            ipaddress.ip_network(part.strip()) for part in value.split(",") if part.strip()
        )
    except ValueError as error:
        raise ValueError(f"must be addresses or networks such as 10.0.0.0/8 ({error})") from None


def _sqlite_url(path: Path) -> str:
    # SQLAlchemy takes what follows /// as percent-encoded, and ? as the start of options.
    quoted = "".join(f"%{ord(letter):02X}" if letter in "%?#" else letter for letter in str(path))
    return f"sqlite:///{quoted}"


def default_data_dir(project: Path = PROJECT) -> Path:
    """`./data` in a checkout; once installed, one folder a person, whatever folder they are in."""
    if (project / "pyproject.toml").is_file():
        return Path("data")
    return platformdirs.user_data_path("second-look", appauthor=False)


Folder = Annotated[Path, AfterValidator(_absolute)]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class Settings(BaseSettings):
    """The settings of one run; frozen. Sizes may be written as `2GiB`, `500MB` or in bytes."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,  # the table of app/server/README.md is made of them
    )

    data_dir: Folder = Field(default_factory=default_data_dir)
    """Folder that keeps everything. Default: `data` in a checkout, else the user's data folder."""
    database_url: Annotated[str, AfterValidator(_known_database)] = Field(
        default_factory=lambda known: _sqlite_url(known["data_dir"] / "second-look.sqlite3")
    )
    """The database: `sqlite:///...` or `postgresql+psycopg://...`. Default: in the data folder."""
    media_url: str = Field(default_factory=lambda known: f"file://{known['data_dir'] / 'media'}")
    """Where the videos are kept. Default: in the data folder."""

    host: str = "127.0.0.1"
    """Address to listen on. Any other than this machine's own needs `USERS_FILE`."""
    port: int = Field(default=7860, ge=0, le=65535)
    """Port to listen on; 0 takes a free one."""
    allowed_hosts: Names = ()
    """Further names by which browsers may call the server, such as `look.example.org`."""
    users_file: Folder | None = None
    """Who may log in, written by `users add`. Without it nobody logs in."""
    login_hours: float = Field(default=12.0, gt=0, le=30 * 24)
    """Hours until a person has to log in again."""
    trusted_proxies: Networks = ()
    """Proxies whose X-Forwarded-For, -Proto and -Host are believed, such as `10.0.0.0/8`."""

    model: str | None = None
    """Model that answers, whatever was chosen in the app. Default: the chosen one."""
    model_mirror: Annotated[str, AfterValidator(_web_address)] = ""
    """Server with the published models, under their publisher's paths."""
    engine: Literal["auto", "torch", "openvino"] = "auto"
    """What computes: `auto`, `torch` or `openvino`."""
    recall: bool = True
    """Show what people called similar videos; costs about one more prediction a video."""
    threads: int = Field(default=0, ge=0, le=1024)
    """Processor threads; 0 takes as many as there are cores."""

    max_upload_bytes: ByteSize = Field(default=ByteSize(2 << 30), gt=0)
    """Largest video file."""
    max_archive_bytes: ByteSize = Field(default=ByteSize(16 << 30), gt=0)
    """Largest ZIP file of videos, and the most that may come out of one."""
    import_folder: Folder | None = None
    """Folder of this machine whose videos people may bring in from a page. Default: none."""
    max_duration_s: float = Field(default=30 * 60.0, gt=0)
    """Longest video, in seconds."""
    max_pixels: int = Field(default=4096 * 2304, gt=0)
    """Largest picture of a video, in pixels."""
    max_frames: int = Field(default=30 * 60 * 120, gt=0)
    """Most pictures in a video: half an hour at 120 a second."""
    decoding_patience: float = Field(default=1.0, ge=1, le=100)
    """Processor time that decoding may take, as a multiple of the usual limit."""
    max_clips: int = Field(default=64, gt=0)
    """Most clips that the model looks at in one video; what is left out is shown as a gap."""
    max_waiting: int = Field(default=32, gt=0)
    """Most requests that wait in the queue."""
    min_free_bytes: ByteSize = Field(default=ByteSize(1 << 30), ge=0)
    """Room that must stay free on the disk."""

    upload_idle_s: float = Field(default=30.0, gt=0)
    """Seconds after which an upload that sends nothing is given up."""
    uploads_at_once: int = Field(default=2, gt=0)
    """Uploads of one person at the same time."""
    leftover_age_s: float = Field(default=3600.0, gt=0)
    """Age in seconds at which unfinished uploads are deleted."""

    @property
    def gradio_dir(self) -> Path:
        """Where Gradio keeps an upload until it is stored; anything here may be deleted."""
        return self.data_dir / "tmp" / "gradio"

    @property
    def cache_dir(self) -> Path:
        """What can be made again, such as converted models."""
        return self.data_dir / "cache"

    @property
    def models_dir(self) -> Path:
        """Weight files that were downloaded, imported or taught."""
        return self.data_dir / "models"

    @property
    def login_key_file(self) -> Path:
        """The secret that signs log-ins; made on first use."""
        return self.data_dir / "login.key"

    @property
    def logged_out_file(self) -> Path:
        """Log-ins that were ended before their time."""
        return self.data_dir / "login.ended"

    @property
    def server_lock_file(self) -> Path:
        """Locked while a server works in this data folder."""
        return self.data_dir / "tmp" / "server.lock"

    @property
    def backups_dir(self) -> Path:
        """The database, copied every hour."""
        return self.data_dir / "backups"

    @property
    def jobs_dir(self) -> Path:
        """Logs, training lists and unfinished work of the worker."""
        return self.data_dir / "jobs"

    @property
    def incoming_dir(self) -> Path:
        """Archives that people sent, until all their videos are stored."""
        return self.data_dir / "incoming"

    @property
    def is_local(self) -> bool:
        """True if only this machine can reach the server."""
        return is_loopback(self.host)


def load_settings(**given: Any) -> Settings:
    """The settings from the environment; what is `given` and not None wins.

    Raises `SettingsError`, also for a misspelt variable, which would otherwise do nothing.
    """
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    for variable in os.environ:
        if variable.upper().startswith(PREFIX) and variable.upper() not in known:
            close = difflib.get_close_matches(variable.upper(), known, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise SettingsError(f"There is no setting {variable}{hint}")
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{PREFIX}{first['loc'][0]}".upper()
        reason = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
        raise SettingsError(f"The setting {name} cannot be used: it {reason}.") from None


def as_environment(settings: Settings) -> dict[str, str]:
    """The variables from which another process reads these very settings."""
    values = {name: getattr(settings, name) for name in type(settings).model_fields}
    return {
        f"{PREFIX}{name}".upper(): ",".join(map(str, value))
        if isinstance(value, tuple)
        else str(value)
        for name, value in values.items()
        if value is not None
    }


def whole_environment(settings: Settings) -> dict[str, str]:
    """This process's environment with these settings in it, for a process that it starts."""
    others = {k: v for k, v in os.environ.items() if not k.upper().startswith(PREFIX)}
    return others | as_environment(settings)


def is_loopback(host: str) -> bool:
    """True for `localhost` and for addresses that never leave this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def prepare_environment(settings: Settings) -> None:
    """Tells Gradio, Hugging Face and OpenVINO where to work and not to call home.

    Call it before any of them is imported: they look at these things once.
    """
    os.environ.update(
        GRADIO_TEMP_DIR=str(settings.gradio_dir),
        GRADIO_ANALYTICS_ENABLED="False",
        GRADIO_RUN_HISTORY="False",
        GRADIO_SHARE="False",
        GRADIO_MCP_SERVER="False",
        HF_HUB_OFFLINE="1",
        HF_HUB_DISABLE_TELEMETRY="1",
        DO_NOT_TRACK="1",
    )
    # These would widen what Gradio serves, behind the back of app/server/web.py.
    for variable in ("GRADIO_ALLOWED_PATHS", "GRADIO_ROOT_PATH", "GRADIO_WATCH_DIRS"):
        os.environ.pop(variable, None)
    # OpenVINO reports its use by default and has no variable against it; without this module it
    # takes its own silent stand-in.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
