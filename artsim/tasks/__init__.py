"""What a job can do: kinds of jobs, their configs, and the process that runs one."""
