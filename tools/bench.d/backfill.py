"""A backfill of daily files from a stand-in for Binance's archive, beside curl that only fetches them."""
import hashlib
import os
import re
import shutil
import subprocess
import time
import zipfile
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Iterator

from figure import ROOT, TLAB, Figure, say

SYMBOLS = 450
FIRST, DAYS = date(2024, 1, 1), 20


def write_day(folder: Path, symbol: str, day: date) -> Path:
    opened = (day - date(1970, 1, 1)).days * 86_400_000
    path = folder / f"data/spot/daily/klines/{symbol}/1d/{symbol}-1d-{day}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        row = f"{opened},100.1,101.2,99.3,100.4,1234.5,{opened + 86_399_999},123456.7,4321,600.1,60123.4,0\n"
        archive.writestr(f"{symbol}-1d-{day}.csv", row)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.CHECKSUM").write_text(f"{digest}  {path.name}\n")
    return path


@contextmanager
def stand_in(folder: Path) -> Iterator[str]:
    subprocess.run([ROOT / "tools/npm", "--prefix", "tests", "run", "--silent", "build"], cwd=ROOT, check=True)
    command = [ROOT / "tools/npm", "-x", "node", "tests/.js/harness/binance_serve.js", "--folder", folder]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline()).group(0)
    finally:
        process.terminate()
        process.wait()


def seconds_of_curl(folder: Path, url: str, files: list[Path]) -> float:
    """All of them and their CHECKSUM files, eight at once as the download has it; kept as it keeps them."""
    listed = folder / "urls"
    names = [str(file.relative_to(folder)) + ending for file in files for ending in ("", ".CHECKSUM")]
    listed.write_text("".join(f'url = "{url}/{name}"\noutput = "curl/{name}"\n' for name in names))
    command = ["curl", "-sS", "--no-progress-meter", "-Z", "--parallel-max", "8", "--create-dirs", "-K", listed]
    begin = time.monotonic()
    subprocess.run(command, cwd=folder, check=True)
    return time.monotonic() - begin


def seconds_of_download(folder: Path, url: str, symbols: list[str]) -> float:
    listed = "".join(f"  - {symbol}\n" for symbol in symbols)
    (folder / "wanted.yaml").write_text(
        f"asset: spot\ndata_type: klines\ninterval: 1d\nsymbols:\n{listed}start_date: {FIRST}\n"
        f"end_date: {FIRST + timedelta(DAYS - 1)}\ndestination_dir: downloads\n"
    )
    command = [TLAB, "download", "--quiet", "--file", "wanted.yaml", "--freq", "daily", "--db-path", "backfill.db"]
    begin = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, env=os.environ | {"BINANCE_DATA_URL": url})
    return time.monotonic() - begin


def bench_backfill(folder: Path) -> Iterator[Figure]:
    if not (ROOT / "tests/node_modules").exists() or not shutil.which("curl"):
        say("the packages of tests/ or curl are absent: the backfill is left out")
        return
    archive = folder / "backfill"
    symbols = [f"B{index:03}USDT" for index in range(SYMBOLS)]
    files = [write_day(archive, symbol, FIRST + timedelta(day)) for symbol in symbols for day in range(DAYS)]
    with stand_in(archive) as url:
        alone = seconds_of_curl(archive, url, files)
        seconds = seconds_of_download(archive, url, symbols)
    yield Figure(
        f"backfill of {SYMBOLS} symbols by {len(files):,} daily files", seconds, "s", f"curl alone fetches them in {alone:.2f} s"
    )
    shutil.rmtree(archive)
