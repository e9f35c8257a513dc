"""What the gates share. A gate is a program of its own: it prints what is wrong, a line each, and fails when it did."""
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
C_FOLDERS = ("server", "tests", "tools")


def tracked_files() -> list[Path]:
    """Every file of the project, committed or about to be, relative to the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted({Path(name) for name in names if name and (ROOT / name).is_file()})


def c_files(*endings: str, folders: Iterable[str] = C_FOLDERS) -> list[Path]:
    return [path for path in tracked_files() if path.suffix in (endings or (".c", ".h")) and path.parts[0] in folders]


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


TOKENS = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)


def without_comments_and_texts(source: str) -> str:
    """The same number of lines, with comments and the contents of literals blanked out."""
    return TOKENS.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), source)


def program_and_version(name: str, version: str) -> tuple[str, str]:
    """A tool, of this version where there are several, and the version that it is."""
    program = shutil.which(f"{name}-{version}") or shutil.which(name)
    if program is None:
        sys.exit(f"{name} is not installed")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"version ([\d.]+)", said)
    return program, found.group(1) if found else said


def judging_program(name: str, version: str) -> str:
    """A tool whose verdicts differ from version to version: this version of it, or the gate ends as skipped."""
    program, found = program_and_version(name, version)
    if found.split(".")[0] != version:
        finish([], f"skipped: {name} {version} decides, this is {found}")
    return program


def finish(faults: Iterable[str], held: str) -> None:
    """Ends the program: with every fault on a line, or with one line on what was looked at."""
    lines: Iterator[str] = iter(faults)
    first = next(lines, None)
    if first is None:
        print(held)
        sys.exit(0)
    print(first, *lines, sep="\n")
    sys.exit(1)
