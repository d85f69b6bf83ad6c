"""What DuckDB does of a measurement: called by the bench, prints one JSON object.

    peer.py upsert DATABASE CSV THREADS               load a file of streams
    peer.py models DATABASE DIRECTORY THREADS         load four other models, NAME.csv each
    peer.py answers DATABASE DIRECTORY THREADS        answer NAME.sql of a directory, twice each
    peer.py answers DATABASE FILE.sql THREADS         answer one question, twice
"""

import json
import pathlib
import sys
import time

import duckdb

COLUMNS = {
    "movie_title": "VARCHAR",
    "user_email": "VARCHAR",
    "size_mb": "DOUBLE",
    "start_at": "TIMESTAMPTZ",
    "end_at": "TIMESTAMPTZ",
}


def upsert(connection, csv):
    connection.execute(
        """CREATE TABLE IF NOT EXISTS stream (
            movie_title VARCHAR NOT NULL, user_email VARCHAR NOT NULL, size_mb DOUBLE NOT NULL,
            start_at TIMESTAMP NOT NULL, end_at TIMESTAMP NOT NULL,
            PRIMARY KEY (start_at, user_email, movie_title, end_at))"""
    )
    connection.execute(
        """INSERT OR REPLACE INTO stream
        SELECT movie_title, user_email, size_mb, start_at AT TIME ZONE 'UTC', end_at AT TIME ZONE 'UTC'
        FROM read_csv(?, header = true, auto_detect = false, quote = '"', escape = '"', columns = ?,
                      timestampformat = '%Y-%m-%dT%H:%M:%S.%g%z')""",
        [csv, COLUMNS],
    )
    return {"rows": connection.execute("SELECT count(*) FROM stream").fetchone()[0]}


def models(connection, directory):
    for csv in sorted(pathlib.Path(directory).glob("*.csv")):
        connection.execute(f'CREATE OR REPLACE TABLE "{csv.stem}" AS FROM read_csv(?, header = true)', [str(csv)])
    return {}


def answers(connection, path):
    path = pathlib.Path(path)
    found = {}
    files = sorted(path.glob("*.sql")) if path.is_dir() else [path]
    for turn in ("cold", "warm"):
        for file in files:
            sql = file.read_text()
            start = time.perf_counter()
            published, corrected = connection.execute(sql).fetchone()
            seconds = time.perf_counter() - start
            answer = found.setdefault(file.stem, {"published": published, "corrected": corrected})
            answer[turn] = seconds
    return found


def main():
    action, database, path, threads = sys.argv[1:]
    start = time.perf_counter()
    connection = duckdb.connect(database, config={"threads": int(threads)})
    connection.execute("SET TimeZone = 'UTC'")
    opened = time.perf_counter() - start
    done = {"upsert": upsert, "models": models, "answers": answers}[action](connection, path)
    # Closing checkpoints: the log goes into the database file.
    connection.close()
    print(json.dumps({"opened": opened, "seconds": time.perf_counter() - start, "done": done}, default=float))


main()
