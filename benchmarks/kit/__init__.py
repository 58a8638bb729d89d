"""What every benchmark needs and none measures: command line, tables, machine, times, memory."""
