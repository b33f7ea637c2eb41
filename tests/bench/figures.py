"""What a part of the bench hands back."""

from typing import TypeAlias

Row: TypeAlias = tuple[str, str, str]
"""Measure, value, aim."""
