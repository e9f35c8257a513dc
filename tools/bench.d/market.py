"""The candles that everything is measured on."""
import subprocess
import zipfile
from pathlib import Path

from figure import SHARED

LOOPS = SHARED / "bench/loops.c"
SYMBOLS = 50  # times 100,000 bars
BARS = 100_000


def loops_program(folder: Path) -> Path | None:
    if not LOOPS.exists():
        return None
    program = folder / "loops"
    subprocess.run(["gcc", "-O3", "-march=native", "-o", program, LOOPS, "-lm"], check=True)
    return program


def write_candles(folder: Path, loops: Path | None) -> Path:
    """One CSV of 100,000 hourly bars: the loops' own data, so that the results can be compared, or else a walk."""
    path = folder / "w1.csv"
    if loops:
        (folder / "universe").mkdir()
        subprocess.run([loops, "--csv", folder], check=True)
        return path
    level, seed = 100.0, 1
    with path.open("w") as file:
        file.write("open_time,open,high,low,close,volume\n")
        for bar in range(BARS):
            seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
            close = level * (1 + ((seed >> 33) / 2**31 - 0.5) * 0.01)
            file.write(f"{1577836800000 + 3600000 * bar},{level:.8f},{max(level, close):.8f},{min(level, close):.8f},{close:.8f},1000\n")
            level = close
    return path


def write_archives(folder: Path, candles: Path) -> Path:
    archives = folder / "archives"
    archives.mkdir()
    for index in range(SYMBOLS):
        name = f"W{index:02}USDT-1h-2020-01"
        with zipfile.ZipFile(archives / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(candles, f"{name}.csv")
    return archives
