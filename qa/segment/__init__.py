"""Segment: sentences with exact offsets, and passages of them.

`qa.segment.nodes` (LlamaIndex) is imported by those who need it, not here.
"""

from qa.segment.passages import SEGMENTER_VERSION, make_passages
from qa.segment.sentences import is_label, split_sentences
from qa.segment.standalone import standalone_context

__all__ = ["SEGMENTER_VERSION", "is_label", "make_passages", "split_sentences", "standalone_context"]
