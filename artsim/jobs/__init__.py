"""Long work as processes: a store of jobs, a runner and one progress protocol."""
