"""A small driver for where atheris is not: known inputs, spoilt at random, for a while."""

import random
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

EDGES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
SLOW_S = 10
LONGEST = 200_000

Target = Callable[[bytes], bool]


def fuzz(target: Target, seeds: Sequence[bytes], words: Sequence[bytes]) -> None:
    """Run a target: with atheris if it is there, else with this driver for as many minutes as the command says.

    `words` are what the format is made of.
    """
    try:
        import atheris  # type: ignore[import-not-found]
    except ImportError:
        drive(target, seeds, words, float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
        return
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds):
            Path(folder, str(number)).write_bytes(seed)

        def call(data: bytes) -> None:
            target(data)

        atheris.instrument_all()
        atheris.Setup([*sys.argv, folder], call)
        atheris.Fuzz()


def drive(target: Target, seeds: Sequence[bytes], words: Sequence[bytes], minutes: float) -> None:
    """Spoil the seeds and call the target, until the time is over; an exception ends it, with its input in a file."""
    seed = int(time.time())
    chance = random.Random(seed)
    print(f"seed {seed}, {len(seeds)} inputs, {minutes:g} minutes", flush=True)
    pool = list(seeds)
    end, count, accepted, slowest = time.monotonic() + minutes * 60, 0, 0, 0.0
    while time.monotonic() < end:
        data = spoilt(chance, pool, words)
        began = time.process_time()
        try:
            is_accepted = target(data)
        except BaseException:
            Path("crash.bin").write_bytes(data)
            raise
        took = time.process_time() - began
        assert took < SLOW_S, f"{took} s"
        count, accepted, slowest = count + 1, accepted + is_accepted, max(slowest, took)
        if is_accepted and len(pool) < 2_000:
            pool.append(data)
    print(f"{count} runs, {accepted} accepted, the slowest {slowest:.2f} s", flush=True)


def spoilt(chance: random.Random, pool: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """Return one of the inputs with a few changes."""
    data = bytearray(chance.choice(pool))
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
        at = chance.randrange(len(data) + 1)
        chance.choice((_bit, _edge, _cut, _repeat, _insert, _splice))(chance, data, at, (pool, words))
    return bytes(data[:LONGEST])


Material = tuple[Sequence[bytes], Sequence[bytes]]


def _bit(chance: random.Random, data: bytearray, at: int, _material: Material) -> None:
    if at < len(data):
        data[at] ^= 1 << chance.randrange(8)


def _edge(chance: random.Random, data: bytearray, at: int, _material: Material) -> None:
    form = chance.choice("BHLQ")
    packed = struct.pack(f"<{form}", chance.choice(EDGES) & ((1 << 8 * struct.calcsize(f"<{form}")) - 1))
    data[at : at + len(packed)] = packed


def _cut(chance: random.Random, data: bytearray, at: int, _material: Material) -> None:
    del data[at : at + chance.choice((1, 4, 30, 300, 30_000))]


def _repeat(chance: random.Random, data: bytearray, at: int, _material: Material) -> None:
    data[at:at] = data[at : at + chance.choice((1, 22, 46, 300))] * chance.choice((1, 2, 50))


def _insert(chance: random.Random, data: bytearray, at: int, material: Material) -> None:
    data[at:at] = chance.choice(material[1]) * chance.choice((1, 1, 1, 2, 100))


def _splice(chance: random.Random, data: bytearray, at: int, material: Material) -> None:
    other = chance.choice(material[0])
    data[at:] = other[chance.randrange(len(other) + 1) :]
