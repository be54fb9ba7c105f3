"""Writes testdata with NumPy: arrays of every type, archives, IDX files, metrics.

Run it in this folder's parent, in any environment that has numpy:

    python testing/make_golden.py
"""

import gzip
import json
import struct
import numpy as np

rows = np.array([[0, 1, 2], [3, 4, 100]])
types = ["b1", "i1", "u1", "<i2", ">i2", "<u2", "<i4", ">i4", "<u4", "<i8", ">i8", "<u8"]
types += ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]
arrays = {f"kind_{t.replace('<', 'little_').replace('>', 'big_')}": rows.astype(t) for t in types}
arrays["fortran"] = np.asfortranarray(rows.astype("f4"))
arrays["cube"] = np.asfortranarray(np.arange(24, dtype="f4").reshape(2, 3, 4))
arrays["scalar"] = np.array(2.5, dtype="f4")
arrays["empty"] = np.zeros((0, 3), dtype="f4")
arrays["empty_fortran"] = np.zeros((3, 0, 2), dtype="f4", order="F")
arrays["text"] = np.array(["a", "bc"])
arrays["complex"] = np.array([1j])
arrays["structure"] = np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f4")])
arrays["large"] = np.array([2**24 + 1])
np.savez("testdata/arrays.npz", **arrays)
np.savez_compressed("testdata/packed.npz", x=rows.astype("f4"), y=np.arange(300) % 7)
np.save("testdata/array.npy", rows.astype("<f8"))

images = (np.arange(24) * 10).astype("u1").reshape(2, 3, 4)
idx = struct.pack(">HBBIII", 0, 8, 3, *images.shape) + images.tobytes()
with open("testdata/images-idx3-ubyte", "wb") as file:
    file.write(idx)
with gzip.GzipFile("testdata/images-idx3-ubyte.gz", "wb", mtime=0) as file:
    file.write(idx)

generator = np.random.default_rng(0)
logits = generator.normal(size=(40, 4)).astype("f4")
labels = generator.integers(0, 4, 40)
predicted = logits.argmax(-1)
matrix = np.zeros((4, 4), dtype=int)
np.add.at(matrix, (labels, predicted), 1)
with open("testdata/metrics.json", "w") as file:
    json.dump(
        {
            "source": {"generator": "testing/make_golden.py", "numpy": np.__version__},
            "logits": [float(f"{v:.9g}") for v in logits.flatten().tolist()],
            "labels": labels.tolist(),
            "accuracy": float((predicted == labels).mean()),
            "confusionMatrix": matrix.flatten().tolist(),
        },
        file,
        separators=(",", ":"),
    )
    file.write("\n")
