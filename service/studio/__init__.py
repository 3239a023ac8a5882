"""The studio, where writers work: pages over the same flows, and scripts over the same API, as everyone else's."""
