"""Tests of everything. What is set here is read by numpy and scikit-learn when they are first imported, later."""

import os

# there is a worker of pytest on every core, so threads of theirs would only wait for each other
os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
