"""A small S3 that is fast enough to measure its readers: moto's server gives some 100 objects a second, this one some 20,000.

    python -m bench.s3_server [MILLISECONDS]       prints its port; ends when its standard input does

Objects are kept in memory, by "/bucket/key" as the request names them.  It checks no signature and knows no user: GET and HEAD (with
If-Match), PUT, DELETE, batch delete, and ListObjectsV2, all of them in path style, is what it does.
"""

import asyncio
import hashlib
import re
import sys
from bisect import bisect_left, bisect_right
from typing import Any
from urllib.parse import parse_qs, quote, unquote
from xml.sax.saxutils import unescape

import uvloop

HEAD_END = b"\r\n\r\n"
PAGE = 1000
"""keys, as in S3"""
DATE = "Thu, 01 Nov 2018 00:00:00 GMT"
STAMP = "2018-11-01T00:00:00.000Z"


class Store:
    """Objects by path; the paths in order, for listings."""

    def __init__(self) -> None:
        self._objects: dict[str, tuple[bytes, str, bytes]] = {}
        """path → content, etag, and the answer to a GET, ready to be sent"""
        self._sorted: list[str] | None = None

    def put(self, path: str, content: bytes) -> str:
        etag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\nETag: {etag}\r\nLast-Modified: {DATE}\r\n\r\n"
        if path not in self._objects:
            self._sorted = None
        self._objects[path] = content, etag, head.encode()
        return etag

    def get(self, path: str) -> tuple[bytes, str, bytes] | None:
        return self._objects.get(path)

    def delete(self, path: str) -> None:
        if self._objects.pop(path, None):
            self._sorted = None

    def page(self, bucket: str, query: dict[str, list[str]]) -> bytes:
        """ListObjectsV2 as XML; the token is the last key of the page before."""
        if self._sorted is None:
            self._sorted = sorted(self._objects)
        prefix = f"/{bucket}/{query.get('prefix', [''])[0]}"
        after = query.get("continuation-token", [""])[0]
        begin = bisect_right(self._sorted, f"/{bucket}/{after}") if after else bisect_left(self._sorted, prefix)
        paths = [p for p in self._sorted[begin : begin + PAGE + 1] if p.startswith(prefix)]
        more, paths = len(paths) > PAGE, paths[:PAGE]
        below = len(bucket) + 2
        found = "".join(
            f"<Contents><Key>{quote(p[below:])}</Key><LastModified>{STAMP}</LastModified><ETag>&quot;{self._objects[p][1][1:-1]}&quot;</ETag>"
            f"<Size>{len(self._objects[p][0])}</Size><StorageClass>STANDARD</StorageClass></Contents>"
            for p in paths
        )
        token = f"<NextContinuationToken>{quote(paths[-1][below:])}</NextContinuationToken>" if more else ""
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<IsTruncated>{str(more).lower()}</IsTruncated><EncodingType>url</EncodingType>{token}{found}</ListBucketResult>"
        ).encode()


class Connection(asyncio.Protocol):
    """One connection: requests come one after another, perhaps several in one packet."""

    def __init__(self, store: Store, wait: float) -> None:
        self._store, self._wait, self._held = store, wait, b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (end := self._held.find(HEAD_END)) >= 0:
            head = self._held[:end].decode("latin-1")
            begin, length = end + len(HEAD_END), 0
            if not head.startswith("GET") and (told := re.search(r"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)):
                length = int(told[1])
                if re.search(r"\r\nexpect: *100", head, re.IGNORECASE) and len(self._held) == begin and length:
                    self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            if len(self._held) < begin + length:
                return
            body, self._held = self._held[begin : begin + length], self._held[begin + length :]
            self._answer(head, body)

    def _answer(self, head: str, body: bytes) -> None:
        method, target, _ = head.split(" ", 2)
        path, _, query = target.partition("?")
        path = unquote(path)
        match method:
            case "GET" | "HEAD" if path.count("/") > 1 and path[-1] != "/":
                found = self._store.get(path)
                wanted = re.search(r"\r\nif-match: *([^\r]*)", head, re.IGNORECASE)
                if found is None:
                    self._say("404 Not Found", b"<Error><Code>NoSuchKey</Code></Error>")
                elif wanted and wanted[1] != found[1]:
                    self._say("412 Precondition Failed", b"<Error><Code>PreconditionFailed</Code></Error>")
                else:
                    self._send(found[2] + found[0] if method == "GET" else found[2])
            case "GET":
                self._say("200 OK", self._store.page(path.strip("/"), parse_qs(query, keep_blank_values=True)))
            case "PUT":
                content = _unchunked(body) if "aws-chunked" in head else body
                self._say("200 OK", b"", f"ETag: {self._store.put(path, content)}\r\n")
            case "DELETE":
                self._store.delete(path)
                self._say("204 No Content")
            case "POST":
                for key in re.findall(r"<Key>(.*?)</Key>", body.decode()):
                    self._store.delete(f"/{path.strip('/')}/{unescape(key)}")
                self._say("200 OK", b"<DeleteResult/>")
            case _:
                self._say("200 OK")

    def _say(self, status: str, body: bytes = b"", headers: str = "") -> None:
        self._send(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body)

    def _send(self, answer: bytes) -> None:
        if self._wait:
            asyncio.get_running_loop().call_later(self._wait, self._transport.write, answer)
        else:
            self._transport.write(answer)


def _unchunked(body: bytes) -> bytes:
    """What boto3 sends over plain HTTP: size in hexadecimals, newline, content, newline; then a checksum."""
    content, rest = b"", body
    while size := int((line := rest.partition(b"\r\n"))[0].split(b";")[0], 16):
        content, rest = content + line[2][:size], line[2][size + 2 :]
    return content


async def serve(store: Store, wait: float) -> None:
    """Until standard input ends, which it does with whoever started this.  Each answer comes ``wait`` seconds late."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(store, wait), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)


if __name__ == "__main__":
    uvloop.run(serve(Store(), float(sys.argv[1]) / 1000 if sys.argv[1:] else 0))
