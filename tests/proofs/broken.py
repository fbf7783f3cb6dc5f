"""Steps that meet a fault: a server that never answers, a load that fails, a crash half-way, each in two forms."""

from __future__ import annotations

from proofs.pipeline import Proof

PULLING = """
import sys
from urllib.request import urlopen


def pull(url):
    with urlopen(url{limit}) as answer, open("out/orders.csv", "wb") as file:
        file.write(answer.read())


if __name__ == "__main__":
    pull(sys.argv[1])
"""

LOADING = """
import logging
import sqlite3


def load():
    connection = sqlite3.connect("warehouse.db")
    try:
        connection.execute("DELETE FROM orders WHERE day = '2024-05-01'")
        connection.execute("INSERT INTO orders (id, day) VALUES (1, '2024-05-01')")
        connection.commit()
    except Exception as error:
        logging.error(error)
{then}


def publish():
    with open("out/published.txt", "w") as file:
        file.write("the orders of 2024-05-01 are complete")


if __name__ == "__main__":
    load()
    publish()
"""

WRITING = """
import json
import os
import sys

ORDERS = [{"id": number, "amount": number * 10} for number in range(5)]


def export():
    with open("out/orders.jsonl", "w") as file:
        for order in ORDERS:
            if str(order["id"]) == os.environ.get("CRASH_AT"):
                file.flush()
                os._exit(9)
            file.write(json.dumps(order) + "\\n")


def total():
    with open("out/orders.jsonl") as file:
        amount = sum(json.loads(line)["amount"] for line in file)
    with open("out/total.txt", "w") as file:
        file.write(str(amount))


if __name__ == "__main__":
    {"export": export, "total": total}[sys.argv[1]]()
"""

RETRYING = """
import os
import sqlite3

from airflow.decorators import task


def send_mail():
    if not os.path.exists("out/failed_once.txt"):
        with open("out/failed_once.txt", "w") as file:
            file.write("the mail server was away")
        raise OSError("the mail server is away")


@task(retries=2)
def load():
    connection = sqlite3.connect("warehouse.db")
    connection.execute("CREATE TABLE IF NOT EXISTS orders (id INT, day TEXT)")
    {clear}
    connection.execute("INSERT INTO orders (id, day) VALUES (1, '2024-05-01')")
    connection.commit()
    send_mail()


if __name__ == "__main__":
    load()
"""

TRYING = """
import sys
from urllib.request import urlopen

from airflow import DAG
from airflow.operators.python import PythonOperator


def pull():
    with urlopen(sys.argv[1], timeout=5) as answer, open("out/orders.csv", "wb") as file:
        file.write(answer.read())


with DAG("orders", {defaults}) as dag:
    PythonOperator(task_id="pull", python_callable=pull)

if __name__ == "__main__":
    dag.run()
"""

PARSING = """
import sys
from urllib.request import urlopen

from airflow import DAG
from airflow.operators.python import PythonOperator

{before}


def pull():
    {inside}
    print(names)


with DAG("orders", catchup=False, default_args={{"retries": 2}}) as dag:
    PythonOperator(task_id="pull", python_callable=pull)
"""

PAUSING = """
import sys
import time
from urllib.request import urlopen


def pull(url):
    for attempt in range(8):
        try:
            with urlopen(url, timeout=5) as answer:
                return answer.read()
        except OSError as error:
            print(error)
            {pause}
    raise SystemExit("the server was away all the time")


if __name__ == "__main__":
    with open("out/orders.csv", "wb") as file:
        file.write(pull(sys.argv[1]))
"""

ASKING = "names = urlopen(sys.argv[1], timeout=60).read()"
OUT = {"out/readme.txt": "What is exported goes to this folder."}

TIMEOUT = Proof("missing-timeout", PULLING.format(limit=""), PULLING.format(limit=", timeout=0.2"), given=OUT)
SWALLOWED = Proof("swallowed-error", LOADING.format(then=""), LOADING.format(then="        raise"), given=OUT)
PARTIAL = Proof(
    "partial-write",
    WRITING,
    WRITING.replace('open("out/orders.jsonl", "w")', 'open("out/orders.jsonl.part", "w")').replace(
        '+ "\\n")\n', '+ "\\n")\n    os.replace("out/orders.jsonl.part", "out/orders.jsonl")\n'
    ),
    given=OUT,
)
RETRIED = Proof(
    "retried-side-effect",
    RETRYING.format(clear="print('nothing is deleted')"),
    RETRYING.format(clear="connection.execute(\"DELETE FROM orders WHERE day = '2024-05-01'\")"),
    path="dags/orders.py",
    given=OUT,
)
UNTRIED = Proof(
    "missing-retries",
    TRYING.format(defaults='default_args={"owner": "sales"}'),
    TRYING.format(defaults='default_args={"owner": "sales", "retries": 2}'),
    path="dags/orders.py",
    given=OUT,
)
PARSED = Proof(
    "work-at-parse-time",
    PARSING.format(before=ASKING, inside="pass"),
    PARSING.format(before="", inside=ASKING),
    path="dags/orders.py",
)
UNPAUSED = Proof(
    "retry-without-backoff",
    PAUSING.format(pause="continue"),
    PAUSING.format(pause="time.sleep(0.1 * 2**attempt)"),
    given=OUT,
)
PROOFS = (TIMEOUT, SWALLOWED, PARTIAL, RETRIED, UNTRIED, PARSED, UNPAUSED)

# Rules of the family that cannot be proven by running, each with the reason.
UNPROVEN: dict[str, str] = {
    "duplicate-task": "what becomes of an id that is taken is decided inside of a scheduler",
    "unbounded-backfill": "how many runs are made up for is decided inside of a scheduler",
}
