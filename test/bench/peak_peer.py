"""Prints the most that PyTorch does a second, in products of large matrices and in a pass over memory.

usage: peak_peer.py THREADS SIDE NUMBERS TRIES
"""
import json
import sys
import time

import torch

threads, side, numbers, tries = map(int, sys.argv[1:])
torch.set_num_threads(threads)
matrix = torch.rand(side, side) * 2 - 1
product = torch.empty_like(matrix)
long = torch.zeros(numbers)
other = torch.empty_like(long)


def fastest(compute):
    """Seconds of the fastest of some goes."""
    least = float("inf")
    for _ in range(tries):
        began = time.perf_counter()
        compute()
        least = min(least, time.perf_counter() - began)
    return least


flops = 2 * side**3 / fastest(lambda: torch.mm(matrix, matrix, out=product))
print(json.dumps({"flops": flops, "bytes": 8 * numbers / fastest(lambda: torch.neg(long, out=other))}))
