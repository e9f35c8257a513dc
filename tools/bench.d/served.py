"""A running server, and requests to it."""
import json
import os
import re
import socket
import subprocess
import time
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Iterator

from figure import TLAB


# A backtest of 1,500 bars.
RUN_OF_1500 = {"strategy_id": "ma_cross", "symbol": "W00USDT", "interval": "1h", "initial_capital": 10000, "fee_bps": 10}
RUN_OF_1500 |= {"from": 1577836800, "to": 1577836800 + 1500 * 3600, "params": {"fast": 20, "slow": 50}}


class Server:
    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        begin = time.monotonic()
        environment = {"PATH": os.environ["PATH"], "APP_STATE_DB_PATH": str(folder / "state.db"), "LOG_LEVEL": "warn"}
        environment |= settings
        self.process = subprocess.Popen(
            [TLAB, "serve", "--port", "0"], cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
        )
        for line in self.process.stderr:
            if found := re.search(r"listening on http://127\.0\.0\.1:(\d+)", line):
                break
        else:
            raise RuntimeError("tlab serve did not start")
        self.start_ms = (time.monotonic() - begin) * 1e3
        self.port = int(found.group(1))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()

    def cpu_ns(self) -> int:
        """Of all its threads, by the scheduler's own clock."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)

    def resident_kb(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Server]:
    server = Server(folder, settings)
    try:
        yield server
    finally:
        server.stop()


Headers = dict[str, str]


def request_bytes(server: Server, method: str, path: str, body: dict | None = None, headers: Headers = {}) -> bytes:
    content = json.dumps(body).encode() if body is not None else b""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    if content:
        head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    return head.encode() + b"\r\n" + content


def read_answer(connection: socket.socket) -> tuple[bytes, bytes]:
    """Head and body."""
    data = bytearray()
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += connection.recv(1 << 18)
    length = int(re.search(rb"content-length: *(\d+)", data[:end], re.IGNORECASE).group(1))
    while len(data) < end + 4 + length:
        data += connection.recv(1 << 18)
    status = int(data[9:12])
    if status >= 300:
        raise RuntimeError(f"answered {status}: {bytes(data[end + 4:])[:200]}")
    return bytes(data[:end]), bytes(data[end + 4 :])


def cpu_us_per_request(server: Server, requests: list[bytes], rounds: int) -> float:
    """Processor time of the server, with 16 connections kept busy by these requests in turn."""
    connections = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(16)]

    turns = cycle(requests)

    def round_trip() -> None:
        for connection in connections:
            connection.sendall(next(turns))
        for connection in connections:
            read_answer(connection)

    round_trip()
    before = server.cpu_ns()
    for _ in range(rounds):
        round_trip()
    used = server.cpu_ns() - before
    for connection in connections:
        connection.close()
    return used / 1e3 / (rounds * len(connections))


def milliseconds_of(server: Server, requests: list[bytes]) -> list[float]:
    """One after the other, on one connection."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        taken = []
        for request in requests:
            begin = time.monotonic()
            connection.sendall(request)
            read_answer(connection)
            taken.append((time.monotonic() - begin) * 1e3)
    return taken


def answer_of(server: Server, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(request)
        return read_answer(connection)[1]


def header_of(server: Server, request: bytes, name: str) -> str:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(request)
        head = read_answer(connection)[0].decode()
    return re.search(rf"^{name}: *(.*?)\r?$", head, re.IGNORECASE | re.MULTILINE).group(1)
