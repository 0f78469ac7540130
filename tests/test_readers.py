"""Every format, read from real files; every bad file, told as what it is."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from qa.cli.index import summary_lines
from qa.errors import FileError
from qa.index.scan import scan_corpus
from qa.readers import (
    SUFFIXES,
    Metadata,
    check_inside,
    explain_verdict,
    load_metadata,
    read_document,
)
from qa.readers.dates import find_date, normalise_date
from qa.settings import CorpusSettings
from qa.types import Document, FileVerdict, IndexReport

LIMITS = CorpusSettings()
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FRENCH = "L’été à Besançon : « l’œuvre » coûte 12 €, où l’on s’arrête à Noël.\nDéjà vu."


def read(path: Path, limits: CorpusSettings = LIMITS, metadata: Metadata | None = None) -> Document:
    return read_document(path, path.name, limits, metadata)


def write(tmp_path: Path, name: str, data: bytes | str) -> Path:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return path


def reason(path: Path, limits: CorpusSettings = LIMITS) -> str:
    with pytest.raises(FileError) as caught:
        read(path, limits)
    assert path.name in caught.value.message
    assert caught.value.remedy
    # In French with its facts: nothing of it stays in English.
    verdict = FileVerdict(path.name, caught.value.reason, str(caught.value))
    assert explain_verdict(verdict, "en") == verdict.message
    told = explain_verdict(verdict, "fr")
    assert not re.search(r"[\[\]]| (?:is|the|of|its) ", told), told
    gone = replace(verdict, message=f"{verdict.message} What was indexed of it is removed.")
    assert explain_verdict(gone, "fr") == f"{told} Ce qui en était indexé est retiré."
    return caught.value.reason


# Plain text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman"]
)
def test_no_character_is_lost(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, "a.txt", FRENCH.encode(encoding))
    assert read(path).text == FRENCH


@pytest.mark.parametrize("encoding", ["iso8859_15", "cp850", "latin_1"])
def test_older_encodings(tmp_path: Path, encoding: str) -> None:
    text = "L'été à Besançon coûte cher, où l'on s'arrête à Noël. Ça va ?"
    if encoding == "iso8859_15":
        text += " L'œuvre d'un bœuf : 12 €."
    assert read(write(tmp_path, "a.txt", text.encode(encoding))).text == text


@pytest.mark.parametrize("named", ["undefined", "unicode_escape", "none"])
def test_a_page_that_names_no_encoding_of_text_is_read_as_what_it_is(tmp_path: Path, named: str) -> None:
    page = f'<meta charset="{named}"><p>Il a été à Besançon, \\ud800 compris.</p>'
    found = read(write(tmp_path, "a.html", page.encode("cp1252")))
    assert found.text == "Il a été à Besançon, \\ud800 compris."


def test_nothing_but_newlines_changes(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", " \tUne ligne.  \r\nDeux\u00a0!\rTrois\x0c\n\n\n")
    assert read(path).text == " \tUne ligne.  \nDeux\u00a0!\nTrois\x0c\n\n\n"


def test_a_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xe9t\xe9.txt")
    path.write_text("x")
    with pytest.raises(FileError) as caught:
        read(path)
    assert caught.value.reason == "unreadable"
    caught.value.message.encode("utf-8")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        ("\ufeff \n".encode("utf-16-le"), "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "binary"),
        (bytes(range(256)) * 20, "binary"),
        (b"texte\x00avec un octet nul", "binary"),
        (b"\xef\xbb\xbf\xe9t\xe9", "encoding"),
    ],
)
def test_what_is_no_text_is_told(tmp_path: Path, data: bytes, expected: str) -> None:
    assert reason(write(tmp_path, "a.txt", data)) == expected


def test_a_large_file_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "mot " * 1000)
    assert reason(path, CorpusSettings(max_file_mb=0.001)) == "too_large"


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    (tmp_path / "b.txt").mkdir()
    assert reason(tmp_path / "a.txt") == "unreadable"
    assert reason(tmp_path / "b.txt") == "unreadable"


def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "texte")
    path.chmod(0)
    with unprivileged():
        assert reason(path) == "unreadable"


@contextmanager
def unprivileged() -> Iterator[None]:
    """Root may read anything: be nobody for a while."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_folder_without_permission_is_told(tmp_path: Path) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        write(folder, "a.txt", "texte")
        (folder / "part" / "closed").mkdir(parents=True)
        write(folder / "part" / "closed", "b.txt", "texte")
        (folder / "part" / "closed").chmod(0)
        with unprivileged():
            scan = scan_corpus([folder], tmp_path)
        (folder / "part" / "closed").chmod(0o700)
    assert [file.name for file in scan.files] == ["a.txt"]
    (verdict,) = scan.failed
    assert (verdict.path, verdict.code) == ("part/closed", "unreadable")
    told = "Le dossier ne peut pas être lu (accès refusé). Vérifiez ses droits."
    assert explain_verdict(verdict, "fr") == told


