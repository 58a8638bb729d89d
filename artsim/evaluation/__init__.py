"""How well backbones retrieve: relevance, metrics, intervals, tests, and the runs that are kept."""
