"""Scans and backtests of a whole market, as whoever asks for them waits."""
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Iterator

from figure import Figure
from served import Server, milliseconds_of, request_bytes, serving

TIMES = 100
LAST = date(2020, 1, 1) + timedelta(days=1499)
MOMENTUM = {"category": "All", "strategy": "relative_momentum", "interval": "1d", "quote_asset": "USDT"}
MOMENTUM |= {"initial_capital": 10000, "long_count": 5, "short_count": 5, "lookback": 30, "rebalance_every": 7, "fee_bps": 10}


def write_categories(folder: Path) -> Path:
    """One, of all symbols of the loops' universe."""
    path = folder / "categories.yaml"
    names = sorted(file.stem for file in (folder / "universe").iterdir())
    path.write_text("categories:\n  All:\n" + "".join(f"    - {name}\n" for name in names))
    return path


def waits(name: str, server: Server, requests: list[bytes]) -> Figure:
    """After one request that fills the caches."""
    milliseconds_of(server, requests[:1])
    times = sorted(milliseconds_of(server, requests))
    return Figure(name, median(times), "ms p50", f"p99 {times[len(times) * 99 // 100]:.1f} ms")


def scans(server: Server, path: str) -> list[bytes]:
    """As of so many days: none is answered by what was answered before."""
    days = (LAST - timedelta(days=day) for day in range(TIMES))
    return [request_bytes(server, "GET", f"/api/v1/scanner/{path}?interval=1d&as_of={day}") for day in days]


def bench_research(folder: Path) -> Iterator[Figure]:
    """On the file that bench_scans has filled."""
    market = folder / "universe.db"
    if not market.exists():
        return
    settings = {"MARKET_DB_PATH": str(market), "SYMBOL_CATEGORIES_PATH": str(write_categories(folder))}
    run = "/api/v1/workspaces/local-workspace/backtests/category-relative-momentum"
    with serving(folder, **settings) as server:
        yield waits("uptrends of 400 symbols", server, scans(server, "uptrends"))
        yield waits("uptrends of 159,600 ratios", server, scans(server, "ratio-uptrends"))
        yield waits("relative momentum of 400 symbols, stored", server, [request_bytes(server, "POST", run, MOMENTUM)] * TIMES)
