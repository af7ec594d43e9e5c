"""Speed, as ratios against limits measured in the same run. Never a timed test: `make bench` prints and judges."""
