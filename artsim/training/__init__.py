"""Fine-tuning: works with labels in, a backbone that retrieves them better out."""
