"""A thousand browsers that watch one workspace."""
import select
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Iterator

from figure import Figure
from served import Server, answer_of, header_of, request_bytes, serving

STREAMS = 1000
EVENTS = 20
WORKSPACE = "/api/v1/workspaces/local-workspace"


class Watchers:
    def __init__(self, server: Server) -> None:
        self.poll = select.epoll()
        self.sockets = {}
        request = request_bytes(server, "GET", f"{WORKSPACE}/events")
        for _ in range(STREAMS):
            connection = socket.create_connection(("127.0.0.1", server.port))
            connection.sendall(request)
            self.sockets[connection.fileno()] = connection
            self.poll.register(connection, select.EPOLLIN)
        self.await_all(b"event: candles")

    def await_all(self, wanted: bytes) -> None:
        """Until each has got it."""
        got = {number: b"" for number in self.sockets}
        while got:
            for number, _ in self.poll.poll(10):
                data = self.sockets[number].recv(1 << 16)
                if not data:
                    raise RuntimeError("a stream was closed")
                if number in got:
                    got[number] += data
                    if wanted in got[number]:
                        del got[number]

    def close(self) -> None:
        for connection in self.sockets.values():
            connection.close()
        self.poll.close()


def rename(server: Server, index: int) -> bytes:
    """The event that comes of it names the workspace, so that each is told from the one before."""
    version = header_of(server, request_bytes(server, "GET", WORKSPACE), "ETag")
    return request_bytes(server, "PATCH", WORKSPACE, {"name": f"Name {index}"}, {"If-Match": version})


def warm_up(server: Server) -> None:
    """Requests at once, so that every thread of the server has the memory it works in, which is not the streams'."""
    request = request_bytes(server, "GET", WORKSPACE)
    with ThreadPoolExecutor(64) as pool:
        list(pool.map(lambda _: answer_of(server, request), range(STREAMS)))


def bench_streams(folder: Path) -> Iterator[Figure]:
    with serving(folder, CONNECTIONS_PER_ADDRESS=str(STREAMS + 100)) as server:
        warm_up(server)
        before_kb = server.resident_kb()
        watchers = Watchers(server)
        used_kb = server.resident_kb() - before_kb
        yield Figure("memory of an event stream", used_kb / STREAMS, "KB", f"{STREAMS:,} streams are open")
        times = []
        for index in range(EVENTS):
            request = rename(server, index)
            begin = time.monotonic()
            answer_of(server, request)
            watchers.await_all(f'"Name {index}"'.encode())
            times.append((time.monotonic() - begin) * 1e3)
        yield Figure("from a change to all streams having it", median(times), "ms p50", f"{STREAMS:,} streams, slowest {max(times):.0f} ms")
        begin = time.monotonic()
        server.stop()
        yield Figure("from SIGTERM to the end, streams open", time.monotonic() - begin, "s", f"{STREAMS:,} streams")
        watchers.close()
