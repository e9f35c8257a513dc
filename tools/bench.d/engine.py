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
    tight, outcomes = {}, {}
    if loops:
        subprocess.run([TLAB, "import", "--quiet", "--interval", "1d", folder / "universe"], cwd=folder, check=True)
        said = subprocess.run([loops], check=True, capture_output=True, text=True).stdout
        found = re.search(r"W1 +[\d.]+ ms +([\d.]+) ns/bar +final ([\d.]+) trades (\d+) fees ([\d.]+)", said)
        tight["W1"], outcomes["W1"] = float(found.group(1)), found.groups()[1:]
        yield Figure("W1, tight loop", tight["W1"], "ns/bar", "final equity {}, {} trades, fees {}".format(*outcomes["W1"]))
        found = re.search(r"W3 +([\d.]+) ms +final ([\d.]+) orders (\d+) fees ([\d.]+)", said)
        tight["W3"], outcomes["W3: ranking, fills, equity"] = float(found.group(1)), found.groups()[1:]
        yield Figure("W3, tight loop", tight["W3"], "ms", "final equity {}, {} orders, fees {}".format(*found.groups()[1:]))
    command = [BUILD / "tests/bench/engine-bench", "file.db", "W00USDT", "1h"]
    said = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    for name, value, unit, beside in (line.split("\t") for line in said.splitlines()):
        if name in outcomes:
            check_outcome(outcomes[name], re.findall(r"[\d.]+", beside))
        if loop := tight.get(name[:2]):
            beside += f"{'; ' if beside else ''}{float(value) / loop:.2f} of the loop"
        yield Figure("W1, with every figure" if name == "W1" else name.replace(":", ",", 1), float(value), unit, beside)


SWEEP_ROUNDS = 5


def bench_sweeps(folder: Path, loops: Path | None) -> Iterator[Figure]:
    """100 pairs of averages over the series of W1; the scalar loop would run W1 that often. The least of some rounds of
    both in turn: the machine is faster at some moments than at others, by half and more."""
    command = [BUILD / "tests/bench/sweep-bench", "file.db", "W00USDT", "1h"]
    tight, least, outcomes = [], {}, set()
    for _ in range(SWEEP_ROUNDS):
        if loops:
            said = subprocess.run([loops], check=True, capture_output=True, text=True).stdout
            tight.append(100 * float(re.search(r"W1 +([\d.]+) ms", said).group(1)))
        said = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
        for name, value, _, beside in (line.split("\t") for line in said.splitlines()):
            outcomes.add(beside)
            least[name] = min(float(value), least.get(name, float("inf")))
    if len(outcomes) != 1:
        raise RuntimeError(f"a sweep is not what its backtests are: {outcomes}")
    outcome = outcomes.pop()
    if tight:
        yield Figure("W2, 100 times the tight loop of W1", min(tight), "ms")
    for name, value in least.items():
        of_loop = f"; {value / min(tight):.2f} of the loop" if tight else ""
        yield Figure(name, value, "ms", outcome + of_loop)


def bench_growth() -> Iterator[Figure]:
    """Each cost a bar or a symbol beside that of the fewest."""
    said = subprocess.run([BUILD / "tests/bench/growth-bench"], check=True, capture_output=True, text=True).stdout
    fewest: dict[str, float] = {}
    for name, value, unit, _ in (line.split("\t") for line in said.splitlines()):
        kind = name.rsplit(", ", 1)[0]
        least = fewest.setdefault(kind, float(value))
        yield Figure(f"{kind} {name.rsplit(', ', 1)[1]}", float(value), unit, f"{float(value) / least:.2f} of the fewest")


def bench_scans(folder: Path, loops: Path | None) -> Iterator[Figure]:
    """The daily universe of the loops: as many pass, of symbols and of ratios, as the loops count."""
    if not loops:
        return
    said = subprocess.run([loops], check=True, capture_output=True, text=True).stdout
    wanted = {name: (float(ms), count) for name, ms, count in re.findall(r"(W[45]) +([\d.]+) ms +(passing \d+)", said)}
    universe = folder / "universe.db"
    command = [TLAB, "import", "--quiet", "--db-path", universe, "--interval", "1d", folder / "universe"]
    subprocess.run(command, check=True)
    said = subprocess.run([BUILD / "tests/bench/scan-bench", universe], check=True, capture_output=True, text=True).stdout
    for name, value, unit, beside in (line.split("\t") for line in said.splitlines()):
        if name in ("W4", "W5, all ordered pairs"):
            loop, count = wanted[name[:2]]
            if not beside.startswith(f"{count} "):
                raise RuntimeError(f"{name}: {beside}, but the loops say {count}")
            beside += f"; {float(value) / loop:.2f} of the loop"
        yield Figure(name, float(value), unit, beside)


def check_outcome(expected: tuple[str, ...], actual: list[str]) -> None:
    """What the loops computed must be what the engine computed."""
    for wanted, got in zip(expected, actual):
        if abs(float(got) - float(wanted)) > 1e-9 * float(wanted):
            raise RuntimeError(f"the engine's {got} is not the tight loop's {wanted}")
