"""What a server costs: to start, to keep, and to ask for small things."""
import time
from pathlib import Path
from statistics import median
from typing import Iterator

from figure import Figure
from served import Server, answer_of, cpu_us_per_request, request_bytes, serving


def bench_server(folder: Path) -> Iterator[Figure]:
    starts = []
    for _ in range(7):
        with serving(folder) as server:
            starts.append(server.start_ms)
    yield Figure("start to listening", median(starts), "ms", "median of 7")
    with serving(folder) as server:
        time.sleep(1)
        yield Figure("memory, idle", server.resident_kb() / 1024, "MB")
        small = request_bytes(server, "GET", "/api/v1/workspaces/local-workspace")
        yield Figure("one workspace", cpu_us_per_request(server, [small], 1000), "µs CPU", f"{len(answer_of(server, small)):,} bytes")
        yield from bench_candles(server)


def bench_candles(server: Server) -> Iterator[Figure]:
    """Other candles each time, and the same again."""
    path = "/api/v1/candles?symbol=W00USDT&interval=1h&limit=1000"
    last = 1577836800 + 20000 * 3600
    others = [request_bytes(server, "GET", f"{path}&to={last + i * 3600}") for i in range(1000)]
    same = request_bytes(server, "GET", path)
    packed = request_bytes(server, "GET", path, headers={"Accept-Encoding": "gzip"})
    size = f"{len(answer_of(server, same)):,} bytes"
    yield Figure("1,000 candles as JSON", cpu_us_per_request(server, others, 200), "µs CPU", size)
    yield Figure("the same 1,000 candles again", cpu_us_per_request(server, [same], 200), "µs CPU", size)
    yield Figure("the same again, packed", cpu_us_per_request(server, [packed], 200), "µs CPU", f"{len(answer_of(server, packed)):,} bytes")
