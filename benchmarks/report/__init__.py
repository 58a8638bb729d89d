"""Pages and pictures of docs/, made from what the benchmarks left."""