def test_a_link_out_of_the_folder_is_told(tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    root.mkdir()
    inside, outside = write(root, "a.txt", "dedans"), write(tmp_path, "b.txt", "dehors")
    (root / "near.txt").symlink_to(inside)
    (root / "far.txt").symlink_to(outside)
    check_inside(root, inside)
    check_inside(root, root / "near.txt")
    with pytest.raises(FileError) as caught:
        check_inside(root, root / "far.txt")
    assert caught.value.reason == "outside"


# Title, date, language


def test_what_nobody_said_is_derived(tmp_path: Path) -> None:
    headed = read(write(tmp_path, "a.txt", "Le musée rouvre\nLyon, le 1er février 2021\n\nIl a neigé hier."))
    assert (headed.title, headed.date, headed.lang) == ("Le musée rouvre", "2021-02-01", "fr")
    plain = read(write(tmp_path, "some_old-notes.txt", "The museum was closed when they came, in May 2020."))
    assert (plain.title, plain.date, plain.lang) == ("Some old-notes", None, "en")


def test_metadata_goes_before_what_the_file_says(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "Le musée rouvre\n\nIl a neigé.")
    found = read(path, metadata=Metadata("Un titre", "2020", "Agence", "en"))
    assert (found.title, found.date, found.source, found.lang) == ("Un titre", "2020", "Agence", "en")


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2 mars 2023", "2023-03-02"),
        ("1er août 1999", "1999-08-01"),
        ("02/03/2023", "2023-03-02"),
        ("2023-03-02T10:00:00Z", "2023-03-02"),
        ("2023-03", "2023-03"),
        ("2023", "2023"),
        ("March 2, 2023", "2023-03-02"),
        ("2nd March 2023", "2023-03-02"),
        ("février 2020", "2020-02"),
        ("31/02/2023", None),
        ("hier", None),
        ("2023-13-01", None),
        ("12", None),
    ],
)
def test_dates_are_made_iso(written: str, iso: str | None) -> None:
    assert normalise_date(written) == iso


def test_dates_in_a_story_are_found_only_when_explicit() -> None:
    assert find_date("Lyon, jeudi 2 mars 2023") == "2023-03-02"
    assert find_date("en mars 2023, puis en 2024") is None


# Metadata files


def test_metadata_csv(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "été.txt"):
        write(tmp_path, name, "x")
    (tmp_path / "sub").mkdir()
    write(tmp_path / "sub", "c.txt", "x")
    write(
        tmp_path,
        "metadata.csv",
        "file;title;date;source;lang\na.txt;Titre A;2 mars 2023;Agence;fr\nb.txt;;31/02/2023;;de\n"
        "sub/c.txt;C;2020;;en\ngone.txt;G;;;\ne\u0301te\u0301.txt;É;;;\na.txt;encore;;;\n;rien;;;\n",
    )
    found, problems = load_metadata(tmp_path)
    assert found == {
        "a.txt": Metadata("Titre A", "2023-03-02", "Agence", "fr"),
        "b.txt": Metadata(),
        "sub/c.txt": Metadata("C", "2020", None, "en"),
        "été.txt": Metadata("É"),
    }
    told = "\n".join(problem.message for problem in problems)
    for word in ("31/02/2023", "'de'", "gone.txt", "twice", "names no file"):
        assert word in told
    assert {problem.code for problem in problems} == {"metadata"}


