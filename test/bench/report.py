#!/usr/bin/env python3
"""The tables of the benchmarks.

report.py show              the sections that standard input describes
report.py facts NAME VALUE  the line of such facts and of this machine
report.py write RESULTS DIR README.md and its drawings, in DIR

A section is a line of JSON: the times of each name in each round, in
microseconds.  Ratios are taken within a round, whose parts were measured one
after the other; medians and quartiles are over the rounds.
"""

import csv
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def quartiles(values):
    """The first quartile, the median and the third."""
    if len(values) == 1:
        return [values[0]] * 3
    return statistics.quantiles(values, n=4, method="inclusive")


class Section:
    """What was measured side by side."""

    def __init__(self, line):
        source = json.loads(line)
        self.key = source["section"]
        self.title = source["title"]
        self.reference = source["reference"]
        self.empty = source["empty"]
        self.times = {}
        for name, round_number, time in source["rows"]:
            rounds = self.times.setdefault(name, {})
            rounds.setdefault(round_number, []).append(time)
        self.times = {
            name: {number: statistics.median(times) for number, times in rounds.items()}
            for name, rounds in self.times.items()
        }

    def net(self, name):
        """The times without those of the empty variant."""
        empty = self.times.get(self.empty, {})
        return {
            number: time - empty.get(number, 0)
            for number, time in self.times[name].items()
        }

    def ratios(self, name, reference):
        """How many times the reference's time, in each round."""
        own, other = self.net(name), self.net(reference)
        return [own[number] / other[number] for number in own if number in other]

    def names(self):
        """From the fastest on."""
        return sorted(self.times, key=lambda name: statistics.median(self.times[name].values()))

    def rows(self):
        """The cells of the table, heading first."""
        yield ["", "median", "quartiles", f"times {self.reference}", "quartiles"]
        for name in self.names():
            low, middle, high = quartiles(list(self.times[name].values()))
            row = [name, amount(middle), f"{amount(low)}–{amount(high)}"]
            if name == self.empty:
                yield row + ["", ""]
            else:
                low, middle, high = quartiles(self.ratios(name, self.reference))
                yield row + [f"{middle:.3f}", f"{low:.3f}–{high:.3f}"]


def amount(microseconds):
    """Three digits that count, with thousands apart."""
    if microseconds >= 100:
        return f"{microseconds:,.0f}"
    return f"{microseconds:.3g}" if microseconds >= 1 else f"{microseconds:.2f}"


