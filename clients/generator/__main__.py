"""Writes what is made of the catalog into a copy of the tree: what "make clients" runs.

    python3 clients/generator DIRECTORY

Connects by psql, to a server that has the extension, as a superuser.
"""

import sys
from pathlib import Path

import node
import page
import python
from model import read_model

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "docs/function.md": page.page,
    "clients/node/error_classes.d.ts": node.error_types,
    "clients/node/error_classes.js": node.errors,
    "clients/node/functions.d.ts": node.function_types,
    "clients/node/functions.js": node.functions,
    "clients/python/pg_auth_client/errors.py": python.errors,
    "clients/python/pg_auth_client/functions.py": python.functions,
    "clients/python/pg_auth_client/results.py": python.results,
}


def main(directory: Path) -> None:
    model = read_model(ROOT)
    for name, render in FILES.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(render(model), encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
