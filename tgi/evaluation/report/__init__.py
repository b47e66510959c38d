"""An evaluation as a report for people: tables, plots and the texts side by side, in Markdown and in HTML."""

from tgi.evaluation.report.html import html
from tgi.evaluation.report.markdown import markdown

__all__ = ["html", "markdown"]
