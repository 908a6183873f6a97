"""The peer of the bench `open`: pandas reads FOLDER/train.csv, and answers with JSON how long that took."""
import json
import resource
import sys
import time

import pandas

began = time.perf_counter()
table = pandas.read_csv(f"{sys.argv[1]}/train.csv", dtype={"id": str})
milliseconds = 1000 * (time.perf_counter() - began)
print(json.dumps({"milliseconds": milliseconds, "images": len(table), "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "name": f"pandas {pandas.__version__} read_csv"}))
