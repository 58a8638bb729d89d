"""How well backbones retrieve: relevance, metrics, intervals, tests, and the stored runs."""
