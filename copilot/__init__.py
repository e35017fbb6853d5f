"""Contact-center copilot: a real-time assistant that a centre runs on its own machines."""

import os

# Read when numpy is first imported. Its products are small and many: threads of its own
# would only take cores from the recogniser (a feature window cost five times as much).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
