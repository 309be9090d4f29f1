"""``dialer report``: figures. Each report is a module of its own (``report_*``).

A door: may import ``dialer`` and click.
"""

from __future__ import annotations

import click

from dialer.cli import report_project, report_script


@click.group("report")
def group() -> None:
    """Figures: of a project, of a script's calls, of a survey."""


group.add_command(report_project.project)
group.add_command(report_script.script)
group.add_command(report_script.survey)
