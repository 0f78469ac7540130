"""Index: passages in Chroma, the lexical index beside them, and the generations that hold both."""

from qa.index.check import IndexCheck, check_index
from qa.index.documents import DocumentInfo, StoredDocument
from qa.index.reader import Index, open_index
from qa.index.update import IndexProgress, update_index

__all__ = [
    "DocumentInfo",
    "Index",
    "IndexCheck",
    "IndexProgress",
    "StoredDocument",
    "check_index",
    "open_index",
    "update_index",
]
