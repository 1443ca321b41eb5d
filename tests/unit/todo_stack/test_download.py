"""Downloads from a real HTTP server on loopback: verified, atomic, repeated when broken, never twice."""

import hashlib
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from todo_stack.artifacts import Artifact, Component
from todo_stack.download import Downloader
from todo_stack.errors import StackError


@dataclass
class Repository:
    """A Maven repository in memory; `broken` paths are cut off that many times."""

    files: dict[str, bytes] = field(default_factory=dict)
    requests: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)

    def add(self, path: str, content: bytes) -> Artifact:
        self.files[path] = content
        return Artifact(path, len(content), hashlib.sha256(content).hexdigest())


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    content = Repository()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.removeprefix("/maven/")
            content.requests[path] += 1
            body = content.files.get(path)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            if content.broken[path] > 0:
                content.broken[path] -= 1
                body = (body or b"")[:3]
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Requests are counted, not printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("TODO_MAVEN_REPOSITORY", f"http://127.0.0.1:{server.server_port}/maven/")
        yield content
        server.shutdown()
        thread.join()


def _component(*artifacts: Artifact) -> Component:
    return Component("kafka", "1", artifacts)


def test_a_file_arrives_whole_and_is_not_fetched_again(tmp_path: Path, repository: Repository) -> None:
    artifact = repository.add("g/a/1/a-1.jar", b"content")
    seen: list[int] = []

    for _ in range(2):
        Downloader(tmp_path, say=pytest.fail, progress=seen.append).fetch([_component(artifact)])

    assert (tmp_path / "maven" / artifact.path).read_bytes() == b"content"
    assert repository.requests[artifact.path] == 1
    assert sum(seen) == len(b"content")


def test_other_content_than_pinned_is_refused(tmp_path: Path, repository: Repository) -> None:
    artifact = repository.add("g/a/1/a-1.jar", b"content")
    repository.files[artifact.path] = b"another"

    with pytest.raises(StackError, match=r"a-1\.jar can't be downloaded: its content differs"):
        Downloader(tmp_path, say=print).fetch([_component(artifact)])

    assert not (tmp_path / "maven" / artifact.path).exists()


def test_an_absent_file_is_named_at_once(tmp_path: Path, repository: Repository) -> None:
    artifact = Artifact("g/a/1/absent-1.jar", 1, "0" * 64)

    with pytest.raises(StackError, match=r"absent-1\.jar can't be downloaded: .*404.*TODO_MAVEN_REPOSITORY"):
        Downloader(tmp_path, say=print).fetch([_component(artifact)])

    assert repository.requests[artifact.path] == 1


def test_a_cut_connection_is_tried_again(tmp_path: Path, repository: Repository) -> None:
    artifact = repository.add("g/a/1/a-1.jar", b"content")
    repository.broken[artifact.path] = 2

    downloader = Downloader(tmp_path, say=print)
    downloader.fetch([_component(artifact)])

    assert downloader.path(artifact).read_bytes() == b"content"
    assert repository.requests[artifact.path] == 3


def test_a_half_finished_download_is_said_and_repeated(tmp_path: Path, repository: Repository) -> None:
    artifact = repository.add("g/a/1/a-1.jar", b"content")
    said: list[str] = []
    downloader = Downloader(tmp_path, say=said.append)
    target = downloader.path(artifact)
    target.parent.mkdir(parents=True)
    target.with_name("a-1.jar.part").write_bytes(b"con")

    downloader.fetch([_component(artifact)])

    assert target.read_bytes() == b"content"
    assert said == ["A half-finished download of a-1.jar was found; fetching it again."]
    assert not target.with_name("a-1.jar.part").exists()


def test_a_damaged_file_is_noticed_and_replaced(tmp_path: Path, repository: Repository) -> None:
    artifact = repository.add("g/a/1/a-1.jar", b"content")
    Downloader(tmp_path, say=print).fetch([_component(artifact)])
    said: list[str] = []
    downloader = Downloader(tmp_path, say=said.append)
    downloader.path(artifact).write_bytes(b"damaged")

    downloader.fetch([_component(artifact)])

    assert downloader.path(artifact).read_bytes() == b"content"
    assert said == ["a-1.jar in the cache is damaged; fetching it again."]


def test_a_lost_record_costs_a_hashing_and_no_download(tmp_path: Path, repository: Repository) -> None:
    artifact = repository.add("g/a/1/a-1.jar", b"content")
    Downloader(tmp_path, say=print).fetch([_component(artifact)])
    (tmp_path / "verified.json").write_text("{broken")

    Downloader(tmp_path, say=print).fetch([_component(artifact)])

    assert repository.requests[artifact.path] == 1


def test_two_downloaders_share_the_work(tmp_path: Path, repository: Repository) -> None:
    artifacts = [repository.add(f"g/a/{number}/a-{number}.jar", b"x" * 100_000) for number in range(20)]
    downloaders = [Downloader(tmp_path, say=lambda _: None) for _ in range(2)]
    threads = [threading.Thread(target=one.fetch, args=[[_component(*artifacts)]]) for one in downloaders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(repository.requests.values()) == {1}
    assert Downloader(tmp_path, say=print).missing(_component(*artifacts)) == []


def test_a_full_disk_is_named_before_anything_is_fetched(
    tmp_path: Path, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifact = repository.add("g/a/1/a-1.jar", b"content")
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=10))

    with pytest.raises(StackError, match=r"Not enough space in .*TODO_CACHE_DIR"):
        Downloader(tmp_path, say=print).fetch([_component(artifact)])

    assert not repository.requests
