"""A Chroma server that is gone, or no longer has what was published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import chromadb
import pytest
from index_support import CountingEmbedder, Project, RememberingE5, chroma_server, make_project

from qa.errors import IndexOutdated, StoreUnavailable
from qa.index import check_index
from qa.settings import load_settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def e5() -> RememberingE5:
    return RememberingE5()


def collections(url: str) -> list[str]:
    parts = urlsplit(url)
    with chromadb.HttpClient(host=parts.hostname, port=parts.port) as client:
        return [collection.name for collection in client.list_collections()]


def test_a_server_that_is_gone_is_said_with_the_remedy(tmp_path: Path, e5: RememberingE5) -> None:
    with chroma_server(tmp_path / "server") as url:
        project = make_project(tmp_path / "project", CountingEmbedder(e5), url)
        project.update()
        index = project.open()
        vector = e5.embed_queries(["fleuve"])[0]
        assert index.search_dense(vector, 1)
    with index, pytest.raises(StoreUnavailable, match="chroma run"):
        index.search_dense(vector, 1)
    with pytest.raises(StoreUnavailable, match="chroma run"):
        project.open()
    project.write({"neuf.txt": "Un texte neuf."})
    with pytest.raises(StoreUnavailable, match="chroma run"):
        project.update()
    assert {c.state for c in check_index(project.loaded, project.embedder) if c.code == "index_broken"} == {
        "error"
    }
    with chroma_server(tmp_path / "server") as url:
        project = Project(load_settings(project.loaded.root, {}, {"store.url": url}), project.embedder)
        assert project.update().added == ("neuf.txt",)
        assert "neuf.txt" in project.found("Un texte neuf.")


def test_an_index_that_lost_its_passages_names_the_rebuild(tmp_path: Path, e5: RememberingE5) -> None:
    with chroma_server(tmp_path / "server") as url:
        project = make_project(tmp_path / "project", CountingEmbedder(e5), url)
        report = project.update()
        parts = urlsplit(url)
        with chromadb.HttpClient(host=parts.hostname, port=parts.port) as client:
            collection = client.get_collection(collections(url)[0])
            collection.delete(ids=collection.get(limit=1)["ids"])
            with pytest.raises(StoreUnavailable, match="qa index --rebuild"):
                project.open()
            client.delete_collection(collection.name)
        with pytest.raises(StoreUnavailable, match="qa index --rebuild"):
            project.open()
        assert project.update(rebuild=True).passages == report.passages
        project.open().close()


def test_projects_share_a_server_and_clean_up_only_after_themselves(
    tmp_path: Path, e5: RememberingE5
) -> None:
    with chroma_server(tmp_path / "server") as url:
        one = make_project(tmp_path / "one", CountingEmbedder(e5), url)
        other = make_project(tmp_path / "other", CountingEmbedder(e5), url)
        one.update()
        other.update()
        assert len(collections(url)) == 2
        with one.open():
            one.update(rebuild=True)
            assert len(collections(url)) == 3
        one.update(rebuild=True)
        assert len(collections(url)) == 2
        assert other.found("Forth Bridge") == set(other.update().unchanged)


def test_moving_between_an_embedded_store_and_a_server_asks_for_a_rebuild(
    tmp_path: Path, e5: RememberingE5
) -> None:
    project = make_project(tmp_path / "project", CountingEmbedder(e5))
    project.update()
    url = "http://127.0.0.1:9"
    settings = load_settings(project.loaded.root, {}, {"store.url": url})
    moved = replace(project, loaded=settings)
    with pytest.raises(IndexOutdated, match="qa index --rebuild"):
        moved.open()
    with pytest.raises(StoreUnavailable, match="chroma run"):
        moved.update(rebuild=True)
    project.open().close()
