"""Passages as LlamaIndex nodes and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from llama_index.core.schema import NodeRelationship, ObjectType, RelatedNodeInfo, TextNode

from qa.types import Document, Passage, Span


def to_nodes(document: Document, passages: Sequence[Passage]) -> list[TextNode]:
    """One node a passage, in order, tied to its document and its neighbours.

    Metadata values are strings and integers (what Chroma stores); a value that is not known is
    absent, but `date` and `source`, which are then "". None of it is embedded or shown to a model.
    """
    nodes = []
    for number, passage in enumerate(passages):
        metadata = node_metadata(document, passage)
        relationships: dict[NodeRelationship, Any] = {
            NodeRelationship.SOURCE: RelatedNodeInfo(
                node_id=document.path, node_type=ObjectType.DOCUMENT, hash=document.sha256
            )
        }
        if number:
            relationships[NodeRelationship.PREVIOUS] = _related(passages[number - 1])
        if number + 1 < len(passages):
            relationships[NodeRelationship.NEXT] = _related(passages[number + 1])
        nodes.append(
            TextNode(
                id_=passage.id,
                text=passage.text,
                metadata=metadata,
                excluded_embed_metadata_keys=list(metadata),
                excluded_llm_metadata_keys=list(metadata),
                relationships=relationships,
                start_char_idx=passage.start,
                end_char_idx=passage.end,
            )
        )
    return nodes


def node_metadata(document: Document, passage: Passage) -> dict[str, str | int]:
    """What is stored beside a passage; `date_int` is 20230302 for filters (0 where a part is not known)."""
    metadata: dict[str, str | int] = {
        "doc": document.path,
        "title": document.title,
        "date": document.date or "",
        "date_int": date_number(document.date),
        "lang": document.lang,
        "source": document.source or "",
        "start": passage.start,
        "end": passage.end,
        "sentences": json.dumps(
            [[s.start - passage.start, s.end - passage.start] for s in passage.sentences]
        ),
    }
    page = document.page_at(passage.start)
    if page is not None:
        metadata["page"] = page
    return metadata


def from_node_metadata(identity: str, text: str, metadata: Mapping[str, Any]) -> Passage:
    """The passage that a stored node was made of."""
    start = int(metadata["start"])
    spans = json.loads(metadata["sentences"])
    return Passage(
        id=identity,
        doc=str(metadata["doc"]),
        start=start,
        end=int(metadata["end"]),
        text=text,
        sentences=tuple(Span(start + a, start + b) for a, b in spans),
    )


def date_number(date: str | None) -> int:
    """`2023-03-02` → 20230302, `2023-03` → 20230300, `2023` → 20230000, nothing → 0."""
    return int((date or "").replace("-", "").ljust(8, "0") or 0)


def _related(passage: Passage) -> RelatedNodeInfo:
    return RelatedNodeInfo(node_id=passage.id, node_type=ObjectType.TEXT)