def test_metadata_jsonl_and_a_broken_row(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "x")
    write(tmp_path, "metadata.jsonl", '{"file": "a.txt", "date": 2020, "colour": "red"}\n{broken\n')
    found, problems = load_metadata(tmp_path)
    assert found == {"a.txt": Metadata(date="2020")}
    assert len(problems) == 2
    write(tmp_path, "metadata.jsonl", '{"file": "a.txt", "title": "Titre \\ud800"}\n')
    assert load_metadata(tmp_path) == ({"a.txt": Metadata("Titre ?")}, [])


def test_metadata_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    write(tmp_path, "metadata.csv", b"file,title\na.txt,\xe9t\xe9\n")
    found, problems = load_metadata(tmp_path)
    assert found == {}
    assert "UTF-8" in problems[0].message
    write(tmp_path, "metadata.csv", f'file,title\na.txt,"{"x" * 140_000}"\n')
    found, problems = load_metadata(tmp_path)
    assert found == {}
    assert "csv" in problems[0].message


def test_a_quotation_mark_that_is_never_closed_is_told(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        write(tmp_path, name, "x")
    write(tmp_path, "metadata.csv", 'file,title\na.txt,"A ""B"" C"\nb.txt,"Open\nc.txt,C\n')
    found, problems = load_metadata(tmp_path)
    assert found == {"a.txt": Metadata('A "B" C')}
    (verdict,) = problems
    assert "Line 3 opens a quotation mark" in verdict.message
    assert explain_verdict(verdict, "fr").startswith("Ligne 3 : elle ouvre des guillemets")


def test_the_seeds_are_described() -> None:
    seeds = Path(__file__).parent.parent / "seeds"
    found, problems = load_metadata(seeds)
    assert problems == []
    assert set(found) == {path.name for path in seeds.glob("*.txt")}
    assert all(entry.title and entry.date and entry.lang == "fr" for entry in found.values())


# Markdown


def test_markdown_reads_as_rendered(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "a.md",
        '---\ntitle: "Mon titre"\ndate: 2 mars 2023\nlang: fr\nsource: Agence\ntags: [x]\n---\n'
        "# Hé **oui**\n\nVoici un [lien](http://x.y) et `code`,\nsuite.\n\n- un\n- deux\n\n1. sous\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n```py\nx = 1\n\n  y\n```\n\n![image](i.png)\n\n> *Cité*.\n",
    )
    found = read(path)
    assert (found.title, found.date, found.lang, found.source) == ("Mon titre", "2023-03-02", "fr", "Agence")
    assert found.text == (
        "Hé oui\n\nVoici un lien et code, suite.\n\n- un\n- deux\n1. sous\n\n"
        "a | b\n1 | 2\n\nx = 1\n\n  y\n\nCité."
    )


def test_markdown_without_front_matter_is_titled_by_its_heading(tmp_path: Path) -> None:
    assert read(write(tmp_path, "a.markdown", "Avant\n\n# Le *titre*\n\nTexte.")).title == "Le titre"


def test_a_hostile_file_costs_no_more_than_its_time(tmp_path: Path) -> None:
    path = write(tmp_path, "a.md", "[a](" * 200_000)
    assert reason(path, CorpusSettings(read_timeout_s=1)) == "timeout"


# HTML


def test_html_reads_as_seen(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "a.html",
        "<!doctype html><html lang='fr-FR'><head><title>Titre &amp; site</title>"
        "<meta property='article:published_time' content='2023-03-02T10:00:00Z'>"
        "<meta property='og:site_name' content='Le Site'><script>bad()</script></head><body>"
        "<nav>menu</nav><h1>Un   titre</h1><!-- non --><p>Bonjour <b>le</b>\n monde,<br>ligne 2.<p>Deux"
        "<div hidden>caché</div><ul><li>un<li>deux</ul><table><tr><th>a<th>b<tr><td>1<td>2</table>"
        "<pre>x = 1\n  y</pre><p style='display: none'>zut</p>fin&nbsp;!<style>p{}</style></body></html>",
    )
    found = read(path)
    assert found.text == (
        "Un titre\n\nBonjour le monde,\nligne 2.\n\nDeux\n\n"
        "- un\n- deux\n\na | b\n1 | 2\n\nx = 1\n  y\n\nfin\u00a0!"
    )
    assert (found.title, found.date, found.lang, found.source) == (
        "Titre & site",
        "2023-03-02",
        "fr",
        "Le Site",
    )


def test_html_names_its_encoding(tmp_path: Path) -> None:
    page = '<html><head><meta charset="iso-8859-15"></head><body><p>Œuvre à 5 €</p></body></html>'
    assert read(write(tmp_path, "a.htm", page.encode("iso8859_15"))).text == "Œuvre à 5 €"


def test_html_reads_no_other_file(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.txt", "SECRET")
    page = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]><html><body>a &x; b</body></html>'
    assert "SECRET" not in read(write(tmp_path, "a.html", page)).text


def test_deep_html_is_read_to_its_end_or_told(tmp_path: Path) -> None:
    def nested(depth: int) -> str:
        return "<p>début</p>" + "<div>" * depth + "fond" + "</div>" * depth + "<p>fin</p>"

    assert read(write(tmp_path, "a.html", nested(1000))).text == "début\n\nfond\n\nfin"
    assert reason(write(tmp_path, "b.html", nested(100_000))) == "broken"


def test_html_without_text_is_told(tmp_path: Path) -> None:
    assert reason(write(tmp_path, "a.html", "<html><script>x</script></html>")) == "no_text"


# Word


def word_file(path: Path) -> Path:
    import docx

    document = docx.Document()
    document.add_heading("Le grand titre", 0)
    document.add_paragraph("Un paragraphe d’été.")
    document.add_heading("Une partie", 1)
    for text in ("un", "deux"):
        document.add_paragraph(text, style="List Bullet")
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Lieu", "Prix"
    table.cell(1, 0).merge(table.cell(1, 1)).text = "fusion"
    document.add_paragraph("Après la table.")
    document.core_properties.language = "fr-FR"
    document.save(str(path))
    return path


def test_word_files_keep_their_order(tmp_path: Path) -> None:
    found = read(word_file(tmp_path / "a.docx"))
    assert found.text == (
        "Le grand titre\n\nUn paragraphe d’été.\n\nUne partie\n\n"
        "- un\n- deux\n\nLieu | Prix\nfusion\n\nAprès la table."
    )
    assert (found.title, found.date, found.lang) == ("Le grand titre", None, "fr")


def repack(source: Path, target: Path, part: str, content: bytes) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item.filename, content if item.filename == part else old.read(item))
    return target


