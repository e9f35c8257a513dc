"""The import, and the engine beside the tight loops."""
import re
import subprocess
import time
from pathlib import Path
from typing import Iterator

from figure import BUILD, TLAB, Figure
from market import BARS, SYMBOLS


def bench_import(folder: Path, archives: Path) -> Iterator[Figure]:
    begin = time.monotonic()
    subprocess.run([TLAB, "import", "--quiet", "--interval", "1h", archives], cwd=folder, check=True)
    seconds = time.monotonic() - begin
    yield Figure("import of ZIP files", SYMBOLS * BARS / seconds / 1e6, "million rows/s", f"{SYMBOLS * BARS:,} rows")


def bench_engine(folder: Path, loops: Path | None) -> Iterator[Figure]:
    tight, outcome = None, ()
    if loops:
        said = subprocess.run([loops], check=True, capture_output=True, text=True).stdout
        found = re.search(r"W1 +[\d.]+ ms +([\d.]+) ns/bar +final ([\d.]+) trades (\d+) fees ([\d.]+)", said)
        tight, outcome = float(found.group(1)), found.groups()[1:]
        yield Figure("W1, tight loop", tight, "ns/bar", "final equity {}, {} trades, fees {}".format(*outcome))
    command = [BUILD / "tests/bench/engine-bench", "file.db", "W00USDT", "1h"]
    said = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    for name, value, unit, beside in (line.split("\t") for line in said.splitlines()):
        if name == "W1":
            check_outcome(outcome, re.findall(r"[\d.]+", beside))
        if name.startswith("W1") and tight:
            beside += f"{'; ' if beside else ''}{float(value) / tight:.2f} of the loop"
        yield Figure("W1, with every figure" if name == "W1" else name.replace("W1:", "W1,"), float(value), unit, beside)


def check_outcome(expected: tuple[str, ...], actual: list[str]) -> None:
    """What the loops computed must be what the engine computed."""
    for wanted, got in zip(expected, actual):
        if abs(float(got) - float(wanted)) > 1e-9 * float(wanted):
            raise RuntimeError(f"the engine's {got} is not the tight loop's {wanted}")
