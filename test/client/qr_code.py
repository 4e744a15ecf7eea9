#!/usr/bin/python3
"""What the QR code says that is the SVG of standard input.

It knows what the libraries of the examples write: squares "M x,y l side,0 ..." that
are filled, and lines of the width 1 of horizontal pieces "h length".
"""

import re
import sys

import zbar


def rectangles(path):
    """(left, top, width, height) of what is dark"""
    x = y = 0.0
    for command, text in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", text)]
        if command == "M":
            x, y = numbers
        elif command == "m":
            x, y = x + numbers[0], y + numbers[1]
        elif command == "h":
            yield x, y - 0.5, numbers[0], 1
            x += numbers[0]
        elif command == "l":
            yield x, y, numbers[0], numbers[0]
        elif command != "z":
            raise ValueError(command)


def draw(svg):
    """A square picture: its side, and a byte for each of its points."""
    side = int(re.search(r'width="(\d+)', svg)[1])
    scale = int((re.search(r"scale\((\d+)\)", svg) or ["", 1])[1])
    points = bytearray(b"\xff" * side * side)
    for rectangle in rectangles(re.search(r' d="([^"]*)"', svg)[1]):
        left, top, width, height = (int(scale * value) for value in rectangle)
        for row in range(top, top + height):
            points[row * side + left:row * side + left + width] = bytes(width)
    return side, bytes(points)


def main():
    side, points = draw(sys.stdin.read())
    picture = zbar.Image(side, side, "Y800", points)
    zbar.ImageScanner().scan(picture)
    print(*(symbol.data for symbol in picture), sep="\n", end="")


if __name__ == "__main__":
    main()
