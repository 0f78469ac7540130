"""Readers: one format a file, bytes to Document."""

from qa.readers.base import Limits
from qa.readers.metadata import METADATA_NAMES, Metadata, load_metadata
from qa.readers.read import READERS_VERSION, SUFFIXES, check_inside, read_document
from qa.readers.verdicts import explain_verdict

__all__ = [
    "METADATA_NAMES",
    "READERS_VERSION",
    "SUFFIXES",
    "Limits",
    "Metadata",
    "check_inside",
    "explain_verdict",
    "load_metadata",
    "read_document",
]
