"""Many runs of one architecture trained together, in one batched program.

Rates, penalties and seeds may differ; each run equals itself alone to rounding. For small networks 32
runs cost little more than a few: the machine does the same operations, on larger tensors.
"""
