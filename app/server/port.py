"""The port that the server listens on, and its address. Imports nothing slow."""

from __future__ import annotations

import socket

from app.settings import SettingsError


def take_port(host: str, port: int) -> socket.socket:
    """A socket that is bound to `host` and `port` (0: any free one).

    Raises `SettingsError` if that cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named asyncio turns Nagle's algorithm off; else each answer waits 40 ms.
    taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host.strip("[]"), port))
    except OSError as error:
        taken.close()
        raise SettingsError(
            f"The address {host}:{port} cannot be used ({error.strerror or error}); is Second Look "
            "already running? Another port: SECOND_LOOK_PORT or --port."
        ) from error
    return taken


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    if host in ("0.0.0.0", "::"):
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
