"""Inverse text normalisation: figures as one writes them, from words as one says them."""

from __future__ import annotations

__all__ = ["written_figures"]


def written_figures(text: str, language: str, *, growing: bool = False) -> str:
    """``text`` with numbers, dates, times, money and codes in figures."""
    return text
