#!/usr/bin/env python3
"""PostgreSQL's own regression tests with calls in the place of constants.

mutate.py DIRECTORY     the constants of comparisons, LIMITs and generate_series()
                        in DIRECTORY/*.sql, in place; the number of them is told

What EXPLAIN shows is not the same with and without an InitPlan, and is left alone,
and so is what must be immutable.
"""

import glob
import re
import sys

STATEMENT = re.compile(
    r"^\s*(select|with|values|insert|update|delete|merge|prepare|declare|table|create\s+(temp\w*\s+)?view)\b", re.I
)
CONSTANT = re.compile(
    r"((?:<=|>=|<>|!=|<|>|=|\blimit|\boffset)\s+|\bgenerate_series\(\d+,\s*)(\d{1,9})(?![\w.'\]])", re.I
)


def mutate(lines):
    """The lines, and how many constants of them are calls now."""
    mutated, count, inside = [], 0, None
    for line in lines:
        if inside is None and line.strip() and not line.startswith("--"):
            inside = bool(STATEMENT.match(line))
        if inside:
            line, found = CONSTANT.subn(r"\1public.evaluated(\2)", line)
            count += found
        if line.rstrip().endswith(";") or line.startswith("\\"):
            inside = None
        mutated.append(line)
    return mutated, count


def main(directory):
    total = 0
    for path in sorted(glob.glob(f"{directory}/*.sql")):
        with open(path, encoding="latin-1", newline="") as file:
            lines, count = mutate(file.readlines())
        with open(path, "w", encoding="latin-1", newline="") as file:
            file.writelines(lines)
        total += count
    print(total, "constants are calls")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
