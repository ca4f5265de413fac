"""Attachments (what was handed in, to which subject) and the stored contents behind them."""

from linli.kernel.files.models.attachment import Attachment
from linli.kernel.files.models.content import Content

__all__ = ["Attachment", "Content"]
