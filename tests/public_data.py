"""Compares what scli loaded with what Python's own readers make of the same file.

usage: public_data.py DESCRIPTION DATABASE FILE
"""

import csv
import datetime
import io
import json
import re
import sqlite3
import sys
import tomllib
import zipfile


def records(path):
    """The records of a file, and whether they are JSON."""
    if path.endswith(".zip"):
        archive = zipfile.ZipFile(path)
        text = archive.read(archive.namelist()[0]).decode("utf-8-sig")
    else:
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read()
    if not path.endswith(".json"):
        return list(csv.DictReader(io.StringIO(text))), False
    found = json.loads(text)
    if isinstance(found, dict):
        arrays = [value for value in found.values() if isinstance(value, list)]
        found = arrays[0] if len(arrays) == 1 else [found]
    return found, True


def value_of(record, path, is_json):
    """What stands in a record where a field is read from."""
    if not is_json or path in record:
        return record.get(path)
    for step in path.split("."):
        if not isinstance(record, dict):
            return None
        record = record.get(step)
    return record


def microseconds(text):
    text = re.sub(r"[Zz]$", "+00:00", text.strip())
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    return moment.astimezone(datetime.timezone.utc)


def expected(found, field):
    """The value that the description makes of it."""
    if found is None or (isinstance(found, str) and found in field.get("missingValues", [""])):
        return None
    kind = field["type"]
    if kind == "integer":
        return int(found) if isinstance(found, str) else found
    if kind == "real":
        return float(found)
    if kind == "boolean":
        return {"true": 1, "false": 0, "1": 1, "0": 0}[str(found).lower()]
    if kind == "timestamp":
        return microseconds(found)
    if kind == "json":
        return json.dumps(json.loads(found) if isinstance(found, str) else found, sort_keys=True)
    if isinstance(found, str):
        return found
    return {True: "true", False: "false"}[found] if isinstance(found, bool) else json.dumps(found)


def kept(cell, field):
    """A cell of the database in the same form."""
    if cell is not None and field["type"] == "timestamp":
        return microseconds(cell)
    if cell is not None and field["type"] == "json":
        return json.dumps(json.loads(cell), sort_keys=True)
    return cell


def main():
    description, database, path = sys.argv[1:]
    with open(description, "rb") as file:
        [(name, model)] = tomllib.load(file)["model"].items()
    fields = model["fields"]
    source, is_json = records(path)
    key = [model["key"]] if isinstance(model["key"], str) else model["key"]
    # A digest comes from no place of the file: the fields that it is made of tell the record.
    key = fields.pop(key[0])["hash"] if "hash" in fields[key[0]] else key
    wanted = {}
    for record in source:
        row = {
            column: expected(value_of(record, field.get("from", column), is_json), field)
            for column, field in fields.items()
        }
        wanted[tuple(row[column] for column in key)] = row
    columns = ", ".join(f'"{column}"' for column in fields)
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    count = 0
    for cells in connection.execute(f'SELECT {columns} FROM "{name}"'):
        row = {column: kept(cell, fields[column]) for cell, column in zip(cells, fields)}
        right = wanted.pop(tuple(row[column] for column in key), None)
        if row != right:
            sys.exit(f"{path}: the row {row} should be {right}")
        count += 1
    if wanted:
        sys.exit(f"{path}: {len(wanted)} records are missing, as {next(iter(wanted.values()))}")
    print(count, len(source), len(fields))


main()
