"""The commands and their flags. Nothing but typer is imported until one of them runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from qa.types import Lang, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.cli.session import OpenSession

Split = Literal["dev", "held", "all"]

app = typer.Typer(
    name="qa",
    help="Ask a corpus in French or English, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
models = typer.Typer(help="The models: what is there (`list`), and fetching it (`pull`).")
app.add_typer(models, name="models")


def main(arguments: Sequence[str] | None = None, open_session: OpenSession | None = None) -> NoReturn:
    """Run `qa` and exit: 0 done, 1 failed, 2 wrong usage, 3 an evaluation gate fell, 130 stopped.

    `open_session` opens what answers questions; None: Sourcier with the models of the settings.
    """
    from qa.cli import terminal

    terminal.speak_utf8()
    with terminal.errors_told():
        app(args=None if arguments is None else list(arguments), prog_name="qa", obj=open_session)
    raise AssertionError("typer exits by itself")


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"qa {version('sourcier')}")
        raise typer.Exit


@app.callback()
def _sourcier(
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    pass


@app.command()
def index(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...", help="Folders or files. Default: those of the settings, else seeds/."
        ),
    ] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make the index anew.")] = False,
) -> None:
    """Make the index hold exactly what is under the PATHs."""
    from qa.cli.index import run_index

    raise typer.Exit(run_index(tuple(paths or ()), rebuild=rebuild))


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question, in French or English.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the Answer as JSON and nothing else.")
    ] = False,
    lang: Annotated[
        Lang | None, typer.Option("--lang", help="Language of the answer. Default: the question's.")
    ] = None,
    history: Annotated[
        Path | None,
        typer.Option(
            "--history", metavar="FILE", help="Earlier questions and answers: .json (a list) or .jsonl."
        ),
    ] = None,
    documents: Annotated[
        list[str] | None,
        typer.Option(
            "--document", metavar="NAME", help="Ask this document alone, as sources name it; repeatable."
        ),
    ] = None,
    since: Annotated[
        str,
        typer.Option(
            metavar="DATE", help="Ask only documents of this date or later: 2023-03-02, 2023-03, 2023."
        ),
    ] = "",
    until: Annotated[
        str, typer.Option(metavar="DATE", help="Ask only documents of this date or earlier.")
    ] = "",
    explain: Annotated[
        bool, typer.Option("--explain", help="Show every signal that the answer was decided by.")
    ] = False,
) -> None:
    """Answer one question, sentence by sentence, then show its sources."""
    from qa.cli.ask import run_ask

    raise typer.Exit(
        run_ask(
            question,
            lang=lang,
            history=history,
            scope=Scope(tuple(documents or ()), since or None, until or None),
            as_json=as_json,
            explain=explain,
            open_session=context.obj,
        )
    )


@app.command()
def batch(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Questions: .jsonl or .csv with `question`, perhaps `id`, `lang`."
        ),
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="OUT", help="The Answers: .jsonl or .csv.")
    ],
) -> None:
    """Answer a file of questions; stopped or killed, a rerun goes on where it was."""
    from qa.cli.batch import run_batch_command

    raise typer.Exit(run_batch_command(file, output, open_session=context.obj))


@app.command(name="eval")
def evaluate(
    context: typer.Context,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="Folder of the run and its report.")
    ],
    gold: Annotated[
        Path | None,
        typer.Argument(
            metavar="GOLD",
            help="Questions: .jsonl or .csv with `question`, perhaps `answers`, `evidence`, `kind`, `lang`. "
            "Default: eval/gold/seeds.jsonl.",
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="RUN", help="The folder of another run: exit 3 where a figure fell below it."),
    ] = None,
    no_judge: Annotated[bool, typer.Option("--no-judge", help="The exact measures alone.")] = False,
    judge: Annotated[
        str,
        typer.Option(
            metavar="MODEL_OR_URL",
            help="Who judges: a .gguf file, an Ollama model, or MODEL@http://…/v1. Default: the settings'.",
        ),
    ] = "",
    split: Annotated[Split, typer.Option(help="Which part of the questions.")] = "all",
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Only the first N questions.")] = None,
    draft: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Propose N gold questions from the indexed documents, and do nothing else.",
        ),
    ] = None,
    from_feedback: Annotated[
        bool,
        typer.Option(
            "--from-feedback",
            help="Propose gold questions from what readers said on the page, and do nothing else.",
        ),
    ] = False,
) -> None:
    """Answer gold questions, score the answers and write a report; stopped, a rerun goes on where it was."""
    from qa.cli.eval import EvalFlags, run_draft, run_eval, run_from_feedback

    if from_feedback:
        raise typer.Exit(run_from_feedback(output))
    if draft is not None:
        raise typer.Exit(run_draft(output, draft, open_session=context.obj))
    flags = EvalFlags(gold, output, baseline, not no_judge, judge, split, limit)
    raise typer.Exit(run_eval(flags, open_session=context.obj))


@app.command()
def chat() -> None:
    """Open the chat for the browser, on this machine alone."""
    from qa.cli.chat import run_chat

    raise typer.Exit(run_chat())


@app.command()
def serve() -> None:
    """Serve the Answer over HTTP, also in OpenAI's shape; on this machine alone unless told otherwise."""
    from qa.cli.serve import run_serve_command

    raise typer.Exit(run_serve_command())


@app.command()
def mcp() -> None:
    """Serve the documents to a program that speaks MCP, over stdin and stdout."""
    from qa.cli.mcp import run_mcp_command

    raise typer.Exit(run_mcp_command())


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")] = False,
) -> None:
    """Check each part: ok, warning or error, with the remedy."""
    from qa.cli.doctor import run_doctor

    raise typer.Exit(run_doctor(as_json=as_json))


@models.callback(invoke_without_command=True)
def _models(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        models_list()


@models.command("list")
def models_list() -> None:
    """Show the models: where they come from, whether they are there, and which would answer now."""
    from qa.cli.models import run_models_list

    raise typer.Exit(run_models_list())


@models.command("pull")
def models_pull() -> None:
    """Fetch the embedded language model and check it; an interrupted pull goes on where it was."""
    from qa.cli.models import run_models_pull

    raise typer.Exit(run_models_pull())
