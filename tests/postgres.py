"""A throw-away PostgreSQL server, as a city's IT would run one."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def server_tools() -> Path | None:
    """Where initdb and pg_ctl are, the newest first; None if no server is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def cluster(tools: Path, folder: Path) -> Iterator[str]:
    """Run a cluster in a folder; yields the URL of its server, without a database name."""
    as_root = os.geteuid() == 0
    # The server refuses to run as root.
    user = ["runuser", "-u", "postgres", "--"] if as_root else []
    password = secrets.token_hex(8)
    folder.chmod(0o755)
    data = folder / "data"
    data.mkdir()
    (folder / "password").write_text(password, encoding="utf-8")
    if as_root:
        shutil.chown(data, "postgres")
        for parent in [folder, *folder.parents][:-1]:
            parent.chmod(parent.stat().st_mode | 0o011)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*command: object) -> None:
        subprocess.run([*user, *map(str, command)], check=True, capture_output=True, cwd="/", timeout=120)

    run(
        tools / "initdb",
        "-D",
        data,
        "-U",
        "people",
        f"--pwfile={folder / 'password'}",
        "-A",
        "scram-sha-256",
        "-E",
        "UTF8",
        "--no-sync",
        "--locale=C",
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data} -c fsync=off"
    run(tools / "pg_ctl", "-D", data, "-w", "-l", data / "log", "-o", options, "start")
    try:
        yield f"postgresql+psycopg://people:{password}@127.0.0.1:{port}"
    finally:
        run(tools / "pg_ctl", "-D", data, "-m", "immediate", "stop")
