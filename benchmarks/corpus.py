"""Makes repositories to measure on: believable machine-learning code, the same bytes every time.

Modules import each other, scripts read configurations and data that DVC answers for, notebooks explore, SQL loads. The
share of lines that a ground rule could care about is near what public repositories have, about one call in seven.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator

from fragments import FRAGMENTS, IMPORTS, MAIN

AREAS = ("ingest", "features", "models", "training", "evaluation", "serving", "reports", "tools")
NOUNS = (
    "account",
    "basket",
    "claim",
    "device",
    "invoice",
    "meter",
    "order",
    "patient",
    "route",
    "sensor",
    "ticket",
    "user",
)
VERBS = (
    "aggregate",
    "align",
    "clean",
    "encode",
    "filter",
    "join",
    "load",
    "merge",
    "rank",
    "sample",
    "score",
    "window",
)
COLUMNS = (
    "amount",
    "age",
    "city",
    "count",
    "delay",
    "duration",
    "price",
    "rating",
    "region",
    "speed",
    "status",
    "weight",
)

Tree = Iterator[tuple[str, str]]


def repository(files: int) -> Tree:
    """A mixed repository: eight in ten files are Python, the others notebooks, settings, DVC files, SQL."""
    rng = random.Random(files)
    counts = {"python": files * 8 // 10, "notebook": files // 25, "config": files // 20, "sql": files // 40}
    yield from python_tree(counts["python"], rng, sections=(2, 6))
    yield from notebooks(counts["notebook"], rng)
    yield from configurations(counts["config"], rng)
    yield from sql_files(counts["sql"], rng)
    yield from housekeeping()
    rest = files - sum(counts.values()) - len(list(housekeeping()))
    for number in range(rest):
        name = f"data/raw/{rng.choice(NOUNS)}_{number}.csv.dvc"
        md5 = f"{rng.getrandbits(128):032x}"
        yield name, f"outs:\n- md5: {md5}\n  size: {rng.randrange(10**7)}\n  path: {os.path.basename(name)[:-4]}\n"


def large_tree(lines: int) -> Tree:
    """Python modules of some hundred lines each, until there are about so many lines."""
    rng = random.Random(lines)
    written = number = 0
    known: list[str] = []
    while written < lines:
        name, text = module(number, rng, known, sections=(8, 24))
        written += text.count("\n")
        number += 1
        yield name, text


def python_tree(files: int, rng: random.Random, sections: tuple[int, int]) -> Tree:
    """Packages with modules that import each other."""
    known: list[str] = []
    for area in AREAS:
        yield f"src/shop/{area}/__init__.py", f'"""Everything about {area}."""\n'
    yield "src/shop/__init__.py", ""
    for number in range(files - len(AREAS) - 1):
        yield module(number, rng, known, sections)


def module(number: int, rng: random.Random, known: list[str], sections: tuple[int, int]) -> tuple[str, str]:
    """One module; what it imports from the repository was made before it."""
    area = AREAS[number % len(AREAS)]
    name = f"{rng.choice(VERBS)}_{rng.choice(NOUNS)}_{number}"
    parts = [f'"""{name.replace("_", " ").capitalize()}."""\n', IMPORTS]
    imported = rng.sample(known, min(len(known), rng.randrange(4)))
    parts += [f"from shop.{other} import LIMIT as LIMIT_{other.rpartition('_')[2]}\n" for other in imported]
    parts.append(
        f'\nLIMIT = {rng.randrange(1, 500)}\nSOURCE = os.path.join("data", "raw", "{rng.choice(NOUNS)}.csv")\n'
    )
    parts += ["\n\n" + filled(rng.choice(FRAGMENTS), position, rng) for position in range(rng.randint(*sections))]
    if number % 5 == 0:
        parts.append("\n\n" + MAIN)
    known.append(f"{area}.{name}")
    return f"src/shop/{area}/{name}.py", "".join(parts)


def filled(fragment: str, position: int, rng: random.Random) -> str:
    """A fragment with names and numbers of its own."""
    first, second, third = rng.sample(COLUMNS, 3)
    values = {
        "NAME": f"{rng.choice(VERBS)}_{rng.choice(NOUNS)}_{position}",
        "CLASS": f"{rng.choice(NOUNS).capitalize()}{rng.choice(VERBS).capitalize()}{position}",
        "FIRST": first,
        "SECOND": second,
        "THIRD": third,
        "NOUN": rng.choice(NOUNS),
        "NUMBER": str(rng.randrange(2, 400)),
        "SEED": rng.choice(("", ", random_state=LIMIT", ", random_state=7")),
    }
    for hole, value in values.items():
        fragment = fragment.replace(f"${hole}", value)
    return fragment


def notebooks(count: int, rng: random.Random) -> Tree:
    """Notebooks with a handful of cells."""
    for number in range(count):
        sources = ["import os\nimport numpy as np\nimport pandas as pd\n\nnp.random.seed(1)"]
        sources += [f'table = pd.read_csv("../data/raw/{rng.choice(NOUNS)}.csv")\ntable.head()']
        sources += [filled(rng.choice(FRAGMENTS), position, rng) for position in range(rng.randrange(2, 6))]
        cells = [
            {
                "cell_type": "code",
                "execution_count": position,
                "id": f"c{position}",
                "metadata": {},
                "outputs": [],
                "source": source.splitlines(keepends=True),
            }
            for position, source in enumerate(sources)
        ]
        book = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
        yield f"notebooks/explore_{rng.choice(NOUNS)}_{number}.ipynb", json.dumps(book, indent=1) + "\n"


def configurations(count: int, rng: random.Random) -> Tree:
    """Settings of experiments."""
    for number in range(count):
        lines = [f"name: experiment-{number}", "data:", f"  path: data/raw/{rng.choice(NOUNS)}.csv", "  columns:"]
        lines += [f"    - {column}" for column in rng.sample(COLUMNS, 4)]
        lines += [
            "train:",
            f"  epochs: {rng.randrange(1, 90)}",
            "  lr: 0.001",
            f"  batch_size: {2 ** rng.randrange(4, 9)}",
        ]
        lines += ["  optimizer:", "    name: adam", f"    weight_decay: {rng.random():.4f}"]
        yield f"conf/experiment/{number:03}.yaml", "\n".join(lines) + "\n"


def sql_files(count: int, rng: random.Random) -> Tree:
    """Statements of a nightly load."""
    for number in range(count):
        noun, (first, second) = rng.choice(NOUNS), rng.sample(COLUMNS, 2)
        columns = f"id BIGINT PRIMARY KEY, {first} TEXT, {second} NUMERIC"
        yield (
            f"sql/load_{noun}_{number}.sql",
            f"CREATE TABLE IF NOT EXISTS mart.{noun}_{number} ({columns});\n\n"
            f"DELETE FROM mart.{noun}_{number} WHERE day = '{{{{ ds }}}}';\n\n"
            f"INSERT INTO mart.{noun}_{number} (id, {first}, {second})\n"
            f"SELECT id, {first}, {second} FROM raw.{noun} WHERE day = '{{{{ ds }}}}';\n",
        )


def housekeeping() -> Tree:
    """What every repository has."""
    yield ".gitignore", "/data/raw/*.csv\n/models/\n__pycache__/\n"
    yield ".env.example", "SHOP_DATABASE=postgresql://localhost/shop\nSHOP_TOKEN=\n"
    yield "README.md", "# Shop\n\nModels of a shop.\n"
    yield "params.yaml", "train:\n  epochs: 12\n  lr: 0.001\nsplit:\n  share: 0.2\n"
    yield (
        "pyproject.toml",
        '[project]\nname = "shop"\nversion = "1"\ndependencies = ["pandas==2.2.2", "numpy==1.26.4"]\n',
    )
    yield "requirements.txt", "numpy==1.26.4\npandas==2.2.2\nscikit-learn==1.5.1\ntorch==2.3.1\n"
    stages = "".join(
        f"  {noun}:\n    cmd: python -m shop.tools.{noun}\n    deps: [data/raw/{noun}.csv]\n"
        f"    outs: [data/{noun}.parquet]\n"
        for noun in NOUNS
    )
    yield "dvc.yaml", f"stages:\n{stages}"


def write(tree: Tree, root: str) -> int:
    """Put a tree on disk and say how many lines of Python it holds."""
    lines = 0
    for name, text in tree:
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        lines += text.count("\n") if name.endswith(".py") else 0
    return lines
