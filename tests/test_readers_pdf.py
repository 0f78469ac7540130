"""PDF: pages, paragraphs joined again, and every kind of bad file."""

from __future__ import annotations

import io
import textwrap
from pathlib import Path

import pytest
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from qa.errors import FileError
from qa.readers import read_document
from qa.segment import make_passages, split_sentences
from qa.settings import CorpusSettings
from qa.types import Document

LIMITS = CorpusSettings()
STYLES = getSampleStyleSheet()
BODY = ParagraphStyle("body", parent=STYLES["BodyText"], alignment=TA_JUSTIFY)
LONG = (
    "Le musée de la ville a rouvert ses portes mardi après trois ans de travaux, a annoncé Mme Petit. "
    "L’exposition « Les couleurs du Nord » réunit cent vingt toiles, dont une quarantaine ne sont jamais "
    "sorties des réserves. M. Durand, qui dirige le musée depuis 2010, parle d’un « nouveau départ ». "
    "Le billet coûte 12,50 € et l’entrée reste libre le premier dimanche du mois. "
)


def read(path: Path, limits: CorpusSettings = LIMITS) -> Document:
    return read_document(path, path.name, limits)


def reason(path: Path, limits: CorpusSettings = LIMITS) -> str:
    with pytest.raises(FileError) as caught:
        read(path, limits)
    assert path.name in caught.value.message
    assert caught.value.remedy
    return caught.value.reason


def report(path: Path, pages: int = 3, encrypt: StandardEncryption | None = None) -> Path:
    """A report with a running foot, a title and one long paragraph a page; one paragraph runs overleaf."""

    def foot(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.drawString(50, 30, f"Rapport du musée – page {document.page}")

    story = [Paragraph("Le musée rouvre", STYLES["Title"])]
    for number in range(1, pages + 1):
        story.append(Paragraph(f"Partie {number}", STYLES["Heading2"]))
        story.append(Paragraph(LONG * 2, BODY))
        if number < pages:
            story.append(PageBreak())
    story.append(Paragraph(LONG * 14, BODY))
    document = SimpleDocTemplate(str(path), pagesize=A4, title="Rapport annuel", encrypt=encrypt)
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return path


def lines(path: Path, *pages: str, size: int = 11) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    for page in pages:
        cursor = canvas.beginText(72, 760)
        cursor.setFont("Helvetica", size)
        cursor.textLines(page)
        canvas.drawText(cursor)
        canvas.showPage()
    canvas.save()
    return path


def test_wrapped_lines_are_whole_again(tmp_path: Path) -> None:
    found = read(report(tmp_path / "a.pdf"))
    assert found.title == "Rapport annuel"
    assert found.lang == "fr"
    assert found.text.startswith("Le musée rouvre\n\nPartie 1\n\nLe musée de la ville")
    assert (LONG * 2).strip() in found.text
    assert (LONG * 14).strip() in found.text  # it runs overleaf
    assert "page 1" not in found.text
    sentences = {found.text[s.start : s.end] for s in split_sentences(found.text, "fr")}
    assert "Le billet coûte 12,50 € et l’entrée reste libre le premier dimanche du mois." in sentences
    assert len(sentences) == 4 + 4


def test_pages_are_exact(tmp_path: Path) -> None:
    found = read(report(tmp_path / "a.pdf"))
    assert len(found.pages) >= 3
    for number in (1, 2, 3):
        assert found.page_at(found.text.index(f"Partie {number}")) == number
    assert all(a.end <= b.start for a, b in zip(found.pages, found.pages[1:], strict=False))
    for passage in make_passages(found):
        assert found.text[passage.start : passage.end] == passage.text


def test_hyphens_at_line_ends(tmp_path: Path) -> None:
    page = textwrap.dedent(
        """\
        La commission a longuement examiné les propo-
        sitions du gouvernement et se demande peut-
        être si la ligne Paris-Lyon-Marseille, qu’a-t-
        elle dit, sera prête avant les jeux du Nord-
        Est.
        """
    )
    assert read(lines(tmp_path / "a.pdf", page)).text == (
        "La commission a longuement examiné les propositions du gouvernement et se demande peut-être si la "
        "ligne Paris-Lyon-Marseille, qu’a-t-elle dit, sera prête avant les jeux du Nord-Est."
    )


def test_an_empty_page_keeps_its_number(tmp_path: Path) -> None:
    found = read(lines(tmp_path / "a.pdf", "La première page.", "", "La troisième page."))
    assert found.text == "La première page.\n\nLa troisième page."
    assert len(found.pages) == 3
    assert found.page_at(found.text.index("troisième")) == 3


def test_the_date_is_the_documents(tmp_path: Path) -> None:
    found = read(lines(tmp_path / "a.pdf", "Texte."))
    assert found.date is not None
    assert len(found.date) == 10


def test_a_scan_is_told(tmp_path: Path) -> None:
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (200, 300), "grey").save(picture, "PNG")
    (tmp_path / "scan.png").write_bytes(picture.getvalue())
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.drawImage(str(tmp_path / "scan.png"), 0, 0, *A4)
    canvas.save()
    with pytest.raises(FileError) as caught:
        read(tmp_path / "a.pdf")
    assert caught.value.reason == "no_text"
    assert "OCR" in caught.value.remedy


def test_a_password_is_told(tmp_path: Path) -> None:
    locked = report(tmp_path / "a.pdf", encrypt=StandardEncryption("secret", canPrint=0))
    assert reason(locked) == "encrypted"


def test_broken_files_are_told(tmp_path: Path) -> None:
    whole = report(tmp_path / "a.pdf").read_bytes()
    for name, data, expected in (
        ("cut.pdf", whole[: len(whole) // 3], "broken"),
        ("text.pdf", b"this is no PDF", "broken"),
        ("empty.pdf", b"", "empty"),
    ):
        (tmp_path / name).write_bytes(data)
        assert reason(tmp_path / name) == expected


def test_pages_are_limited(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.pdf", *["Une page."] * 5)
    assert reason(path, CorpusSettings(max_pages=4)) == "too_many_pages"
    assert len(read(path, CorpusSettings(max_pages=5)).pages) == 5


def test_time_is_limited(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.pdf", "Une page.")
    assert reason(path, CorpusSettings(read_timeout_s=0.01)) == "timeout"


def test_nothing_is_imported_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = lines(tmp_path / "a.pdf", "Une page.")
    (tmp_path / "json.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    assert read(path).text == "Une page."


def test_a_mangled_file_is_told(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.pdf", *["Une page."] * 3)
    data = bytearray(path.read_bytes())
    for i in range(200, len(data), 7):
        data[i] = 0x41
    (tmp_path / "b.pdf").write_bytes(bytes(data))
    assert reason(tmp_path / "b.pdf") in {"broken", "no_text"}
