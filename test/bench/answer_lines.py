"""The child's end of a LineProcess of test/bench, in Python."""
import json
import resource
import sys
import time


def answer_lines(name, step):
    """Says its name, then answers `steps N` with the milliseconds of every step and `peak` with the most resident memory so far in mebibytes."""
    print(json.dumps({"name": name}), flush=True)
    for line in sys.stdin:
        command, *rest = line.split()
        if command == "peak":
            print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), flush=True)
            continue
        times = []
        for _ in range(int(rest[0])):
            began = time.perf_counter()
            step()
            times.append((time.perf_counter() - began) * 1000)
        print(json.dumps(times), flush=True)
