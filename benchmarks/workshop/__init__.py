"""What the workshop's recipes reach on real sets: each trains, is judged on pictures it never saw, and writes a report.

    python -m benchmarks.workshop.pix2pix --data folder [--out runs] [--steps N] [--size PIXELS] [--quick]

and so for ``cyclegan``, ``conditional``, ``noise`` and ``fast``.  ``folder`` is laid out as in benchmarks/README.md.
Training goes on where it stopped.  Written are ``results/workshop-NAME.json``, the curves and a sheet of samples
(``docs/workshop/NAME.svg`` and ``NAME.jpg``, the latter of public-domain pictures and our own alone), and in the run's
folder a sheet of the test set.
"""
