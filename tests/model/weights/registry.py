"""A real package registry on this machine with one source package, and the means to make one."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

CHUNK = 1 << 16


@dataclass
class Package:
    """What is given out under `name`==`version`. While `held`, only a first piece of it comes."""

    name: str
    content: bytes
    version: str = "0.0.1"
    held: bool = False
    left: threading.Event = field(default_factory=threading.Event)

    @property
    def requirement(self) -> str:
        return f"{self.name}=={self.version}"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def file_name(self) -> str:
        return f"{self.name.replace('-', '_')}-{self.version}.tar.gz"


def source_package(name: str, files: Mapping[str, bytes], setup: str = "") -> Package:
    """A package whose setup.py runs `setup` first."""
    version, module = "0.0.1", name.replace("-", "_")
    root = f"{module}-{version}"
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
    script = f"{setup}\nimport setuptools\nsetuptools.setup(name={name!r}, version={version!r})\n"
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as archive:
        for path, content in {"PKG-INFO": about, "setup.py": script.encode(), **files}.items():
            member = tarfile.TarInfo(f"{root}/{path}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return Package(name, buffer.getvalue(), version)


def _handler(package: Package) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_arguments: Any) -> None:
            """Says nothing."""

        def do_GET(self) -> None:
            if self.path == f"/simple/{package.name}/":
                link = f'<a href="/files/{package.file_name}">{package.file_name}</a>'
                self.give(f"<!DOCTYPE html><html><body>{link}</body></html>".encode(), "text/html")
            elif self.path == f"/files/{package.file_name}":
                self.give(package.content, "application/gzip")
            else:
                self.send_error(404)

        def give(self, content: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if package.held and kind != "text/html":
                self.wfile.write(content[:CHUNK])
                self.wfile.flush()
                package.left.wait(30)
                return
            self.wfile.write(content)

    return Handler


@contextmanager
def serving_package(package: Package, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The registry's address while it runs; pip in processes of this test knows no other."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(package))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/simple/"
    only_registry(url, monkeypatch)
    try:
        yield url
    finally:
        package.left.set()
        server.shutdown()
        thread.join()
        server.server_close()


def only_registry(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets pip look at `url` and nowhere else."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", url)
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