def text_table(rows):
    rows = list(rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        yield "  ".join(cells).rstrip()


def markdown_table(rows):
    rows = list(rows)
    yield "| " + " | ".join(rows[0]) + " |"
    yield "|---" + "|---:" * (len(rows[0]) - 1) + "|"
    for row in rows[1:]:
        yield "| " + " | ".join(row) + " |"


def read_targets():
    """section, name, reference, kind (time or throughput), bound, text"""
    with open(os.path.join(HERE, "target.csv"), newline="") as file:
        return list(csv.DictReader(file))


def judge(target, sections):
    """The measured ratio and whether it meets the target; None: not measured."""
    section = sections.get(target["section"])
    if section is None or not {target["name"], target["reference"]} <= section.times.keys():
        return None
    ratio = statistics.median(section.ratios(target["name"], target["reference"]))
    bound = float(target["bound"])
    if target["kind"] == "throughput":
        return 1 / ratio, 1 / ratio >= bound
    return ratio, ratio <= bound


def target_rows(sections):
    yield ["target", "bound", "measured", ""]
    for target in read_targets():
        verdict = judge(target, sections)
        least = target["kind"] == "throughput"
        bound = ("at least " if least else "at most ") + target["bound"]
        if verdict is None:
            yield [target["text"], bound, "not measured", "–"]
        else:
            yield [target["text"], bound, f"{verdict[0]:.3f}", "met" if verdict[1] else "missed"]


def read_sections(path):
    sections, growth, told = {}, [], {}
    with open(path) as file:
        for line in file:
            source = json.loads(line)
            if "section" in source:
                section = Section(line)
                sections[section.key] = section
            elif "sessions" in source:
                growth.append(source)
            else:
                told.update(source)
    return sections, with_times(growth, sections), told


GROWTH_COLUMNS = [
    ("sessions", "sessions", "{:,.0f}"),
    ("server", "µs a validation, in one query", "{:.2f}"),
    ("wire", "µs a validation, over a connection", "{:.1f}"),
    ("table_bytes", "bytes a session, table", "{:.0f}"),
    ("index_bytes", "bytes a session, indexes", "{:.0f}"),
    ("wal_active", "WAL bytes, active", "{:.1f}"),
    ("wal_renewed", "WAL bytes, renewed", "{:.0f}"),
    ("hot", "HOT renewals, %", "{:.1f}"),
]


def with_times(growth, sections):
    """The medians of the sections whose names are the numbers of sessions."""
    for size in growth:
        for key in ("server", "wire"):
            times = sections[f"growth_{key}"].times[str(size["sessions"])]
            size[key] = statistics.median(times.values())
    return growth


def growth_rows(growth):
    yield [heading for _, heading, _ in GROWTH_COLUMNS]
    for size in growth:
        yield [form.format(size[key]) for key, _, form in GROWTH_COLUMNS]


def plot(script, output, **files):
    """Have gnuplot draw the lines of each file."""
    with tempfile.TemporaryDirectory() as directory:
        settings = [f"output = '{output}'"]
        for name, lines in files.items():
            path = os.path.join(directory, name)
            with open(path, "w") as file:
                file.writelines(line + "\n" for line in lines)
            settings.append(f"{name} = '{path}'")
        subprocess.run(
            ["gnuplot", "-e", "; ".join(settings), os.path.join(HERE, script)], check=True
        )


def growth_lines(growth):
    for size in growth:
        yield " ".join(str(size[key]) for key, _, _ in GROWTH_COLUMNS)


def median_lines(section):
    for name in section.names():
        yield f'"{name}" {statistics.median(section.times[name].values()):.0f}'


def draw(sections, growth, directory):
    if growth:
        plot("growth.gp", f"{directory}/growth.svg", data=growth_lines(growth))
    if "validate_node_1" in sections:
        plot(
            "validate.gp",
            f"{directory}/validate.svg",
            wire=median_lines(sections["validate_wire_1"]),
            node=median_lines(sections["validate_node_1"]),
        )


def document(sections, growth, told):
    yield "# Benchmark"
    yield ""
    yield "Written by `make bench`. Times are microseconds a call: the medians of rounds in which"
    yield "what is compared takes turns, with the first and third quartile. A ratio is the median"
    yield "of the ratios within each round. What each part does is in"
    yield "[about.md](about.md), what follows from it in"
    yield "[scaling.md](../scaling.md)."
    yield ""
    for name, value in told.items():
        yield f"- {name}: {value}"
    yield ""
    yield "## Targets"
    yield ""
    yield from markdown_table(target_rows(sections))
    if "validate_node_1" in sections:
        yield ""
        yield "![The time of a validation, beside others](validate.svg)"
    for section in sections.values():
        yield ""
        yield f"## {section.title}"
        yield ""
        yield from markdown_table(section.rows())
    if growth:
        yield ""
        yield "## Growth"
        yield ""
        yield from markdown_table(growth_rows(growth))
        yield ""
        yield "![Time, bytes and WAL against the number of sessions](growth.svg)"


def write(path, directory):
    sections, growth, told = read_sections(path)
    os.makedirs(directory, exist_ok=True)
    draw(sections, growth, directory)
    with open(os.path.join(directory, "README.md"), "w") as file:
        for line in document(sections, growth, told):
            print(line, file=file)
    print("\n".join(text_table(target_rows(sections))))


def first_match(path, name):
    """The value of the first line "name: value" of a file in /proc."""
    with open(path) as file:
        for line in file:
            key, _, value = line.partition(":")
            if key.strip() == name:
                return value.strip()
    return "unknown"


def facts(arguments):
    """This machine, and what the arguments tell in turn, as a line of JSON."""
    memory = int(first_match("/proc/meminfo", "MemTotal").split()[0]) / 2**20
    machine = {
        "processor": f"{os.cpu_count()} of {first_match('/proc/cpuinfo', 'model name')}",
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
    }
    told = dict(zip(arguments[::2], arguments[1::2]))
    print(json.dumps(machine | told))


def show():
    for line in sys.stdin:
        if "section" in json.loads(line):
            section = Section(line)
            print(section.title)
            print("\n".join(text_table(section.rows())) + "\n", flush=True)
        else:
            print(line, end="", flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["show"]:
        show()
    elif sys.argv[1:2] == ["facts"]:
        facts(sys.argv[2:])
    elif len(sys.argv) == 4 and sys.argv[1] == "write":
        write(sys.argv[2], sys.argv[3])
    else:
        sys.exit(__doc__)
