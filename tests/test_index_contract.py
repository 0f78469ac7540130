"""What the index promises, on a real embedded store and on a real Chroma server alike."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from index_support import CORPUS, CountingEmbedder, Project, RememberingE5, chroma_server, make_project

from qa.errors import IndexMissing, IndexOutdated, StoreUnavailable, UsageError
from qa.index import check_index
from qa.models.e5 import E5Embedder
from qa.types import Filters

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def e5() -> E5Embedder:
    return RememberingE5()


@pytest.fixture(scope="module", params=["embedded", "server"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "embedded":
        yield ""
        return
    with chroma_server(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture
def project(tmp_path: Path, e5: E5Embedder, url: str) -> Project:
    return make_project(tmp_path, CountingEmbedder(e5), url)


def test_a_folder_is_found_again_in_both_languages(project: Project) -> None:
    report = project.update()
    assert report.added == ("bridge.txt", "cuisine/tarte.txt", "loire.txt")
    assert (report.documents, report.failed, report.duplicates) == (3, (), ())
    with project.open() as index:
        vector = project.embedder.embed_queries(["Where does the river Loire rise?"])[0]
        assert index.search_dense(vector, 1)[0].passage.doc == "loire.txt"
        assert index.search_lexical("Quel fut l'evenement de 1856 ?", k=1)[0].passage.doc == "loire.txt"
        assert index.search_lexical("trains that the bridge carried")[0].passage.doc == "bridge.txt"
        assert [info.path for info in index.documents()] == list(report.added)
        assert {info.lang for info in index.documents()} == {"fr", "en"}
        assert sum(info.passages for info in index.documents()) == report.passages


def test_passages_and_sentences_are_ranges_of_the_indexed_text(project: Project) -> None:
    project.update()
    (project.docs / "loire.txt").write_text("Autre chose.", "utf-8")
    with project.open() as index:
        stored = index.document("loire.txt")
        assert stored.document.text == CORPUS["loire.txt"]
        texts = [stored.document.text[s.start : s.end] for s in stored.sentences]
        assert "La Loire est le plus long fleuve de France." in texts
        for hit in index.search_lexical("fleuve Loire"):
            passage = hit.passage
            assert passage.text == stored.document.text[passage.start : passage.end]
            assert set(passage.sentences) <= set(stored.sentences)
        with pytest.raises(KeyError):
            index.document("nothing.txt")


def test_dense_scores_are_cosines_of_the_embedder(project: Project) -> None:
    project.update()
    vector = project.embedder.embed_queries(["Qui tenait un hôtel ?"])[0]
    with project.open() as index:
        hits = index.search_dense(vector, 50)
        assert len(hits) == index.passages
    vectors = project.embedder.embed_passages([hit.passage.text for hit in hits])
    np.testing.assert_allclose([hit.score for hit in hits], vectors @ vector, atol=1e-3)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_an_unchanged_folder_costs_nothing(project: Project) -> None:
    first = project.update()
    again = project.update()
    assert again.generation == first.generation
    assert again.unchanged == first.added
    assert (again.added, again.changed, again.removed, project.embedder.embedded) == ((), (), (), [])
    (project.docs / "loire.txt").touch()
    assert project.update().generation == first.generation


def test_a_changed_file_is_embedded_where_it_changed_and_its_old_text_is_gone(project: Project) -> None:
    first = project.update()
    project.write({"loire.txt": CORPUS["loire.txt"].replace("931", "835")})
    report = project.update()
    assert (report.changed, report.generation == first.generation) == (("loire.txt",), False)
    assert all("835" in text for text in project.embedder.embedded)
    assert "835" in project.texts()
    assert "931" not in project.texts()


def test_a_removed_file_is_never_found_again(project: Project) -> None:
    project.update()
    (project.docs / "bridge.txt").unlink()
    report = project.update()
    assert (report.removed, project.embedder.embedded) == (("bridge.txt",), [])
    assert "bridge.txt" not in project.found("The Forth Bridge is a railway bridge in Scotland.")
    with project.open() as index, pytest.raises(KeyError):
        index.document("bridge.txt")


def test_a_file_put_back_is_there_once(project: Project) -> None:
    project.update()
    (project.docs / "bridge.txt").unlink()
    project.update()
    project.write({"bridge.txt": CORPUS["bridge.txt"]})
    report = project.update()
    with project.open() as index:
        vector = project.embedder.embed_queries(["Forth Bridge"])[0]
        ids = [hit.passage.id for hit in index.search_dense(vector, 100)]
    assert len(ids) == len(set(ids)) == report.passages


def test_many_changes_leave_nothing_behind(project: Project) -> None:
    project.update()
    for year in range(1900, 1906):
        project.write({name: f"{text}\n\nRelu en {year}." for name, text in CORPUS.items()})
        report = project.update()
        texts = project.texts()
        assert (report.documents, len(report.changed)) == (3, 3)
        assert f"Relu en {year}." in texts
        assert f"Relu en {year - 1}." not in texts
    with project.open() as index:
        assert len(index.stored_ids()) == report.passages == index.passages


def test_a_renamed_file_is_not_embedded_again(project: Project) -> None:
    project.update()
    (project.docs / "bridge.txt").rename(project.docs / "forth.txt")
    report = project.update()
    assert (report.added, report.removed, project.embedder.embedded) == (("forth.txt",), ("bridge.txt",), [])
    assert {"forth.txt"} == project.found("Forth Bridge") - {"loire.txt", "cuisine/tarte.txt"}


def test_duplicates_by_content_are_told_and_take_over(project: Project) -> None:
    project.write({"copie.txt": CORPUS["loire.txt"]})
    report = project.update()
    assert [(d.path, d.code) for d in report.duplicates] == [("loire.txt", "duplicate")]
    assert "copie.txt" in report.duplicates[0].message
    assert report.documents == 3
    assert [d.path for d in project.update().duplicates] == ["loire.txt"]
    (project.docs / "copie.txt").unlink()
    report = project.update()
    assert (report.added, report.removed, report.duplicates) == (("loire.txt",), ("copie.txt",), ())


def test_bad_files_get_verdicts_and_the_others_are_indexed(project: Project, tmp_path: Path) -> None:
    (project.docs / "vide.txt").touch()
    (project.docs / "broken.pdf").write_bytes(b"%PDF-1.4\nnothing")
    outside = tmp_path / "secret.txt"
    outside.write_text("Un secret.", "utf-8")
    (project.docs / "lien.txt").symlink_to(outside)
    (project.docs / "perdu.txt").symlink_to(tmp_path / "nowhere" / "at-all.txt")
    (project.docs / "notes.xyz").write_text("An unknown format.", "utf-8")
    (project.docs / ".caché.txt").write_text("Un fichier caché.", "utf-8")
    report = project.update()
    codes = {verdict.path: verdict.code for verdict in report.failed}
    assert codes == {
        "vide.txt": "empty",
        "broken.pdf": "broken",
        "lien.txt": "outside",
        "perdu.txt": "outside",
    }
    assert report.documents == 3
    again = project.update()
    assert (again.failed, again.generation) == (report.failed, report.generation)
    (project.docs / "vide.txt").write_text("Plus vide : une phrase.", "utf-8")
    assert project.update().added == ("vide.txt",)


def test_a_name_that_is_not_unicode_costs_only_its_file(project: Project) -> None:
    try:
        (project.docs / os.fsdecode(b"caf\xe9.txt")).write_text("Un café.", "utf-8")
    except OSError:
        pytest.skip("this file system refuses such names")
    report = project.update()
    assert [verdict.code for verdict in report.failed] == ["name"]
    assert report.documents == 3


def test_an_index_that_cannot_be_read_or_written_says_so(project: Project) -> None:
    project.update()
    (generation,) = (project.loaded.store_path / "generations").iterdir()
    (generation / "documents.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreUnavailable, match="qa index --rebuild"):
        project.open()
    assert project.update(rebuild=True).documents == 3
    shutil.rmtree(project.loaded.store_path)
    project.loaded.store_path.write_text("a file where the folder should be", "utf-8")
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        project.update()


def test_a_file_that_went_bad_is_no_longer_found(project: Project) -> None:
    project.update()
    (project.docs / "bridge.txt").write_text("", "utf-8")
    report = project.update()
    assert [verdict.path for verdict in report.failed] == ["bridge.txt"]
    assert "removed" in report.failed[0].message
    assert "bridge.txt" not in project.found("Forth Bridge")
    assert "removed" not in project.update().failed[0].message


def test_metadata_reaches_the_index_when_it_is_edited(project: Project) -> None:
    project.update()
    table = project.docs / "metadata.csv"
    table.write_text("file,title,date,source\nloire.txt,Le fleuve,2021-05,IGN\n", "utf-8")
    report = project.update()
    assert (report.changed, project.embedder.embedded) == (("loire.txt",), [])
    with project.open() as index:
        info = next(info for info in index.documents() if info.path == "loire.txt")
        assert (info.title, info.date, info.source) == ("Le fleuve", "2021-05", "IGN")
        vector = project.embedder.embed_queries(["la Loire"])[0]
        dated = Filters(since=20210500, until=20210531)
        assert {hit.passage.doc for hit in index.search_dense(vector, 50, dated)} == {"loire.txt"}


def test_other_paths_replace_what_was_there(project: Project) -> None:
    project.update()
    report = project.update(project.docs / "cuisine")
    assert (report.added, report.documents) == (("tarte.txt",), 1)
    assert project.embedder.embedded == []
    assert project.found("Forth Bridge") == {"tarte.txt"}
    report = project.update(project.docs / "loire.txt", project.docs / "cuisine")
    assert report.added == ("cuisine/tarte.txt", "loire.txt")


def test_filters_limit_both_legs(project: Project) -> None:
    (project.docs / "metadata.csv").parent.mkdir(exist_ok=True)
    table = "file,date\nloire.txt,2021-05-04\nbridge.txt,2023\n"
    (project.docs / "metadata.csv").write_text(table, "utf-8")
    project.update()
    vector = project.embedder.embed_queries(["river"])[0]

    def docs(filters: Filters) -> set[str]:
        words = "fleuve bridge tarte"
        with project.open() as index:
            dense = {hit.passage.doc for hit in index.search_dense(vector, 50, filters)}
            lexical = {hit.passage.doc for hit in index.search_lexical(words, k=50, filters=filters)}
        assert dense == lexical
        return dense

    assert docs(Filters()) == {"loire.txt", "bridge.txt", "cuisine/tarte.txt"}
    assert docs(Filters(lang="en")) == {"bridge.txt"}
    assert docs(Filters(docs=("loire.txt", "bridge.txt"))) == {"loire.txt", "bridge.txt"}
    assert docs(Filters(since=20210101, until=20211231)) == {"loire.txt"}
    assert docs(Filters(since=20220101)) == {"bridge.txt"}
    assert docs(Filters(lang="fr", until=20221231)) == {"loire.txt"}
    # Dated by its year alone it is of any day of it; without a date, of none.
    assert docs(Filters(since=20230915)) == {"bridge.txt"}
    assert docs(Filters(since=20240101)) == docs(Filters(until=20210503)) == set()
    assert docs(Filters(since=1)) == docs(Filters(until=20991231)) == {"loire.txt", "bridge.txt"}
    with project.open() as index:
        assert index.languages(Filters(since=20220000)) == {"bridge.txt": "en"}
        assert set(index.languages()) == {"loire.txt", "bridge.txt", "cuisine/tarte.txt"}


def test_another_embedder_is_refused_until_the_index_is_rebuilt(project: Project) -> None:
    with pytest.raises(IndexMissing, match="qa index"):
        project.open()
    project.update()
    other = Project(project.loaded, CountingEmbedder(project.embedder.inner, digest="another"))
    for refused in (other.open, other.update):
        with pytest.raises(IndexOutdated, match="qa index --rebuild"):
            refused()
    report = other.update(rebuild=True)
    assert len(other.embedder.embedded) == report.passages
    other.open().close()
    with pytest.raises(IndexOutdated):
        project.open()


def test_readers_keep_their_generation_while_another_is_published(project: Project) -> None:
    project.update()
    reader = project.open()
    before = reader.search_lexical("fleuve")
    project.write({"seine.txt": "La Seine est un fleuve qui traverse Paris."})
    project.update()
    project.update(rebuild=True)
    assert not reader.is_current()
    assert reader.search_lexical("fleuve") == before
    vector = project.embedder.embed_queries(["La Seine"])[0]
    assert all(hit.passage.doc != "seine.txt" for hit in reader.search_dense(vector, 50))
    generations = project.loaded.store_path / "generations"
    assert len(list(generations.iterdir())) == 2
    reader.close()
    assert "seine.txt" in project.found("La Seine")
    project.update()
    assert len(list(generations.iterdir())) == 1


def test_what_cannot_be_indexed_is_said_at_once(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        project.update(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no document"):
        project.update(tmp_path / "empty")
    assert not project.loaded.store_path.exists()


def test_the_doctor_compares_index_and_folder(project: Project) -> None:
    def codes() -> dict[str, str]:
        return {check.code: check.state for check in check_index(project.loaded, project.embedder)}

    assert codes()["index_missing"] == "warning"
    project.update()
    assert codes() == {"index": "ok", "folder_same": "ok", "disk": "ok"}
    project.write({"loire.txt": "Changé.", "neuf.txt": "Nouveau."})
    (project.docs / "bridge.txt").unlink()
    check = next(c for c in check_index(project.loaded, project.embedder) if c.code == "folder_changed")
    assert check.values == {"new": 1, "changed": 1, "missing": 1}
    assert "qa index" in check.remedy
