"""Finding files, and asking whether someone may read them."""

from linli.kernel.files.queries.find import attachments_of, count_of, get_attachment
from linli.kernel.files.queries.parameters import limits_at, retention_classes, retention_of
from linli.kernel.files.queries.rights import guard_subject, may_read, pass_for, subject_of_pass

__all__ = [
    "attachments_of",
    "count_of",
    "get_attachment",
    "guard_subject",
    "limits_at",
    "may_read",
    "pass_for",
    "retention_classes",
    "retention_of",
    "subject_of_pass",
]
