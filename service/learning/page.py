"""A model's report as one page that needs nothing else: figures, the calibration plot and the lift, drawn as SVG."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.learning.models import EventTarget, ModelReport, ModelView

_SIDE = 300

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page_of(report: ModelReport, model: ModelView, workspace: str) -> str:
    """The page, as HTML; `workspace` is its name."""
    return _pages.get_template("report.html.j2").render(
        report=report,
        model=model,
        workspace=workspace,
        target=_target(report),
        points=[(_SIDE * one.predicted, _SIDE * (1 - one.happened), one) for one in report.measures.calibration],
        highest=max(part.lift for part in report.measures.lift) or 1.0,
        side=_SIDE,
    )


def _target(report: ModelReport) -> str:
    if isinstance(report.target, EventTarget):
        return f"{report.target.event} within {report.target.horizon_days} days"
    return f"{report.target.trait} is {report.target.value}"
