"""Validation of files: how bytes are split into JSON records, what their fields must be, and which keys they have.

Put here what decides whether a record is valid, and why not.  Do not put here how files are listed or read (lake/) or how rows get into
a table (warehouse/).
"""

from sparkify_assets.ingest.validation import InvalidRecord, ValidationResult, decompress, validate_records

__all__ = ["InvalidRecord", "ValidationResult", "decompress", "validate_records"]
