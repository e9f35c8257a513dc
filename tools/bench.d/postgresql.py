"""A throw-away PostgreSQL cluster on a Unix socket of its own, durable as a real one is."""
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator
from urllib.parse import quote

FOLDERS = Path("/usr/lib/postgresql")  # Debian and Ubuntu keep the binaries off the PATH


def binaries() -> Path | None:
    versions = sorted(FOLDERS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True)
    found = versions[0] if versions else shutil.which("initdb")
    return Path(found).parent if found else None


class Cluster:
    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self.programs = folder, programs
        if os.getuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(folder, "postgres", "postgres")
        folder.chmod(0o755)
        self.run("initdb", "--no-sync", "-A", "trust", "-U", "tlab", "-E", "UTF8", "--locale=C")
        settings = {"listen_addresses": "", "unix_socket_directories": folder, "unix_socket_permissions": "0777"}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self.run("pg_ctl", "-w", "-l", folder / "log", "-o", options, "start")

    def run(self, program: str, *arguments: str | Path) -> None:
        user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*user, self.programs / program, "-D", self.folder / "data", *arguments]
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    def new_database(self, name: str) -> str:
        """Its URL."""
        command = [self.programs / "createdb", "-h", self.folder, "-U", "tlab", name]
        subprocess.run(command, check=True)
        return f"postgresql://tlab@/{name}?host={quote(str(self.folder), safe='')}"

    def stop(self) -> None:
        self.run("pg_ctl", "-m", "immediate", "stop")


@contextmanager
def cluster() -> Iterator[Cluster | None]:
    """None where PostgreSQL is not installed."""
    programs = binaries()
    if not programs:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="tlab-pg-") as name:  # short: a socket path has 107 bytes
        started = Cluster(Path(name), programs)
        try:
            yield started
        finally:
            started.stop()
