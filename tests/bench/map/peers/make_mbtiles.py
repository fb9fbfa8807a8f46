#!/usr/bin/python3
"""Writes an MBTiles file from a file of tiles (z x y size, a newline, the bytes), compressed already.

    make_mbtiles.py TILES OUT.mbtiles
"""
import json
import os
import sqlite3
import sys

source, target = sys.argv[1:]
if os.path.exists(target):
    os.remove(target)
db = sqlite3.connect(target)
db.executescript("""
create table metadata (name text, value text);
create table tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);
create unique index tile_index on tiles (zoom_level, tile_column, tile_row);
""")
db.executemany("insert into metadata values (?, ?)", [
    ("name", "map"), ("format", "pbf"), ("minzoom", "4"), ("maxzoom", "14"),
    ("bounds", "103.6,24.6,109.6,29.3"), ("type", "overlay"),
    ("json", json.dumps({"vector_layers": [{"id": "area", "fields": {}}, {"id": "label", "fields": {}}]}))])
with open(source, "rb") as tiles:
    while line := tiles.readline():
        z, x, y, size = map(int, line.split())
        db.execute("insert into tiles values (?, ?, ?, ?)", (z, x, (1 << z) - 1 - y, tiles.read(size)))
db.commit()
