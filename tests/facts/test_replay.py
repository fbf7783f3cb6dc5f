"""What importing a module comes to is taken over by the next script that imports it, and changes no answer."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from groundrules import catalogue, facts, sources
from groundrules.facts.python.events import EntryPoint
from groundrules.facts.python.replay import Import, Replay

CATALOGUE = catalogue.load(ddl=facts.ddl(), cache="")
LIBRARY = {
    "lab/__init__.py": "from lab.base import noise\nfrom lab.seeds import fix\n",
    "lab/base.py": "import numpy as np\nfrom lab import tools\n\n\ndef noise(size):\n    return np.random.rand(size)\n"
    "\n\nBASE = noise(3)\n",
    "lab/seeds.py": "import numpy as np\n\n\ndef fix():\n    np.random.seed(1)\n\n\nfix()\n",
    "lab/tools.py": "import numpy as np\nfrom lab.seeds import fix\nSTEPS = np.random.permutation(5)\n",
}
MORE = (
    "import numpy as np\nfrom lab import noise\nimport pandas as pd\n"
    "frame = pd.read_csv('a.csv')\nnp.save('b.npy', noise(4))\n"
)
SCRIPTS = {
    **{f"scripts/plain{number}.py": MORE for number in range(4)},
    **{f"scripts/seeds{number}.py": "import lab.seeds\n" + MORE for number in range(4)},
    **{f"scripts/tools{number}.py": "from lab import tools\nimport lab.base\n" + MORE for number in range(4)},
    **{
        f"scripts/late{number}.py": "def main():\n    import lab\n    lab.fix()\nmain()\n" + MORE for number in range(4)
    },
}
TABLES = ("draw", "seed", "read", "entry", "span")


def rows(files: Mapping[str, str]) -> dict[str, list[object]]:
    """What stands in some tables."""
    snapshot = sources.memory({path: text.encode() for path, text in files.items()})
    connection = facts.gather(snapshot, CATALOGUE, cache="").connection
    return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}


def test_what_is_taken_over_is_what_a_run_would_come_to(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[Import] = []
    again = Replay.again

    def noted(replay: Replay, known: Import, entry: EntryPoint, position: int) -> None:
        taken.append(known)
        again(replay, known, entry, position)

    monkeypatch.setattr(Replay, "again", noted)
    replayed = rows({**LIBRARY, **SCRIPTS})
    assert any(one.events for one in taken)
    monkeypatch.setattr(Replay, "fitting", lambda *_: None)
    assert replayed == rows({**LIBRARY, **SCRIPTS})
    assert len(replayed["draw"]) > len(SCRIPTS)
