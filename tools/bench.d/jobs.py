"""The queue: what claims cost, and how soon a job starts."""
import json
import subprocess
import time
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Iterator

from figure import BUILD, Figure
from postgresql import Cluster
from served import RUN_OF_1500, Server, answer_of, milliseconds_of, request_bytes, serving

JOBS = 200


def bench_claims(state: str | Path, engine: str) -> Iterator[Figure]:
    said = subprocess.run([BUILD / "tests/bench/queue-bench", state], check=True, capture_output=True, text=True).stdout
    for name, value, unit, beside in (line.split("\t") for line in said.splitlines()):
        yield Figure(f"{name}, {engine}", float(value), unit, beside)


def ended(server: Server, job_id: str) -> dict:
    request = request_bytes(server, "GET", f"/api/v1/workspaces/local-workspace/jobs/{job_id}")
    while True:
        job = json.loads(answer_of(server, request))
        if job["status"] not in ("queued", "running"):
            return job
        time.sleep(0.002)


def waited_ms(job: dict) -> float:
    created, started = (datetime.fromisoformat(job[name]) for name in ("created_at", "started_at"))
    return (started - created).total_seconds() * 1e3


def bench_starts(server: Server, engine: str) -> Iterator[Figure]:
    """One after the other, on an idle server: from the request to the worker."""
    run = request_bytes(server, "POST", "/api/v1/backtests", RUN_OF_1500, {"Prefer": "respond-async"})
    jobs = [ended(server, json.loads(answer_of(server, run))["id"]) for _ in range(JOBS)]
    waits = sorted(map(waited_ms, jobs))
    yield Figure(f"from queued to started, {engine}", median(waits), "ms p50", f"p99 {waits[JOBS * 99 // 100]:.1f} ms")
    times = sorted(milliseconds_of(server, [request_bytes(server, "POST", "/api/v1/backtests", RUN_OF_1500)] * JOBS))
    yield Figure(f"backtest of 1,500 bars, stored, {engine}", median(times), "ms p50", f"p99 {times[JOBS * 99 // 100]:.1f} ms")


def bench_jobs(folder: Path, postgresql: Cluster | None) -> Iterator[Figure]:
    yield from bench_claims(folder / "queue.db", "SQLite")
    with serving(folder) as server:
        yield from bench_starts(server, "SQLite")
    if not postgresql:
        return
    yield from bench_claims(postgresql.new_database("queue"), "PostgreSQL")
    with serving(folder, APP_STATE_DATABASE_URL=postgresql.new_database("state")) as server:
        yield from bench_starts(server, "PostgreSQL")
