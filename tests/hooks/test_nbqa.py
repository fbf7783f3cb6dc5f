"""nbQA hands notebooks over as scripts. It is not needed, as notebooks are read natively, but it works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import BAD, GOOD, Git, put

pytest.importorskip("nbqa")


def notebook(*cells: str) -> str:
    """A notebook with cells of code."""
    return json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code",
                    "execution_count": None,
                    "id": f"cell-{number}",
                    "metadata": {},
                    "outputs": [],
                    "source": cell.splitlines(keepends=True),
                }
                for number, cell in enumerate(cells)
            ],
            "metadata": {"language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


@pytest.mark.parametrize("command", ["groundrules", "groundrules check"])
def test_nbqa_reports_the_cell(clone: Path, git: Git, command: str) -> None:
    first, rest = BAD.split("\n\n", 1)
    put(clone, "bad.ipynb", notebook(first, rest))
    put(clone, "good.ipynb", notebook(GOOD))
    git("add", "-A")
    run = [sys.executable, "-m", "nbqa", command]
    environment = {**os.environ, "NO_COLOR": "1"}
    bad = subprocess.run([*run, "bad.ipynb"], cwd=clone, capture_output=True, text=True, check=False, env=environment)
    assert bad.returncode == 1, bad.stderr
    assert "bad.ipynb:cell_2:2" in bad.stdout
    assert "unseeded-split" in bad.stdout
    good = subprocess.run([*run, "good.ipynb"], cwd=clone, capture_output=True, text=True, check=False, env=environment)
    assert good.returncode == 0, good.stdout + good.stderr
