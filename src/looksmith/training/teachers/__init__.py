"""Networks of others that label pictures for training and judge in benchmarks; never shipped, never downloaded."""
