"""Steps that must be able to run twice, each as it is flagged and as it is mended."""

from __future__ import annotations

from proofs.pipeline import Proof

APPENDING = """
import csv

ORDERS = [(1, 10), (2, 20)]


def load():
    with open("out/orders.csv", "{mode}", newline="") as file:
        csv.writer(file).writerows(ORDERS)


if __name__ == "__main__":
    load()
"""

FRAME = """
import sqlite3

import pandas as pd


def load():
    connection = sqlite3.connect("warehouse.db")
    frame = pd.DataFrame({{"id": [1, 2], "amount": [10, 20]}})
    frame.to_sql("orders", connection, if_exists="{mode}", index=False)
    connection.commit()


if __name__ == "__main__":
    load()
"""

INSERTING = """
import sqlite3


def load():
    connection = sqlite3.connect("warehouse.db")
    connection.execute("CREATE TABLE IF NOT EXISTS orders (id INT, day TEXT, amount INT{key})")
    connection.executemany(
        "INSERT INTO orders (id, day, amount) VALUES (?, ?, ?){guard}",
        [(1, "2024-05-01", 10), (2, "2024-05-01", 20)],
    )
    connection.commit()


if __name__ == "__main__":
    load()
"""

DELETING = """
import sqlite3


def load():
    connection = sqlite3.connect("warehouse.db")
    connection.execute("CREATE TABLE IF NOT EXISTS orders (id INT, day TEXT, amount INT)")
    {clear}
    connection.execute("INSERT INTO orders (id, day, amount) VALUES (1, '2024-05-01', 10)")
    connection.commit()


if __name__ == "__main__":
    load()
"""

DEFINING = """
import sqlite3


def prepare():
    connection = sqlite3.connect("warehouse.db")
    connection.execute("CREATE TABLE {guard}orders (id INT, amount INT)")
    connection.commit()


if __name__ == "__main__":
    prepare()
"""

CLOCK = """
import sys
from datetime import date


def export():
    day = {day}
    with open(f"out/orders_{{day}}.csv", "w") as file:
        file.write("1,10\\n2,20\\n")


if __name__ == "__main__":
    export()
"""

CONSUMING = """
import os


def pack():
    with open("in/orders.csv") as file:
        rows = file.read()
    with open("out/orders.txt", "w") as file:
        file.write(rows.upper())
    {after}


if __name__ == "__main__":
    pack()
"""

FOLDERS = """
import os


def prepare():
    os.makedirs("out/2024-05-01"{guard})
    with open("out/2024-05-01/orders.csv", "w") as file:
        file.write("1,10\\n")


if __name__ == "__main__":
    prepare()
"""

NAMING = """
import uuid


def export():
    name = {name}
    with open(f"out/{{name}}.csv", "w") as file:
        file.write("1,10\\n2,20\\n")


if __name__ == "__main__":
    export()
"""

COUNTING = """
import sqlite3


def total():
    connection = sqlite3.connect("warehouse.db")
    connection.execute("CREATE TABLE IF NOT EXISTS totals (id INT PRIMARY KEY, amount INT)")
    connection.execute("INSERT OR IGNORE INTO totals (id, amount) VALUES (1, 0)")
    connection.execute("UPDATE totals SET amount = {value} WHERE id = 1")
    connection.commit()


if __name__ == "__main__":
    total()
"""

DAILY = """
import sqlite3
import sys


def load(day):
    connection = sqlite3.connect("warehouse.db")
    connection.execute("CREATE TABLE IF NOT EXISTS events (day TEXT PRIMARY KEY, amount INT)")
    connection.execute("INSERT OR IGNORE INTO events (day, amount) VALUES ('2024-05-01', 10), ('2024-05-02', 20)")
    connection.execute("CREATE TABLE IF NOT EXISTS facts (day TEXT PRIMARY KEY, amount INT)")
    {clear}
    connection.execute(f"INSERT {how}INTO facts SELECT day, amount FROM events WHERE day = '{which}'")
    connection.commit()


if __name__ == "__main__":
    load(sys.argv[1])
"""

STARTING = """
from datetime import datetime, timedelta

from airflow import DAG

with DAG("orders", start_date={start}, schedule="@daily", catchup=True) as dag:
    pass
"""

OUT = {"out/readme.txt": "What is exported goes to this folder."}
ORDERS = {"in/orders.csv": "1,ten\n2,twenty\n", **OUT}

PROOFS = (
    Proof("blind-append", APPENDING.format(mode="a"), APPENDING.format(mode="w"), given=OUT),
    Proof("blind-append", FRAME.format(mode="append"), FRAME.format(mode="replace"), needs="pandas"),
    Proof(
        "insert-without-key",
        INSERTING.format(key="", guard=""),
        INSERTING.format(key=", PRIMARY KEY (id)", guard=" ON CONFLICT (id) DO UPDATE SET amount = excluded.amount"),
    ),
    Proof(
        "insert-without-key",
        DELETING.format(clear="print('nothing is deleted')"),
        DELETING.format(clear="connection.execute(\"DELETE FROM orders WHERE day = '2024-05-01'\")"),
    ),
    Proof("unguarded-definition", DEFINING.format(guard=""), DEFINING.format(guard="IF NOT EXISTS ")),
    Proof("wall-clock-partition", CLOCK.format(day="date.today()"), CLOCK.format(day="sys.argv[1]"), given=OUT),
    Proof(
        "destroyed-input",
        CONSUMING.format(after='os.remove("in/orders.csv")'),
        CONSUMING.format(after='print("the input stays where it is")'),
        given=ORDERS,
    ),
    Proof("unguarded-folder", FOLDERS.format(guard=""), FOLDERS.format(guard=", exist_ok=True")),
    Proof(
        "random-key",
        NAMING.format(name="uuid.uuid4()"),
        NAMING.format(name='uuid.uuid5(uuid.NAMESPACE_URL, "orders of 2024-05-01")'),
        given=OUT,
    ),
    Proof("in-place-update", COUNTING.format(value="amount + 30"), COUNTING.format(value="30")),
    Proof(
        "moving-start",
        STARTING.format(start="datetime.now() - timedelta(days=7)"),
        STARTING.format(start="datetime(2024, 5, 1)"),
        path="dags/orders.py",
    ),
)

# What goes wrong with these shows when they run for two days.
DAYS = (
    Proof(
        "unscoped-overwrite",
        DAILY.format(clear='connection.execute("DELETE FROM facts")', how="", which="{day}"),
        DAILY.format(clear="connection.execute(f\"DELETE FROM facts WHERE day = '{day}'\")", how="", which="{day}"),
    ),
    Proof(
        "hard-coded-date",
        DAILY.format(clear="print('nothing is deleted')", how="OR REPLACE ", which="2024-05-01"),
        DAILY.format(clear="print('nothing is deleted')", how="OR REPLACE ", which="{day}"),
    ),
)

# Rules of the family that cannot be proven by running, each with the reason.
UNPROVEN: dict[str, str] = {"incremental-without-key": "needs dbt; test_models.py proves it where that is installed"}