def word_body(tmp_path: Path, body: str) -> Path:
    xml = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return repack(word_file(tmp_path / "a.docx"), tmp_path / "b.docx", "word/document.xml", xml.encode())


def test_what_word_shows_in_content_controls_and_tracked_changes_is_read(tmp_path: Path) -> None:
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>".format
    changed = (
        f"{run('Il pleut ')}<w:ins>{run('beaucoup ')}</w:ins>"
        f"<w:del><w:r><w:delText>peu </w:delText></w:r></w:del>{run('à Brest.')}"
    )
    control = f"<w:sdt><w:sdtContent><w:p>{run('Un contrôle.')}</w:p></w:sdtContent></w:sdt>"
    field = f"<w:fldSimple w:instr='REF x'>{run('page 3')}</w:fldSimple>"
    cell = f"<w:tbl><w:tr><w:tc>{control}<w:p>{run('Après.')}</w:p></w:tc></w:tr></w:tbl>"
    found = read(word_body(tmp_path, f"<w:p>{changed}</w:p>{control}{cell}<w:p>{field}</w:p>"))
    assert found.text == "Il pleut beaucoup à Brest.\n\nUn contrôle.\n\nUn contrôle. Après.\n\npage 3"


def test_a_word_file_without_properties_has_the_title_that_it_shows(tmp_path: Path) -> None:
    whole = word_file(tmp_path / "a.docx")
    with zipfile.ZipFile(whole) as archive:
        relations = re.sub(rb"<Relationship [^>]*core-properties[^>]*/>", b"", archive.read("_rels/.rels"))
    found = read(repack(whole, tmp_path / "b.docx", "_rels/.rels", relations))
    assert (found.title, found.date, found.lang) == ("Le grand titre", None, "fr")


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = repack(
        word_file(tmp_path / "a.docx"), tmp_path / "b.docx", "word/document.xml", b" " * 250_000_000
    )
    assert bomb.stat().st_size < 1_000_000
    assert reason(bomb) == "too_large"


