"""What a measurement yields, and where things are."""
import os
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("TLAB_BUILD_DIR", ROOT / "build")).resolve()
TLAB = BUILD / "tlab"
SHARED = Path(os.environ.get("TLAB_SHARED_DIR", ROOT.parent / "shared"))


class Figure(NamedTuple):
    name: str
    value: float
    unit: str
    beside: str = ""  # what it is compared with, or what came out


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
