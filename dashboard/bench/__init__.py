"""``tingfeng bench``: every figure that the documentation names, measured here beside a rival in the same run."""