def test_word_files_read_no_other_file(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.txt", "SECRET")
    xml = (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        f'<w:document xmlns:w="{WORD}"><w:body>'
        "<w:p><w:r><w:t>avant &x; après</w:t></w:r></w:p></w:body></w:document>"
    )
    hostile = repack(word_file(tmp_path / "a.docx"), tmp_path / "b.docx", "word/document.xml", xml.encode())
    assert "SECRET" not in read(hostile).text


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty"),
        (b"not a zip", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "encrypted"),
    ],
)
def test_bad_word_files_are_told(tmp_path: Path, data: bytes, expected: str) -> None:
    assert reason(write(tmp_path, "a.docx", data)) == expected


def test_a_cut_and_a_foreign_zip_are_told(tmp_path: Path) -> None:
    whole = word_file(tmp_path / "a.docx").read_bytes()
    assert reason(write(tmp_path, "cut.docx", whole[: len(whole) // 2])) == "broken"
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert reason(write(tmp_path, "zip.docx", other.getvalue())) == "broken"
    assert (
        reason(repack(tmp_path / "a.docx", tmp_path / "x.docx", "word/document.xml", b"<w:broken"))
        == "broken"
    )


# All


def test_the_suffixes_are_those_of_the_readme() -> None:
    assert {".txt", ".md", ".markdown", ".html", ".htm", ".pdf", ".docx"} == SUFFIXES


def test_importing_the_readers_loads_no_format_library() -> None:
    code = (
        "import sys, qa.readers, qa.segment, qa.lang; "
        "print([m for m in ('docx','lxml','pypdfium2','markdown_it','py3langid','llama_index','numpy') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_verdict_is_told_in_french(monkeypatch: pytest.MonkeyPatch) -> None:
    package = Path(explain_verdict.__code__.co_filename).parents[1]
    code = "".join(
        path.read_text("utf-8")
        for path in (*package.glob("readers/*.py"), *package.glob("index/*.py"), package / "chat/library.py")
    )
    codes = set(re.findall(r'(?:FileError|FileVerdict\([\w.]+,|problem =)[\s(]*"([a-z_]+)"', code))
    codes |= set(re.findall(r'FileVerdict\([\w.]+, "([a-z_]+)"', code)) | {"duplicate"}
    assert {"broken", "too_many", "name", "metadata", "format", "outside"} <= codes
    for known in codes:
        verdict = FileVerdict("a.txt", known, "It is so.")
        assert explain_verdict(verdict, "en") == "It is so."
        assert re.fullmatch(r"[A-ZÀ-Þ].+\. \[It is so\.\]", explain_verdict(verdict, "fr")), known
    bad = FileVerdict("cut.docx", "broken", "cut.docx is not a Word file.")
    report = IndexReport((), (), (), (), (), (bad,), 1, 1, "g")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert any("abîmé" in line and "is not a Word file" in line for line in summary_lines(report))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert not any("abîmé" in line for line in summary_lines(report))
